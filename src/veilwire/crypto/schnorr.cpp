#include "veilwire/crypto/schnorr.h"

#include <secp256k1.h>
#include <secp256k1_extrakeys.h>
#include <secp256k1_schnorrsig.h>

namespace veilwire::crypto {
namespace {

std::optional<secp256k1_xonly_pubkey> parse(XOnlyKeyView key) {
  secp256k1_xonly_pubkey parsed;
  if (secp256k1_xonly_pubkey_parse(secp256k1_context_static, &parsed, key.data()) != 1) {
    return std::nullopt;
  }
  return parsed;
}

}  // namespace

bool verify_schnorr(XOnlyKeyView key, std::span<const std::uint8_t, 64> signature,
                    ByteView message) {
  const auto parsed = parse(key);
  return parsed && secp256k1_schnorrsig_verify(secp256k1_context_static, signature.data(),
                                               message.data(), message.size(), &*parsed) == 1;
}

std::optional<TweakedKey> tweaked_key(XOnlyKeyView internal, const Hash256& tweak) {
  const auto parsed = parse(internal);
  secp256k1_pubkey point;
  secp256k1_xonly_pubkey output;
  int odd = 0;
  TweakedKey tweaked{};
  if (!parsed ||
      secp256k1_xonly_pubkey_tweak_add(secp256k1_context_static, &point, &*parsed, tweak.data()) !=
          1 ||
      secp256k1_xonly_pubkey_from_pubkey(secp256k1_context_static, &output, &odd, &point) != 1 ||
      secp256k1_xonly_pubkey_serialize(secp256k1_context_static, tweaked.key.data(), &output) !=
          1) {
    return std::nullopt;
  }
  tweaked.parity = odd != 0 ? Parity::kOdd : Parity::kEven;
  return tweaked;
}

bool is_tweaked_key(XOnlyKeyView output, Parity parity, XOnlyKeyView internal,
                    const Hash256& tweak) {
  const auto parsed = parse(internal);
  return parsed && secp256k1_xonly_pubkey_tweak_add_check(secp256k1_context_static, output.data(),
                                                          parity == Parity::kOdd ? 1 : 0, &*parsed,
                                                          tweak.data()) == 1;
}

}  // namespace veilwire::crypto

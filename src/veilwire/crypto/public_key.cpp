#include "veilwire/crypto/public_key.h"

#include <secp256k1.h>

namespace veilwire::crypto {
namespace {

constexpr std::uint8_t kUncompressed = 4;

template <std::size_t To>
std::optional<std::array<std::uint8_t, To>> encode_again(std::span<const std::uint8_t> key,
                                                         unsigned flags) {
  secp256k1_pubkey point;
  if (secp256k1_ec_pubkey_parse(secp256k1_context_static, &point, key.data(), key.size()) != 1) {
    return std::nullopt;
  }
  std::array<std::uint8_t, To> out;
  std::size_t size = To;
  secp256k1_ec_pubkey_serialize(secp256k1_context_static, out.data(), &size, &point, flags);
  return out;
}

}  // namespace

std::optional<CompressedKey> compress_key(std::span<const std::uint8_t, 65> key) {
  // Those with the prefixes 6 and 7, the hybrid form, are points too.
  if (key[0] != kUncompressed) return std::nullopt;
  return encode_again<33>(key, SECP256K1_EC_COMPRESSED);
}

std::optional<UncompressedKey> decompress_key(std::span<const std::uint8_t, 33> key) {
  return encode_again<65>(key, SECP256K1_EC_UNCOMPRESSED);
}

}  // namespace veilwire::crypto

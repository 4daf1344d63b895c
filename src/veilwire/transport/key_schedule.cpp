#include "veilwire/transport/key_schedule.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "veilwire/crypto/sha256.h"

namespace veilwire::transport {
namespace {

constexpr std::string_view kSaltPrefix = "bitcoin_v2_shared_secret";

auto salt_for(const protocol::Magic& magic) {
  std::array<std::uint8_t, kSaltPrefix.size() + protocol::Magic{}.size()> salt;
  std::ranges::copy(magic, std::ranges::copy(kSaltPrefix, salt.begin()).out);
  return salt;
}

}  // namespace

ConnectionKeys derive_keys(const Secret<32>& shared_secret, const protocol::Magic& magic) {
  const crypto::HkdfSha256 hkdf(salt_for(magic), shared_secret.span());
  const Secret<32> terminators = hkdf.expand32("garbage_terminators");
  return {
      .initiator = {hkdf.expand32("initiator_L"), hkdf.expand32("initiator_P")},
      .responder = {hkdf.expand32("responder_L"), hkdf.expand32("responder_P")},
      .initiator_terminator = Secret<16>(terminators.span().first<16>()),
      .responder_terminator = Secret<16>(terminators.span().last<16>()),
      .session_id = hkdf.expand32("session_id"),
  };
}

}  // namespace veilwire::transport

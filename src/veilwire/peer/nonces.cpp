#include "veilwire/peer/nonces.h"

#include <array>

#include "veilwire/base/endian.h"

namespace veilwire::peer {

void Nonces::add(std::uint64_t nonce) {
  const std::lock_guard lock(mutex_);
  nonces_.insert(nonce);
}

void Nonces::remove(std::uint64_t nonce) {
  const std::lock_guard lock(mutex_);
  if (const auto one = nonces_.find(nonce); one != nonces_.end()) nonces_.erase(one);
}

bool Nonces::contains(std::uint64_t nonce) const {
  const std::lock_guard lock(mutex_);
  return nonces_.contains(nonce);
}

std::expected<std::uint64_t, EntropyFailure> draw_nonce(Entropy& entropy) {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes;
  if (!entropy.fill(bytes)) return std::unexpected(EntropyFailure{});
  const auto nonce = load_le<std::uint64_t>(bytes.data());
  return nonce != 0 ? nonce : 1;
}

}  // namespace veilwire::peer

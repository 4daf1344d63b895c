#include "veilwire/peer/nonces.h"

#include <algorithm>
#include <array>

#include "veilwire/base/endian.h"

namespace veilwire::peer {

void Nonces::add(std::uint64_t nonce) {
  for (auto& place : places_) {
    std::uint64_t free = 0;
    if (place.load() == 0 && place.compare_exchange_strong(free, nonce)) return;
  }
}

void Nonces::remove(std::uint64_t nonce) {
  for (auto& place : places_) {
    std::uint64_t found = nonce;
    if (place.load() == nonce && place.compare_exchange_strong(found, 0)) return;
  }
}

bool Nonces::contains(std::uint64_t nonce) const {
  return nonce != 0 && std::ranges::any_of(places_, [nonce](const auto& place) {
           return place.load(std::memory_order_relaxed) == nonce;
         });
}

std::expected<std::uint64_t, EntropyFailure> draw_nonce(Entropy& entropy) {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes;
  if (!entropy.fill(bytes)) return std::unexpected(EntropyFailure{});
  const auto nonce = load_le<std::uint64_t>(bytes.data());
  return nonce != 0 ? nonce : 1;
}

}  // namespace veilwire::peer

#include "veilwire/base/entropy.h"

#include <array>
#include <bit>

#include "veilwire/base/endian.h"

namespace veilwire {

Entropy::~Entropy() = default;

std::expected<std::uint32_t, EntropyFailure> uniform_below(Entropy& entropy, std::uint32_t bound) {
  // The smallest mask of ones that covers bound - 1: more than half of all draws are accepted.
  const auto mask = static_cast<std::uint32_t>(std::bit_ceil(std::uint64_t{bound}) - 1);
  if (mask == 0) return 0;
  for (;;) {
    std::array<std::uint8_t, 4> draw;
    if (auto filled = entropy.fill(draw); !filled) return std::unexpected(filled.error());
    const std::uint32_t candidate = load_le<std::uint32_t>(draw.data()) & mask;
    if (candidate < bound) return candidate;
  }
}

}  // namespace veilwire

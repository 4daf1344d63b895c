// Numbers modulo the prime 2^3072 - 1103717, which MuHash multiplies.
//
// Not constant time: what is hashed with them is public.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace veilwire::crypto {

class Number3072 {
 public:
  static constexpr std::size_t kBytes = 384;

  // 2^3072 less the prime.
  static constexpr std::uint64_t kGap = 1'103'717;

  static Number3072 one();
  // The least significant byte first; any value, one beyond the prime too.
  static Number3072 from_bytes(std::span<const std::uint8_t, kBytes> bytes);
  // Below the prime.
  std::array<std::uint8_t, kBytes> bytes() const;

  Number3072& operator*=(const Number3072& factor);
  // The number whose product with this one is 1. Zero has none, and gives zero.
  // Costs as much as some 200 multiplications.
  Number3072 inverse() const;

 private:
  static constexpr std::size_t kLimbs = kBytes / 8;

  // The least significant first. May be beyond the prime by less than kGap.
  std::array<std::uint64_t, kLimbs> limbs_{};
};

}  // namespace veilwire::crypto

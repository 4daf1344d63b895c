#include "veilwire/crypto/exponential.h"

#include <bit>

namespace veilwire::crypto {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr unsigned kFractionBits = 24;
// The natural logarithm of 2, in 32 bits.
constexpr std::uint64_t kLn2 = 2'977'044'472;

// Of a number that is not 0, with kFractionBits behind the point: each squaring of the mantissa brings
// one bit.
std::uint64_t log2_of(std::uint64_t number) {
  const auto zeros = static_cast<unsigned>(std::countl_zero(number));
  std::uint64_t mantissa = number << zeros;  // in [1, 2), 63 bits behind the point
  std::uint64_t log = 63 - zeros;
  for (unsigned i = 0; i < kFractionBits; ++i) {
    const Wide square = Wide{mantissa} * mantissa;  // in [1, 4), 126 bits
    const bool is_two = (square >> 127) != 0;
    mantissa = static_cast<std::uint64_t>(square >> (is_two ? 64 : 63));
    log = 2 * log + (is_two ? 1 : 0);
  }
  return log;
}

}  // namespace

Duration exponential(Duration mean, Dice& dice) {
  const std::uint64_t uniform = dice.u64() | 1;
  const std::uint64_t log = (std::uint64_t{64} << kFractionBits) - log2_of(uniform);
  const Wide time = Wide{static_cast<std::uint64_t>(mean.count())} * log * kLn2;
  return Duration(static_cast<Duration::rep>(time >> (kFractionBits + 32)));
}

}  // namespace veilwire::crypto

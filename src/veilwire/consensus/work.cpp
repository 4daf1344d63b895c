#include "veilwire/consensus/work.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>

#include "veilwire/base/endian.h"
#include "veilwire/wire/block_header.h"

namespace veilwire::consensus {
namespace {

// A product of a target and a time goes a little over 256 bits where a network's easiest target is
// nearly all of them, as regtest's is; the field's arithmetic cuts it off there, so that is the rule.
using Number = boost::multiprecision::uint256_t;

Number number_of(const Hash256& bytes) {
  Number number;
  import_bits(number, bytes.begin(), bytes.end(), 8, false);
  return number;
}

Hash256 bytes_of(const Number& number) {
  Hash256 bytes{};
  export_bits(number, bytes.begin(), 8, false);
  return bytes;
}

}  // namespace

Work::Work(const Hash256& number) {
  for (std::size_t i = 0; i < limbs_.size(); ++i) {
    limbs_[i] = load_le<std::uint64_t>(number.data() + 8 * i);
  }
}

Hash256 Work::number() const {
  Hash256 number;
  for (std::size_t i = 0; i < limbs_.size(); ++i) store_le(number.data() + 8 * i, limbs_[i]);
  return number;
}

Work& Work::operator+=(const Work& other) {
  bool carry = false;
  for (std::size_t i = 0; i < limbs_.size(); ++i) {
    const std::uint64_t with_carry = other.limbs_[i] + (carry ? 1 : 0);
    const bool carried_already = carry && with_carry == 0;
    limbs_[i] += with_carry;
    carry = carried_already || limbs_[i] < with_carry;
  }
  return *this;
}

std::strong_ordering operator<=>(const Work& a, const Work& b) {
  return std::lexicographical_compare_three_way(a.limbs_.rbegin(), a.limbs_.rend(),
                                                b.limbs_.rbegin(), b.limbs_.rend());
}

Work work_of(std::uint32_t bits) {
  const std::optional<Hash256> target = wire::target_from_bits(bits);
  if (!target) return {};
  // 2^256 does not fit, so: (2^256 - 1 - target) / (target + 1) + 1. No compact target is the
  // largest number of all, and so one more than it fits.
  const Number number = number_of(*target);
  const Number largest = std::numeric_limits<Number>::max();
  return Work(bytes_of((largest - number) / (number + 1) + 1));
}

std::uint32_t bits_of(const Hash256& target) {
  const auto top = std::ranges::find_if(target.rbegin(), target.rend(),
                                        [](std::uint8_t byte) { return byte != 0; });
  auto size = static_cast<std::uint32_t>(target.rend() - top);
  std::uint32_t mantissa = 0;
  for (std::uint32_t i = 1; i <= 3; ++i) {
    mantissa = mantissa << 8 | (size >= i ? target[size - i] : 0);
  }
  // The mantissa's highest bit is its sign.
  if ((mantissa & 0x0080'0000) != 0) {
    mantissa >>= 8;
    ++size;
  }
  return size << 24 | mantissa;
}

std::uint32_t retargeted_bits(std::uint32_t bits, std::chrono::seconds taken,
                              std::chrono::seconds wanted, const Hash256& easiest) {
  const std::optional<Hash256> target = wire::target_from_bits(bits);
  if (!target) return bits;
  const auto within = std::clamp(taken, wanted / 4, wanted * 4);
  Number number = number_of(*target);
  number *= static_cast<std::uint64_t>(within.count());
  number /= static_cast<std::uint64_t>(wanted.count());
  return bits_of(bytes_of(std::min(number, number_of(easiest))));
}

}  // namespace veilwire::consensus

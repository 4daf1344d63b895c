// Targets and the work that meeting them took, as numbers of 256 bits.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>

#include "veilwire/base/hash256.h"

namespace veilwire::consensus {

// How many hashes a chain is expected to have taken. 32 bytes, copied freely.
class Work {
 public:
  constexpr Work() = default;
  // From a number as the table of networks has it.
  explicit Work(const Hash256& number);
  Hash256 number() const;

  // All the work that there will ever be fits by far; a sum over 2^256 would begin anew.
  Work& operator+=(const Work& other);
  friend Work operator+(Work a, const Work& b) { return a += b; }
  friend bool operator==(const Work&, const Work&) = default;
  friend std::strong_ordering operator<=>(const Work& a, const Work& b);

 private:
  std::array<std::uint64_t, 4> limbs_{};  // the least significant first
};

// Of one block with a target of this compact form: 2^256 / (target + 1). None for a target that no
// hash meets.
Work work_of(std::uint32_t bits);

// The compact form of a target; what does not fit in its 23 bits is cut off.
std::uint32_t bits_of(const Hash256& target);

// The target of `bits`, made easier or harder as the blocks of a period took longer or less than
// they should have, but never easier than `easiest`. Four times at the most, either way.
std::uint32_t retargeted_bits(std::uint32_t bits, std::chrono::seconds taken,
                              std::chrono::seconds wanted, const Hash256& easiest);

}  // namespace veilwire::consensus

// The work of a whole chain in 16 bytes.
#pragma once

#include <compare>
#include <cstdint>

#include "veilwire/consensus/work.h"

namespace veilwire::chain {

// The same number as consensus::Work in half the bytes. What is over 2^128 counts as 2^128 - 1:
// nobody will ever do that much (main had done 2^97 in 2026), and no header counts without
// its work.
class ChainWork {
 public:
  constexpr ChainWork() = default;
  explicit ChainWork(const consensus::Work& work);
  // From a number as the table of networks has it.
  explicit ChainWork(const Hash256& number);
  Hash256 number() const;

  ChainWork& operator+=(const ChainWork& other);
  friend ChainWork operator+(ChainWork a, const ChainWork& b) { return a += b; }
  // Nothing where there is less to take from.
  friend ChainWork operator-(const ChainWork& a, const ChainWork& b);
  friend ChainWork operator*(const ChainWork& a, std::uint32_t times);

  friend constexpr auto operator<=>(const ChainWork&, const ChainWork&) = default;

 private:
  constexpr ChainWork(std::uint64_t high, std::uint64_t low) : high_(high), low_(low) {}
  static constexpr ChainWork most() { return {~std::uint64_t{0}, ~std::uint64_t{0}}; }

  std::uint64_t high_ = 0;  // first, as they are compared
  std::uint64_t low_ = 0;
};

// The work of one block after the other. Remembers the last target, which stays the same for a
// period.
class WorkOfBits {
 public:
  ChainWork operator()(std::uint32_t bits) {
    if (bits != bits_) {
      bits_ = bits;
      work_ = ChainWork(consensus::work_of(bits));
    }
    return work_;
  }

 private:
  std::uint32_t bits_ = 0;
  ChainWork work_{};
};

}  // namespace veilwire::chain

// What a block, and a transaction in one, may hold at most: the rules' figures, none of ours.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "veilwire/protocol/height.h"

namespace veilwire::consensus {

using protocol::Height;

// A number of one kind of thing, which is not taken for a number of another.
template <typename Unit>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(std::uint64_t value) : value_(value) {}

  constexpr std::uint64_t value() const { return value_; }

  constexpr Quantity& operator+=(Quantity other) {
    value_ += other.value_;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return a += b; }
  friend constexpr auto operator<=>(Quantity, Quantity) = default;

 private:
  std::uint64_t value_ = 0;
};

// BIP 141: a byte of a witness counts one, any other four.
using Weight = Quantity<struct WeightUnit>;
// BIP 141: a signature operation in a witness counts one, any other four.
using SigopCost = Quantity<struct SigopCostUnit>;

// What counts in a witness counts this much outside one.
inline constexpr std::uint64_t kWitnessScale = 4;

inline constexpr Weight kMaxBlockWeight{4'000'000};
inline constexpr SigopCost kMaxBlockSigopCost{80'000};
inline constexpr std::size_t kMinCoinbaseScriptBytes = 2;
inline constexpr std::size_t kMaxCoinbaseScriptBytes = 100;
// Blocks from the one that made it to the first one that may spend it.
inline constexpr std::uint32_t kCoinbaseMaturity = 100;

// Of how many blocks the median time is taken.
inline constexpr std::uint32_t kMedianTimeBlocks = 11;
// A block may be ahead of the node's clock by this much.
inline constexpr std::chrono::seconds kMaxFutureBlockTime{7200};
// BIP 94: and, at the head of a period, behind the block before it by this much.
inline constexpr std::chrono::seconds kMaxTimewarp{600};

}  // namespace veilwire::consensus

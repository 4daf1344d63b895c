// Which header of a tree.
#pragma once

#include <compare>
#include <cstdint>

namespace veilwire::chain {

// The place at which the tree took it in, so that a header's number is greater than its parent's.
// It stays the same for as long as the tree lives. The genesis block has 0.
class NodeIndex {
 public:
  constexpr NodeIndex() = default;
  static constexpr NodeIndex of(std::uint32_t value) {
    NodeIndex index;
    index.value_ = value;
    return index;
  }

  constexpr std::uint32_t value() const { return value_; }
  constexpr NodeIndex next() const { return of(value_ + 1); }

  friend constexpr auto operator<=>(NodeIndex, NodeIndex) = default;

 private:
  std::uint32_t value_ = 0;
};

inline constexpr NodeIndex kGenesisIndex{};

}  // namespace veilwire::chain

// Where a block stands in its chain.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>

namespace veilwire::protocol {

// The genesis block has height 0. A type of its own, so that no count, time or index is taken for
// one. A figure that stands in the source turns into a height by itself; any other number needs
// Height::of().
class Height {
 public:
  constexpr Height() = default;
  template <std::integral Figure>
  consteval Height(Figure figure) : blocks_(static_cast<std::uint32_t>(figure)) {
    if (figure < 0) throw "no block has a negative height";
  }
  static constexpr Height of(std::uint32_t blocks) {
    Height height;
    height.blocks_ = blocks;
    return height;
  }

  constexpr std::uint32_t value() const { return blocks_; }
  constexpr Height next() const { return of(blocks_ + 1); }
  // Of the block `blocks` before this one; the genesis block's where there are not as many.
  constexpr Height before(std::uint32_t blocks) const {
    return of(blocks_ < blocks ? 0 : blocks_ - blocks);
  }

  friend constexpr auto operator<=>(Height, Height) = default;

 private:
  std::uint32_t blocks_ = 0;
};

}  // namespace veilwire::protocol

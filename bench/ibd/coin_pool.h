// The unspent coins, apart by their age, and which one is spent next: 40 % are younger than ten
// blocks, of any age below that with the same chance; the others are older, each with the same
// chance.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "random.h"
#include "unspent.h"

namespace veilwire::bench {

class CoinPool {
 public:
  static constexpr std::uint64_t kYoungPercent = 40;
  static constexpr std::size_t kYoungBlocks = 10;

  enum class Age : std::uint8_t { kSameBlock, kYoung, kOld };
  struct Pick {
    Unspent coin;
    Age age = Age::kOld;
  };

  // What is added from now on is of the next block.
  void begin_block();
  void add(const Unspent& coin);
  void add_old(const Unspent& coin) { old_.push_back(coin); }
  // REQUIRES: size() > 0. Of the other age where there is none of the one drawn.
  Pick take(Random& random);

  std::size_t size() const { return old_.size() + young_count_; }

 private:
  static Unspent take_from(std::vector<Unspent>& coins, Random& random);

  std::vector<Unspent> old_;
  std::deque<std::vector<Unspent>> young_;  // one for each block, the newest first
  std::size_t young_count_ = 0;
};

}  // namespace veilwire::bench

#include "coin_pool.h"

#include <utility>

namespace veilwire::bench {

void CoinPool::begin_block() {
  young_.emplace_front();
  if (young_.size() <= kYoungBlocks) return;
  const std::vector<Unspent>& grown = young_.back();
  old_.insert(old_.end(), grown.begin(), grown.end());
  young_count_ -= grown.size();
  young_.pop_back();
}

void CoinPool::add(const Unspent& coin) {
  young_.front().push_back(coin);
  ++young_count_;
}

CoinPool::Pick CoinPool::take(Random& random) {
  const bool wants_young = random.below(100) < kYoungPercent;
  const bool takes_young = wants_young ? young_count_ > 0 : old_.empty();
  if (!takes_young) return {take_from(old_, random), Age::kOld};
  std::size_t age = random.below(young_.size());
  while (young_[age].empty()) age = random.below(young_.size());
  --young_count_;
  return {take_from(young_[age], random), age == 0 ? Age::kSameBlock : Age::kYoung};
}

Unspent CoinPool::take_from(std::vector<Unspent>& coins, Random& random) {
  std::swap(coins[random.below(coins.size())], coins.back());
  const Unspent coin = coins.back();
  coins.pop_back();
  return coin;
}

}  // namespace veilwire::bench

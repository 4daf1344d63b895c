// What goes into each block, decided in the chain's order; and a block's contents made of it.
//
//   from 101 on       each splits a coinbase: 100 blocks, 500 coins each, unless others are asked for
//   from 101 on       50 to 150 transactions, as far as an eighth of the coins suffices for them
//
// A transaction has 1 to 7 inputs, 1.9 on average, and 1 to 5 outputs, 2.1 on average: 50 % P2WPKH,
// 30 % P2TR, 20 % P2PKH. A fee of at most 300 units keeps coinbases worth something after the
// subsidy has ended.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "coin_pool.h"
#include "key_ring.h"
#include "random.h"
#include "spend.h"

namespace veilwire::bench {

// How the first coins are made.
struct Splits {
  std::uint32_t blocks = 100;
  std::uint32_t coins = 500;  // of each; a block has room for 25 000

  friend bool operator==(const Splits&, const Splits&) = default;
};

struct BlockPlan {
  std::uint32_t height = 0;
  Unspent reward;  // its place is not known before the contents are
  std::vector<Spend> spends;
};

// Without coinbases, but for `unspent`.
struct ChainFigures {
  std::uint64_t spends = 0;
  std::array<std::uint64_t, kCoinKindNames.size()> inputs{};   // by kind
  std::array<std::uint64_t, kCoinKindNames.size()> outputs{};  // by kind
  std::array<std::uint64_t, 3> inputs_by_age{};                // see CoinPool::Age
  std::uint64_t unspent = 0;
};

class Planner {
 public:
  Planner(std::uint64_t seed, const Splits& splits, const KeyRing& keys)
      : random_(seed), splits_(splits), keys_(keys) {}

  // REQUIRES: set_reward() was called for the block a coinbase's maturity below.
  BlockPlan plan_block();
  // Once the coinbase's txid is known; in the chain's order.
  void set_reward(const Unspent& reward) { rewards_.push_back(reward); }

  ChainFigures figures() const;

 private:
  void spend_matured(BlockPlan& plan);
  Spend spend_some();
  Spend pay(std::vector<Unspent> coins, std::size_t outputs);
  Unspent new_coin(std::int64_t value);
  void count(CoinPool::Age age);
  void add(BlockPlan& plan, Spend spend);

  Random random_;
  const Splits splits_;
  const KeyRing& keys_;
  CoinPool pool_;
  std::vector<Unspent> rewards_;  // of block 1 and so on
  std::uint32_t height_ = 0;
  ChainFigures figures_;
};

struct BlockContents {
  Unspent reward;
  Hash256 root{};
  Bytes transactions{};  // after their count
};

// Signs what is left to be signed. Needs nothing but the plan: any thread may do it.
BlockContents contents_of(BlockPlan plan, const KeyRing& keys);

}  // namespace veilwire::bench

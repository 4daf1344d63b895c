#include "block_plan.h"

#include <algorithm>
#include <utility>

#include "veilwire/consensus/limits.h"
#include "veilwire/consensus/subsidy.h"
#include "veilwire/wire/merkle.h"

namespace veilwire::bench {
namespace {

using namespace veilwire::consensus;
using namespace veilwire::consensus::testing;

constexpr std::size_t kMinSpends = 50;
constexpr std::size_t kMaxSpends = 150;
constexpr std::size_t kCoinsForOneSpend = 8;

// One of twenty is drawn.
constexpr std::uint8_t kInputCounts[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                         1, 2, 2, 2, 2, 2, 3, 3, 4, 7};
constexpr std::uint8_t kOutputCounts[] = {1, 1, 1, 1, 2, 2, 2, 2, 2, 2,
                                          2, 2, 2, 2, 2, 2, 3, 3, 3, 5};

// Above what any node takes for dust.
constexpr std::int64_t kLeastValue = 1000;
constexpr std::int64_t kMaxFee = 300;

const protocol::Network& regtest() { return *protocol::network_from_name("regtest"); }

std::int64_t up_to(Random& random, std::int64_t most) {
  return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most) + 1));
}

CoinKind draw_kind(Random& random) {
  const std::uint64_t percent = random.below(100);
  if (percent < 50) return CoinKind::kP2wpkh;
  return percent < 80 ? CoinKind::kP2tr : CoinKind::kP2pkh;
}

std::int64_t value_of(const std::vector<Unspent>& coins) {
  std::int64_t sum = 0;
  for (const Unspent& coin : coins) sum += coin.value;
  return sum;
}

std::int64_t fee_of(const Spend& spend) {
  std::int64_t fee = value_of(spend.coins);
  for (const OutputDraft& output : spend.draft.outputs) fee -= output.value;
  return fee;
}

// Without the fee. Fewer than `count` where the value does not suffice.
std::vector<std::int64_t> shares_of(std::int64_t value, std::size_t count, Random& random) {
  auto left = std::min<std::int64_t>(static_cast<std::int64_t>(count), value / kLeastValue);
  value -= up_to(random, std::min(kMaxFee, value - left * kLeastValue));
  std::vector<std::int64_t> shares;
  for (; left > 1; --left) {
    const std::int64_t spare = value - left * kLeastValue;
    shares.push_back(kLeastValue + up_to(random, 2 * spare / left));
    value -= shares.back();
  }
  shares.push_back(value);
  return shares;
}

TransactionDraft coinbase_of(const BlockPlan& plan, const KeyRing& keys) {
  TransactionDraft draft =
      coinbase(protocol::Height::of(plan.height), Amount::of(plan.reward.value).value());
  draft.outputs[0].script = keys.script_of(plan.reward);
  return draft;
}

// BIP 141. The reserved value is zeros.
void commit(TransactionDraft& coinbase, const std::vector<wire::TransactionIds>& ids) {
  coinbase.inputs[0].witness = {Bytes(32, 0)};
  coinbase.outputs.push_back({.value = 0, .script = wire::commitment_script(ids, {})});
}

}  // namespace

BlockPlan Planner::plan_block() {
  ++height_;
  pool_.begin_block();
  BlockPlan plan;
  plan.height = height_;
  spend_matured(plan);
  const std::size_t drawn = kMinSpends + random_.below(kMaxSpends - kMinSpends + 1);
  const std::size_t most = std::min(drawn, pool_.size() / kCoinsForOneSpend);
  while (plan.spends.size() < most) add(plan, spend_some());
  std::int64_t reward = subsidy(regtest(), protocol::Height::of(height_)).units();
  for (const Spend& spend : plan.spends) reward += fee_of(spend);
  plan.reward = new_coin(reward);
  return plan;
}

void Planner::spend_matured(BlockPlan& plan) {
  if (height_ <= kCoinbaseMaturity) return;
  const Unspent& reward = rewards_.at(height_ - kCoinbaseMaturity - 1);
  if (height_ <= kCoinbaseMaturity + splits_.blocks) {
    add(plan, pay({reward}, splits_.coins));
    count(CoinPool::Age::kOld);
  } else if (reward.value >= kLeastValue) {
    pool_.add_old(reward);
  }
}

Spend Planner::spend_some() {
  const std::size_t wanted = kInputCounts[random_.below(std::size(kInputCounts))];
  std::vector<Unspent> coins;
  while (coins.size() < wanted && pool_.size() > 0) {
    const CoinPool::Pick pick = pool_.take(random_);
    coins.push_back(pick.coin);
    count(pick.age);
  }
  return pay(std::move(coins), kOutputCounts[random_.below(std::size(kOutputCounts))]);
}

Spend Planner::pay(std::vector<Unspent> coins, std::size_t outputs) {
  Spend spend;
  for (const Unspent& coin : coins) {
    spend.draft.inputs.push_back({.previous = coin.place, .sequence = 0xffff'fffd});
    ++figures_.inputs[static_cast<std::size_t>(coin.kind)];
  }
  spend.coins = std::move(coins);
  std::vector<Unspent> made;
  for (const std::int64_t value : shares_of(value_of(spend.coins), outputs, random_)) {
    made.push_back(new_coin(value));
    spend.draft.outputs.push_back({value, keys_.script_of(made.back())});
    ++figures_.outputs[static_cast<std::size_t>(made.back().kind)];
  }
  sign_scripts(spend, keys_);
  for (std::uint32_t i = 0; i < made.size(); ++i) {
    made[i].place = {spend.txid, i};
    pool_.add(made[i]);
  }
  return spend;
}

void Planner::count(CoinPool::Age age) { ++figures_.inputs_by_age[static_cast<std::size_t>(age)]; }

Unspent Planner::new_coin(std::int64_t value) {
  return {.value = value,
          .key = static_cast<std::uint16_t>(random_.below(KeyRing::kKeys)),
          .kind = draw_kind(random_)};
}

void Planner::add(BlockPlan& plan, Spend spend) {
  plan.spends.push_back(std::move(spend));
  ++figures_.spends;
}

ChainFigures Planner::figures() const {
  ChainFigures figures = figures_;
  figures.unspent = rewards_.size();
  for (const std::uint64_t made : figures.outputs) figures.unspent += made;
  for (const std::uint64_t spent : figures.inputs) figures.unspent -= spent;
  return figures;
}

BlockContents contents_of(BlockPlan plan, const KeyRing& keys) {
  std::vector<wire::TransactionIds> ids(1);
  Bytes spends;
  for (Spend& spend : plan.spends) {
    sign_witnesses(spend, keys);
    const Bytes bytes = spend.draft.bytes();
    ids.push_back({spend.txid, crypto::sha256d(bytes)});
    spends.insert(spends.end(), bytes.begin(), bytes.end());
  }
  TransactionDraft coinbase = coinbase_of(plan, keys);
  if (std::ranges::any_of(plan.spends, &Spend::has_witness)) commit(coinbase, ids);
  ids[0].txid = coinbase.txid();

  BlockContents contents{.reward = plan.reward};
  contents.reward.place = {ids[0].txid, 0};
  contents.root = wire::merkle_root_of_txids(ids).root;
  wire::Writer writer(contents.transactions);
  writer.compact_size(ids.size());
  writer.bytes(coinbase.bytes());
  writer.bytes(spends);
  return contents;
}

}  // namespace veilwire::bench

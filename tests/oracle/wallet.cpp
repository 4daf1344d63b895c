#include "wallet.h"

#include <algorithm>

#include "veilwire/consensus/difficulty.h"

namespace veilwire::oracle {

using consensus::CoinOrigin;
using consensus::testing::BlockDraft;

namespace {

constexpr std::size_t kOutputsOfSplit = 24;
constexpr std::uint32_t kFirstSplit = consensus::kCoinbaseMaturity + 1;

UnixTime next_time(const Chain& chain, Dice& dice) {
  const UnixTime tip = chain.tip().time;
  const bool begins_period = consensus::begins_period(chain.network(), chain.next_height());
  if (dice.one_in(5) && !begins_period) return chain.median_time() + std::chrono::seconds(1);
  return tip + std::chrono::seconds(1 + dice.below(1200));
}

}  // namespace

Era era_of(const Instance& instance) { return instance.has_segwit() ? Era::kSegwit : Era::kOld; }

FundedChain::FundedChain(const Instance& instance, Dice& dice) : chain_(instance) {
  const auto blocks = instance.tip + dice.below(instance.more_blocks + 1);
  while (chain_.ancestors().last().value() < blocks) add_block(dice);
}

const TransactionDraft& FundedChain::unspent_coinbase(Dice& dice) const {
  // The oldest are spent first, one for each block that may.
  const std::size_t spent = coinbases_.size() + 1 - kFirstSplit;
  return coinbases_[spent + dice.below(coinbases_.size() - spent)];
}

TransactionDraft FundedChain::make_coinbase(Dice& dice) const {
  TransactionDraft draft = consensus::testing::coinbase(chain_.next_height(), chain_.subsidy());
  for (int i = 0; i < 4; ++i) draft.inputs[0].script.push_back(dice.byte());
  return draft;
}

void FundedChain::add_block(Dice& dice) {
  const auto height = chain_.next_height();
  BlockDraft block;
  block.transactions.push_back(make_coinbase(dice));
  if (height.value() >= kFirstSplit) block.transactions.push_back(split_oldest_coinbase(dice));
  block.header = {.version = 4,
                  .previous = chain_.tip().hash,
                  .merkle_root = {},
                  .time = next_time(chain_, dice),
                  .bits = chain_.network().genesis.bits,
                  .nonce = 0};
  block.set_root();
  block.mine();
  coinbases_.push_back(block.transactions[0]);
  own(block.transactions[0], {anybody_can_spend()}, CoinOrigin::kCoinbase);
  chain_.add(block.bytes());
}

TransactionDraft FundedChain::split_oldest_coinbase(Dice& dice) {
  const auto oldest = std::ranges::find(coins_, CoinOrigin::kCoinbase, &OwnCoin::origin);
  const auto share = oldest->output.value / static_cast<std::int64_t>(kOutputsOfSplit);
  TransactionDraft draft;
  draft.inputs.push_back({.previous = oldest->outpoint});
  coins_.erase(oldest);
  std::vector<Lock> locks;
  for (std::size_t i = 0; i < kOutputsOfSplit; ++i) {
    const Waits waits{.lock_time = chain_.next_height().value(),
                      .sequence = static_cast<std::uint32_t>(dice.below(40))};
    locks.push_back(dice.one_in(2) ? anybody_can_spend()
                                   : random_lock(dice, era_of(chain_.instance()), waits));
    draft.outputs.push_back({.value = share, .script = locks.back().output_script});
  }
  own(draft, std::move(locks), CoinOrigin::kTransaction);
  return draft;
}

void FundedChain::own(const TransactionDraft& transaction, std::vector<Lock> locks,
                      CoinOrigin origin) {
  const Hash256 txid = transaction.txid();
  for (std::uint32_t i = 0; i < locks.size(); ++i) {
    const OutputDraft& output = transaction.outputs[i];
    if (!consensus::is_spendable(output.script)) continue;
    coins_.push_back({{txid, i}, output, std::move(locks[i]), chain_.next_height(), origin});
  }
}

}  // namespace veilwire::oracle

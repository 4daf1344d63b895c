#include "workpiece.h"

#include <algorithm>

#include "waits.h"

namespace veilwire::oracle {

using consensus::CoinOrigin;
using consensus::testing::BlockDraft;

namespace {

constexpr std::int64_t kLockedValue = 100'000;
constexpr std::int64_t kFee = 1'000;

bool is_mature(const OwnCoin& coin, const Chain& chain) {
  return coin.origin == CoinOrigin::kTransaction ||
         chain.next_height().value() - coin.height.value() >= consensus::kCoinbaseMaturity;
}
bool is_plain(const OwnCoin& coin, const Chain& chain) {
  return is_mature(coin, chain) && coin.output.script == consensus::testing::kAnybodyCanSpend &&
         coin.output.value > 100 * kLockedValue;
}

// Wraps, as the numbers that mutations leave may be any.
std::int64_t plus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::int64_t minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

}  // namespace

Workpiece::Workpiece(const FundedChain& funded, Dice& dice) : funded_(funded), dice_(dice) {
  header = {.version = 4,
            .previous = chain().tip().hash,
            .merkle_root = {},
            .time = chain().tip().time + std::chrono::seconds(1),
            .bits = chain().network().genesis.bits,
            .nonce = static_cast<std::uint32_t>(dice.next())};
  plan_transactions();
}

void Workpiece::plan_transactions() {
  all.push_back({.id = new_id(),
                 .draft = consensus::testing::coinbase(chain().next_height(), chain().subsidy()),
                 .spent = {},
                 .is_finished = true});
  const std::size_t spenders = 1 + dice_.below(3);
  Making maker{.id = new_id(), .draft = {}, .spent = {}};
  const OwnCoin money = take_plain_coin();
  maker.draft.inputs.push_back({.previous = money.outpoint});
  maker.spent.push_back({money.output, money.lock});
  all.push_back(std::move(maker));
  for (std::size_t i = 0; i < spenders; ++i) plan_spender(all[1]);
  Making& planned = all[1];
  const auto given = static_cast<std::int64_t>(planned.draft.outputs.size()) * kLockedValue;
  planned.draft.outputs.push_back({.value = money.output.value - given - kFee});
}

void Workpiece::plan_spender(Making& maker) {
  Making spender{.id = new_id(), .draft = {}, .spent = {}};
  spender.draft.version = some_version(dice_);
  spender.draft.lock_time = some_lock_time(dice_, chain());
  const std::size_t inputs = dice_.one_in(4) ? 2 + dice_.below(3) : 1;
  for (std::size_t i = 0; i < inputs; ++i) plan_input(spender, maker);
  const std::size_t outputs = 1 + dice_.below(3);
  for (std::size_t i = 0; i < outputs; ++i) {
    spender.draft.outputs.push_back({.value = kLockedValue / 4});
    if (dice_.one_in(4)) spender.draft.outputs.back().script = {consensus::kOpReturn, 1, 2};
  }
  all.push_back(std::move(spender));
}

void Workpiece::plan_input(Making& spender, Making& maker) {
  if (dice_.one_in(4)) {
    const OwnCoin coin = take_coin();
    spender.draft.inputs.push_back({.previous = coin.outpoint,
                                    .script = {},
                                    .sequence = some_sequence(dice_, chain(), coin.height)});
    spender.spent.push_back({coin.output, coin.lock});
    return;
  }
  const Waits waits{spender.draft.version, spender.draft.lock_time,
                    some_sequence(dice_, chain(), chain().next_height())};
  const Lock lock = random_lock(dice_, era_of(chain().instance()), waits);
  const auto index = static_cast<std::uint32_t>(maker.draft.outputs.size());
  maker.draft.outputs.push_back({.value = kLockedValue, .script = lock.output_script});
  spender.draft.inputs.push_back({.previous = {}, .script = {}, .sequence = waits.sequence});
  spender.spent.push_back({maker.draft.outputs.back(), lock, SpentCoin::Here{maker.id, index}});
}

const OwnCoin& Workpiece::choose_coin(bool (*fits)(const OwnCoin&, const Chain&)) {
  const auto coins = std::span<const OwnCoin>(funded_.coins());
  for (;;) {
    const OwnCoin& coin = dice_.pick(coins);
    if (!fits(coin, chain()) || std::ranges::find(taken_, coin.outpoint) != taken_.end()) continue;
    taken_.push_back(coin.outpoint);
    return coin;
  }
}
OwnCoin Workpiece::take_plain_coin() { return choose_coin(is_plain); }
OwnCoin Workpiece::take_coin() { return choose_coin(is_mature); }

bool Workpiece::is_whole() const {
  return all.size() >= 2 && !all[0].draft.inputs.empty() && !all[0].draft.outputs.empty();
}

Making& Workpiece::some_transaction() { return all[1 + dice_.below(all.size() - 1)]; }
Making& Workpiece::some_spender() {
  return all.size() < 3 ? all.back() : all[2 + dice_.below(all.size() - 2)];
}

Making& Workpiece::add_spender(const OwnCoin& coin) {
  Making spender{.id = new_id(),
                 .draft = consensus::testing::spend({coin.outpoint}, coin.output.value - kFee),
                 .spent = {{coin.output, coin.lock}}};
  return all.emplace_back(std::move(spender));
}
Making& Workpiece::add_spender(std::size_t maker, std::uint32_t index) {
  const OutputDraft output = std::ranges::find(all, maker, &Making::id)->draft.outputs[index];
  Making spender{.id = new_id(),
                 .draft = consensus::testing::spend({{}}, output.value),
                 .spent = {{output, lock_of({maker, index}), SpentCoin::Here{maker, index}}}};
  return all.emplace_back(std::move(spender));
}

// As somebody spends it already, or as nobody was kept from it.
Lock Workpiece::lock_of(const SpentCoin::Here& here) const {
  for (const Making& making : all) {
    for (const SpentCoin& coin : making.spent) {
      if (coin.here && coin.here->maker == here.maker && coin.here->index == here.index) {
        return coin.lock;
      }
    }
  }
  return anybody_can_spend();
}

void Workpiece::link(Making& making) {
  for (std::size_t i = 0; i < std::min(making.spent.size(), making.draft.inputs.size()); ++i) {
    const auto& here = making.spent[i].here;
    if (!here) continue;
    const auto maker = std::ranges::find(all, here->maker, &Making::id);
    if (maker != all.end()) {
      making.draft.inputs[i].previous = maker->draft.outpoint(here->index);
    }
  }
}

void Workpiece::sign() {
  std::vector<Making*> in_order;
  for (Making& making : all) in_order.push_back(&making);
  std::ranges::stable_sort(in_order, {}, &Making::id);
  for (Making* making : in_order) {
    if (making->is_finished) continue;
    link(*making);
    making->is_finished = true;
    if (making->draft.inputs.empty() || making->draft.inputs.size() != making->spent.size())
      continue;
    std::vector<OutputDraft> spent;
    for (const SpentCoin& coin : making->spent) spent.push_back(coin.output);
    const TransactionSigner signer(making->draft, spent);
    for (std::size_t i = 0; i < spent.size(); ++i) {
      open(making->draft, i, making->spent[i].lock, signer, dice_);
    }
  }
}

void Workpiece::sign_dependants(const Making& changed) {
  if (!repairs.links) return;
  std::vector<std::size_t> ids{changed.id};
  const auto depends = [&](const SpentCoin& coin) {
    return coin.here && std::ranges::find(ids, coin.here->maker) != ids.end();
  };
  for (std::size_t before = 0; before != ids.size();) {
    before = ids.size();
    for (Making& making : all) {
      const bool is_listed = std::ranges::find(ids, making.id) != ids.end();
      if (is_listed || !std::ranges::any_of(making.spent, depends)) continue;
      making.is_finished = false;
      ids.push_back(making.id);
    }
  }
  sign();
}

std::int64_t Workpiece::fees() const {
  std::int64_t sum = 0;
  for (std::size_t i = 1; i < all.size(); ++i) {
    for (const SpentCoin& coin : all[i].spent) sum = plus(sum, coin.output.value);
    for (const OutputDraft& output : all[i].draft.outputs) sum = minus(sum, output.value);
  }
  return sum;
}

bool Workpiece::commits() {
  if (repairs.commitment != Commit::kMostly) return repairs.commitment == Commit::kAlways;
  const bool has_witness = std::ranges::any_of(all, [](const Making& making) {
    return std::ranges::any_of(making.draft.inputs,
                               [](const auto& input) { return !input.witness.empty(); });
  });
  if (era_of(chain().instance()) == Era::kOld) return dice_.one_in(200);
  return has_witness ? !dice_.one_in(200) : dice_.one_in(10);
}

void Workpiece::finish() {
  if (repairs.money && !coinbase().outputs.empty()) {
    coinbase().outputs[0].value = plus(plus(chain().subsidy().units(), fees()), coinbase_extra);
  }
  BlockDraft draft = block_draft();
  if (commits() && !coinbase().inputs.empty()) draft.commit();
  all[0].draft = draft.transactions[0];
  if (repairs.root) set_root();
}

BlockDraft Workpiece::block_draft() const {
  BlockDraft draft{.header = header};
  for (const Making& making : all) draft.transactions.push_back(making.draft);
  return draft;
}

Hash256 Workpiece::root() const { return wire::merkle_root_of_txids(block_draft().ids()).root; }

Bytes Workpiece::bytes() const { return block_draft().bytes(); }

}  // namespace veilwire::oracle

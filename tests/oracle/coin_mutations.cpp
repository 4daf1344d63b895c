// What transactions take and make: money, coins, order, lock times.
#include <algorithm>
#include <limits>

#include "mutation.h"
#include "script_bytes.h"
#include "waits.h"

namespace veilwire::oracle {
namespace {

using namespace consensus;  // the opcodes

constexpr std::int64_t kAll = Amount::kMaxUnits;

std::int64_t odd_amount(Dice& dice) {
  using Limits = std::numeric_limits<std::int64_t>;
  return dice.pick<std::int64_t>({-1, 0, 1, kAll, kAll + 1, kAll - 1, Limits::min(), Limits::max(),
                                  -kAll, std::int64_t{1} << 32, std::int64_t{1} << 62});
}

void odd_value(Workpiece& work) {
  auto& outputs = work.some_transaction().draft.outputs;
  if (!outputs.empty()) work.dice().pick(outputs).value = odd_amount(work.dice());
}

// What goes out is what comes in, or one more, or far more.
void values_at_the_edge(Workpiece& work) {
  Making& making = work.some_spender();
  std::int64_t in = 0;
  for (const SpentCoin& coin : making.spent) in += coin.output.value;
  auto& outputs = making.draft.outputs;
  for (std::size_t i = 1; i < outputs.size(); ++i) outputs[i].value = 0;
  if (!outputs.empty()) outputs[0].value = in + work.dice().pick<std::int64_t>({0, 0, 1, in});
}

void total_over_all_money(Workpiece& work) {
  auto& outputs = work.some_spender().draft.outputs;
  outputs.assign(2, {.value = kAll / 2});
  outputs[1].value += work.dice().pick<std::int64_t>({0, 1, kAll / 2});
}

void double_spend(Workpiece& work) {
  const OwnCoin coin = work.dice().one_in(2) ? work.take_plain_coin() : work.take_coin();
  work.add_spender(coin);
  work.add_spender(coin).draft.outputs[0].value -= 1;
}

// An output of the block, taken once or twice.
void double_spend_inside(Workpiece& work) {
  const Making& maker = work.some_transaction();
  if (maker.draft.outputs.empty()) return;
  const auto index = static_cast<std::uint32_t>(work.dice().below(maker.draft.outputs.size()));
  const std::size_t id = maker.id;
  work.add_spender(id, index);
  if (work.dice().one_in(2)) work.add_spender(id, index).draft.lock_time = 1;
}

void same_input_twice(Workpiece& work) {
  Making& making = work.some_spender();
  if (making.spent.empty()) return;
  const std::size_t place = work.dice().below(making.spent.size());
  const auto input = making.draft.inputs[place];
  const SpentCoin coin = making.spent[place];
  making.draft.inputs.push_back(input);
  making.spent.push_back(coin);
}

void spend_nothing_known(Workpiece& work) {
  OwnCoin coin = work.take_plain_coin();
  if (work.dice().one_in(2)) {
    coin.outpoint.txid[0] ^= 1;
  } else {
    coin.outpoint.index += work.dice().pick<std::uint32_t>({1, 100, 0x8000'0000});
  }
  work.add_spender(coin);
}

void spend_index_beyond_end(Workpiece& work) {
  Making& spender = work.some_spender();
  for (SpentCoin& coin : spender.spent) {
    if (coin.here) coin.here->index += 1;
  }
}

void swap_two(Workpiece& work) {
  const std::size_t a = 1 + work.dice().below(work.all.size() - 1);
  const std::size_t b = 1 + work.dice().below(work.all.size() - 1);
  std::swap(work.all[a], work.all[b]);
}

void take_one_out(Workpiece& work) {
  if (work.all.size() < 3) return;
  work.all.erase(work.all.begin() + 1 +
                 static_cast<std::ptrdiff_t>(work.dice().below(work.all.size() - 1)));
}

void spend_young_coinbase(Workpiece& work) {
  const auto next = work.chain().next_height().value();
  const std::uint32_t depth = work.dice().pick<std::uint32_t>({1, 98, 99, 99, 100, 100, 101});
  for (const OwnCoin& coin : work.funded().coins()) {
    if (coin.origin == CoinOrigin::kCoinbase && next - coin.height.value() == depth) {
      work.add_spender(coin);
      return;
    }
  }
}

void spend_own_coinbase(Workpiece& work) { work.add_spender(work.all[0].id, 0); }

void null_input(Workpiece& work) {
  Making& making = work.some_spender();
  const auto index = work.dice().pick<std::uint32_t>({0xffff'ffff, 0xffff'ffff, 0, 1});
  making.draft.inputs.push_back({.previous = {.txid = {}, .index = index}});
  making.spent.push_back({{}, anybody_can_spend()});
}

void no_inputs_or_no_outputs(Workpiece& work) {
  Making& making = work.some_spender();
  if (work.dice().one_in(2)) {
    making.draft.outputs.clear();
    return;
  }
  making.draft.inputs.clear();
  making.spent.clear();
}

// What begins with RETURN or is over 10 000 bytes long can never be spent, what is one shorter can.
void spend_unspendable(Workpiece& work) {
  const OwnCoin coin = work.take_plain_coin();
  Making& maker = work.add_spender(coin);
  ScriptBytes script;
  if (work.dice().one_in(3)) {
    script.op(kOpReturn).op(kOp1);
  } else {
    const std::size_t bytes = 10'000 + work.dice().below(2);
    while (script.size() + 600 < bytes) script.push(Bytes(520, 1)).op(kOpDrop);
    while (script.size() < bytes) script.op(kOp1);
  }
  maker.draft.outputs[0].script = script.bytes();
  work.add_spender(maker.id, 0);
}

void waiting_transaction(Workpiece& work) {
  Making& making = work.some_transaction();
  making.draft.lock_time = some_lock_time(work.dice(), work.chain());
  making.draft.version = some_version(work.dice());
  for (auto& input : making.draft.inputs) {
    input.sequence = some_sequence(work.dice(), work.chain(), work.chain().next_height());
  }
}

// Relative lock times of coins of the chain, of all ages.
void waiting_coin(Workpiece& work) {
  const OwnCoin coin = work.take_plain_coin();
  Making& spender = work.add_spender(coin);
  spender.draft.version = some_version(work.dice());
  spender.draft.inputs[0].sequence = some_sequence(work.dice(), work.chain(), coin.height);
}

// A row of transactions, each of which spends the one before.
void long_row(Workpiece& work) {
  const std::size_t length = 2 + work.dice().below(20);
  Making* last = &work.add_spender(work.take_plain_coin());
  for (std::size_t i = 0; i < length; ++i) last = &work.add_spender(last->id, 0);
}

// 64 bytes without a witness: as long as an inner node of the Merkle tree.
void transaction_of_64_bytes(Workpiece& work) {
  Making& making = work.add_spender(work.take_plain_coin());
  making.draft.outputs[0].script = {kOp1, kOp1, kOp1, kOp1};
}

void drop_spenders(Workpiece& work) { work.all.resize(1 + work.dice().below(2)); }

constexpr Mutation kTable[] = {
    {"odd amount", 8, Phase::kPlan, odd_value},
    {"values at the edge", 6, Phase::kPlan, values_at_the_edge},
    {"total over all money", 3, Phase::kPlan, total_over_all_money},
    {"double spend", 4, Phase::kPlan, double_spend},
    {"double spend inside", 6, Phase::kPlan, double_spend_inside},
    {"same input twice", 3, Phase::kPlan, same_input_twice},
    {"unknown coin", 3, Phase::kPlan, spend_nothing_known},
    {"index beyond the end", 2, Phase::kPlan, spend_index_beyond_end},
    {"two swapped", 5, Phase::kPlan, swap_two},
    {"one taken out", 3, Phase::kPlan, take_one_out},
    {"young coinbase", 7, Phase::kPlan, spend_young_coinbase},
    {"its own coinbase", 2, Phase::kPlan, spend_own_coinbase},
    {"null input", 3, Phase::kPlan, null_input},
    {"no inputs or outputs", 3, Phase::kPlan, no_inputs_or_no_outputs},
    {"unspendable spent", 5, Phase::kPlan, spend_unspendable},
    {"waiting transaction", 9, Phase::kPlan, waiting_transaction},
    {"waiting coin", 10, Phase::kPlan, waiting_coin},
    {"long row", 3, Phase::kPlan, long_row},
    {"64 bytes", 3, Phase::kPlan, transaction_of_64_bytes},
    {"few transactions", 3, Phase::kPlan, drop_spenders},
};

}  // namespace

std::span<const Mutation> coin_mutations() { return kTable; }

}  // namespace veilwire::oracle

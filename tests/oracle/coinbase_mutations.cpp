// What is special about the first transaction.
#include "mutation.h"
#include "script_bytes.h"
#include "veilwire/consensus/block_structure.h"

namespace veilwire::oracle {
namespace {

using namespace consensus;  // the opcodes

void value_off(Workpiece& work) {
  work.coinbase_extra =
      work.dice().pick<std::int64_t>({1, 1, -1, -1, 100, -5'000'000'000, Amount::kUnitsPerCoin});
}

void money_split(Workpiece& work) {
  auto& outputs = work.coinbase().outputs;
  const std::int64_t odd = work.dice().pick<std::int64_t>({-1, 0, 1, Amount::kMaxUnits});
  outputs.push_back({.value = odd});
  work.coinbase_extra = -odd + work.dice().pick<std::int64_t>({0, 0, 1});
}

void other_height(Workpiece& work) {
  const std::uint32_t height = work.chain().next_height().value();
  Dice& dice = work.dice();
  const std::uint32_t other = dice.pick<std::uint32_t>({height - 1, height + 1, 0, 1, 17, 65'536});
  Bytes script = height_push(protocol::Height::of(other));
  script.push_back(kOp0);
  work.coinbase().inputs[0].script = script;
}

// The right height, in a form that is not the shortest, or cut.
void height_in_other_form(Workpiece& work) {
  const ScriptNumber height(work.chain().next_height().value());
  const Item shortest = height.item();
  const ByteView view = shortest.bytes();
  Bytes bytes(view.begin(), view.end());
  ScriptBytes script;
  switch (work.dice().below(4)) {
    case 0:
      script.push_wide(bytes, work.dice().pick<std::size_t>({1, 2, 4}));
      break;
    case 1:
      bytes.push_back(0);
      script.push(bytes);
      break;
    case 2:
      script.raw(bytes);
      break;
    default:
      script.op(kOpNop).push(bytes);
  }
  work.coinbase().inputs[0].script = script.op(kOp0).bytes();
}

void script_length(Workpiece& work) {
  Bytes& script = work.coinbase().inputs[0].script;
  script.resize(work.dice().pick<std::size_t>({0, 1, 2, 3, 4, 99, 100, 100, 101, 101, 300}), 0xff);
}

void waiting_coinbase(Workpiece& work) {
  Dice& dice = work.dice();
  const std::uint32_t height = work.chain().next_height().value();
  work.coinbase().lock_time = dice.pick<std::uint32_t>({height - 1, height, height + 1, 1});
  if (dice.one_in(2))
    work.coinbase().inputs[0].sequence = dice.pick<std::uint32_t>({0, 5, 1 << 22});
  work.coinbase().version = dice.pick<std::uint32_t>({0, 1, 2, 0xffff'ffff});
}

void second_coinbase(Workpiece& work) {
  Making second = work.all[0];
  second.id = work.new_id();
  second.draft.lock_time = static_cast<std::uint32_t>(work.dice().below(2));
  work.all.insert(
      work.all.begin() + 1 + static_cast<std::ptrdiff_t>(work.dice().below(work.all.size())),
      std::move(second));
}

void no_coinbase(Workpiece& work) {
  if (work.dice().one_in(2)) {
    work.all.erase(work.all.begin());
  } else {
    std::swap(work.all[0], work.all[1]);
  }
  work.repairs.money = false;
  work.repairs.commitment = Commit::kNever;
}

void odd_input(Workpiece& work) {
  auto& inputs = work.coinbase().inputs;
  switch (work.dice().below(3)) {
    case 0:
      inputs[0].previous.index = static_cast<std::uint32_t>(work.dice().below(2));
      break;
    case 1:
      inputs[0].previous.txid[work.dice().below(32)] = 1;
      break;
    default:
      inputs.push_back(inputs[0]);
  }
}

void no_outputs(Workpiece& work) { work.coinbase().outputs.clear(); }

// BIP 30: the very transaction lies in the chain, and its output is not spent.
void repeated(Workpiece& work) {
  work.coinbase() = work.funded().unspent_coinbase(work.dice());
  work.repairs.money = false;
  if (!work.dice().one_in(4)) work.repairs.commitment = Commit::kNever;
}

void odd_output_script(Workpiece& work) {
  Dice& dice = work.dice();
  ScriptBytes script;
  const std::size_t operations = dice.pick<std::size_t>({1, 10, 19'999, 20'000, 20'001});
  switch (dice.below(3)) {
    case 0:
      script.op(kOpReturn).raw(dice.bytes(dice.below(100)));
      break;
    case 1:
      script.raw(dice.bytes(dice.below(20'000)));
      break;
    default:
      script.raw(Bytes(operations, kOpCheckSig));
  }
  work.coinbase().outputs[0].script = script.bytes();
}

constexpr Mutation kTable[] = {
    {"coinbase: value off", 10, Phase::kPlan, value_off},
    {"coinbase: money split", 4, Phase::kPlan, money_split},
    {"coinbase: other height", 5, Phase::kPlan, other_height},
    {"coinbase: height in another form", 5, Phase::kPlan, height_in_other_form},
    {"coinbase: length of its script", 7, Phase::kPlan, script_length},
    {"coinbase: waiting", 6, Phase::kPlan, waiting_coinbase},
    {"coinbase: a second one", 3, Phase::kPlan, second_coinbase},
    {"coinbase: missing", 3, Phase::kSigned, no_coinbase},
    {"coinbase: odd input", 4, Phase::kPlan, odd_input},
    {"coinbase: no outputs", 1, Phase::kPlan, no_outputs},
    {"coinbase: repeated", 6, Phase::kPlan, repeated},
    {"coinbase: odd output", 4, Phase::kPlan, odd_output_script},
};

}  // namespace

std::span<const Mutation> coinbase_mutations() { return kTable; }

}  // namespace veilwire::oracle

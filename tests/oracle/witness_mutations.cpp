// Witnesses: items, annex, control block.
#include <algorithm>

#include "items.h"
#include "mutation.h"
#include "script_bytes.h"

namespace veilwire::oracle {
namespace {

using namespace consensus;  // the opcodes

using Stack = std::vector<Bytes>;

// The witness of one input that has one; null where none has.
Stack* some_witness(Workpiece& work) {
  std::vector<Stack*> found;
  for (Making& making : work.all) {
    for (auto& input : making.draft.inputs) {
      if (!input.witness.empty() && &making != &work.all[0]) found.push_back(&input.witness);
    }
  }
  return found.empty() ? nullptr : work.dice().pick(found);
}
// That of one input that is locked so.
Stack* witness_of(Workpiece& work, Wrapping wrapping) {
  std::vector<Stack*> found;
  for (Making& making : work.all) {
    for (std::size_t i = 0; i < std::min(making.spent.size(), making.draft.inputs.size()); ++i) {
      if (making.spent[i].lock.wrapping != wrapping) continue;
      if (!making.draft.inputs[i].witness.empty()) found.push_back(&making.draft.inputs[i].witness);
    }
  }
  return found.empty() ? nullptr : work.dice().pick(found);
}

void items_changed(Workpiece& work) {
  Stack* stack = some_witness(work);
  if (stack == nullptr) return;
  Dice& dice = work.dice();
  const auto at = stack->begin() + static_cast<std::ptrdiff_t>(dice.below(stack->size()));
  switch (dice.below(6)) {
    case 0:
      stack->erase(at);
      return;
    case 1:
      stack->insert(at, Bytes(*at));
      return;
    case 2:
      std::swap(*at, stack->front());
      return;
    case 3:
      stack->clear();
      return;
    case 4:
      at->clear();
      return;
    default:
      stack->insert(at, dice.pick<Bytes>({{}, {1}, {0x50}, Bytes(520, 1), Bytes(521, 1)}));
  }
}

void bytes_changed(Workpiece& work) {
  Stack* stack = some_witness(work);
  if (stack == nullptr) return;
  Bytes& item = work.dice().pick(*stack);
  if (item.empty() || work.dice().one_in(4)) {
    item.push_back(work.dice().byte());
  } else {
    item[work.dice().below(item.size())] ^= static_cast<std::uint8_t>(1u << work.dice().below(8));
  }
}

void many_items(Workpiece& work) {
  Stack* stack = some_witness(work);
  if (stack == nullptr) return;
  const std::size_t wanted =
      work.dice().pick<std::size_t>({998, 999, 1000, 1001, 1002, 1003, 3000});
  while (stack->size() < wanted) stack->insert(stack->begin(), Bytes{});
}

bool has_annex(const Stack& stack) {
  return stack.size() >= 2 && !stack.back().empty() && stack.back()[0] == 0x50;
}

void annex(Workpiece& work) {
  Stack* stack = some_witness(work);
  if (stack == nullptr) return;
  if (has_annex(*stack) && work.dice().one_in(2)) {
    stack->pop_back();
    return;
  }
  stack->push_back(work.dice().bytes(work.dice().pick<std::size_t>({0, 1, 600, 5000})));
  stack->back().insert(stack->back().begin(), work.dice().one_in(4) ? 0x51 : 0x50);
}

void control_block(Workpiece& work) {
  Stack* stack = witness_of(work, Wrapping::kTapscript);
  if (stack == nullptr || stack->size() < 2) return;
  Bytes& block = (*stack)[stack->size() - (has_annex(*stack) && stack->size() > 2 ? 2 : 1)];
  Dice& dice = work.dice();
  if (block.empty()) return;
  switch (dice.below(6)) {
    case 0:
      block[0] ^= 1;
      return;
    case 1:
      block[0] = static_cast<std::uint8_t>(dice.byte() & 0xfe) | (block[0] & 1);
      return;
    case 2:
      block.resize(
          dice.pick<std::size_t>({1, 32, 33, 34, 64, 65, 97, 33 + 128 * 32, 33 + 129 * 32}), 1);
      return;
    case 3:
      block.push_back(dice.byte());
      return;
    case 4:
      block.resize(block.size() + 32, 3);
      return;
    default:
      block[dice.below(block.size())] ^= static_cast<std::uint8_t>(1u << dice.below(8));
  }
}

// One where none is wanted.
void unwanted_witness(Workpiece& work) {
  for (Making& making : work.all) {
    if (&making == &work.all[0] || making.draft.inputs.empty()) continue;
    auto& input = work.dice().pick(making.draft.inputs);
    if (!input.witness.empty() && !work.dice().one_in(3)) continue;
    input.witness.insert(input.witness.begin(), work.dice().bytes(work.dice().below(3)));
    return;
  }
}

void no_witnesses(Workpiece& work) {
  for (Making& making : work.all) {
    for (auto& input : making.draft.inputs) input.witness.clear();
  }
}

// A tapscript of as many signatures as its budget pays for, or one more: 50 for each, beside 50 to
// begin with and a byte for each of its witness.
void signature_budget(Workpiece& work) {
  Dice& dice = work.dice();
  const std::size_t signatures = dice.pick<std::size_t>({1, 2, 3, 5, 10});
  ScriptBytes script;
  // A key of unknown kind costs as much, and needs no signature that is right.
  const Bytes key = dice.bytes(dice.pick<std::size_t>({1, 31, 33}));
  for (std::size_t i = 0; i < signatures; ++i) script.op(kOpDup).push(key).op(kOpCheckSigVerify);
  Program program{script.bytes(), {Bytes{1}}};
  const std::size_t needed = signatures * 50;
  // Count, item, script, control block, and their lengths.
  const std::size_t has = 50 + 1 + 2 + 1 + program.script.size() + 1 + 33;
  if (has < needed) {
    const std::size_t lacking = needed - has - dice.pick<std::size_t>({0, 0, 1, 2});
    ScriptBytes padded;
    if (lacking > 2) padded.push(Bytes(std::min<std::size_t>(lacking - 2, 75), 7)).op(kOpDrop);
    program.script.insert(program.script.begin(), padded.bytes().begin(), padded.bytes().end());
  }
  const OwnCoin coin = work.take_plain_coin();
  Making& maker = work.add_spender(coin);
  const Lock lock = tapscript_lock(dice, std::move(program));
  maker.draft.outputs[0].script = lock.output_script;
  const std::size_t id = maker.id;
  work.add_spender(id, 0).spent[0].lock = lock;
}

constexpr Mutation kTable[] = {
    {"witness: items", 10, Phase::kSigned, items_changed},
    {"witness: bytes", 8, Phase::kSigned, bytes_changed},
    {"witness: many items", 4, Phase::kSigned, many_items},
    {"witness: annex", 5, Phase::kSigned, annex},
    {"witness: control block", 12, Phase::kSigned, control_block},
    {"witness: unwanted", 4, Phase::kSigned, unwanted_witness},
    {"witness: none at all", 2, Phase::kSigned, no_witnesses},
    {"witness: budget for signatures", 6, Phase::kPlan, signature_budget},
};

}  // namespace

std::span<const Mutation> witness_mutations() { return kTable; }

}  // namespace veilwire::oracle

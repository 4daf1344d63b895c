// Bytes of scripts, where they stand in inputs and outputs.
#include "items.h"
#include "mutation.h"
#include "script_bytes.h"

namespace veilwire::oracle {
namespace {

using namespace consensus;  // the opcodes

void change_bytes(Bytes& bytes, Dice& dice) {
  const std::size_t place = bytes.empty() ? 0 : dice.below(bytes.size());
  const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(place);
  switch (dice.below(5)) {
    case 0:
      bytes.insert(at, dice.byte());
      return;
    case 1:
      if (!bytes.empty()) bytes.erase(at);
      return;
    case 2:
      if (!bytes.empty()) bytes.resize(place);
      return;
    case 3:
      if (!bytes.empty()) *at = dice.byte();
      return;
    default:
      if (!bytes.empty()) *at ^= static_cast<std::uint8_t>(1u << dice.below(8));
  }
}

void input_script_bytes(Workpiece& work) {
  Making& making = work.some_spender();
  if (making.draft.inputs.empty()) return;
  change_bytes(work.dice().pick(making.draft.inputs).script, work.dice());
  work.sign_dependants(making);
}

// The script that is run and its hash change together, the signatures do not.
void output_script_bytes(Workpiece& work) {
  Making& making = work.some_transaction();
  if (making.draft.outputs.empty()) return;
  change_bytes(work.dice().pick(making.draft.outputs).script, work.dice());
  work.sign_dependants(making);
}

// A bare script with a byte changed before anything is signed: what opens it stays.
void program_bytes(Workpiece& work) {
  Making& spender = work.some_spender();
  for (SpentCoin& coin : spender.spent) {
    if (!coin.here || coin.lock.wrapping != Wrapping::kBare) continue;
    for (Making& maker : work.all) {
      if (maker.id != coin.here->maker || coin.here->index >= maker.draft.outputs.size()) continue;
      Bytes& script = maker.draft.outputs[coin.here->index].script;
      change_bytes(script, work.dice());
      coin.output.script = script;
      coin.lock.program.script = script;
      return;
    }
  }
}

// More than is asked for: on the stack, or as opcodes in the input's script.
void more_in_input(Workpiece& work) {
  Dice& dice = work.dice();
  Making& making = work.some_spender();
  if (making.draft.inputs.empty()) return;
  Bytes& script = dice.pick(making.draft.inputs).script;
  const auto more = dice.pick<Bytes>({{kOp1},
                                      {kOp0},
                                      {kOpNop},
                                      {kOpCodeSeparator},
                                      {kOpReserved},
                                      {kOpReturn},
                                      {kOp1, kOpToAltStack},
                                      {kOp1, kOpIf},
                                      {kOpDepth, kOpDrop},
                                      {kOpPushData1},
                                      {kOpPushData4, 0, 0, 1, 0},
                                      Bytes(201, kOpNop),
                                      Bytes(999, kOp1),
                                      Bytes(10'001, kOp1)});
  script.insert(dice.one_in(2) ? script.begin() : script.end(), more.begin(), more.end());
  work.sign_dependants(making);
}

// The same pushes in longer forms: no part of a witness' nesting, and fine elsewhere.
void wider_pushes(Workpiece& work) {
  Dice& dice = work.dice();
  Making& making = work.some_spender();
  if (making.draft.inputs.empty()) return;
  Bytes& script = dice.pick(making.draft.inputs).script;
  const auto items = pushed_items(script);
  if (!items) return;
  ScriptBytes wider;
  const std::size_t width = dice.pick<std::size_t>({1, 2, 4});
  for (const Bytes& item : *items) {
    item.size() < 256 || width > 1 ? wider.push_wide(item, width) : wider.push(item);
  }
  script = wider.bytes();
  work.sign_dependants(making);
}

void items_of_input(Workpiece& work) {
  Dice& dice = work.dice();
  Making& making = work.some_spender();
  if (making.draft.inputs.empty()) return;
  Bytes& script = dice.pick(making.draft.inputs).script;
  auto items = pushed_items(script);
  if (!items || items->empty()) return;
  const std::size_t place = dice.below(items->size());
  const auto at = items->begin() + static_cast<std::ptrdiff_t>(place);
  switch (dice.below(4)) {
    case 0:
      items->erase(at);
      break;
    case 1:
      std::swap(*at, items->front());
      break;
    case 2:
      at->clear();
      break;
    default:
      items->insert(at, dice.pick<Bytes>({{}, {1}, Bytes(520, 1), Bytes(521, 1)}));
  }
  script = pushes_of(*items);
  work.sign_dependants(making);
}

constexpr Mutation kTable[] = {
    {"input script: bytes", 8, Phase::kSigned, input_script_bytes},
    {"input script: more", 8, Phase::kSigned, more_in_input},
    {"input script: wider pushes", 4, Phase::kSigned, wider_pushes},
    {"input script: items", 6, Phase::kSigned, items_of_input},
    {"output script: bytes", 5, Phase::kSigned, output_script_bytes},
    {"bare script: bytes", 14, Phase::kPlan, program_bytes},
};

}  // namespace

std::span<const Mutation> script_mutations() { return kTable; }

}  // namespace veilwire::oracle

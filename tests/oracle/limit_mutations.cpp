// At the edges of a block's own limits: signature operations, weight.
#include "mutation.h"
#include "script_bytes.h"
#include "veilwire/consensus/limits.h"
#include "veilwire/consensus/script/limits.h"

namespace veilwire::oracle {
namespace {

using namespace consensus;  // the opcodes

// Only the coinbase and a transaction with one output.
Making& clear(Workpiece& work) {
  const OwnCoin coin = work.take_plain_coin();
  work.all.resize(1);
  Making& maker = work.add_spender(coin);
  maker.draft.outputs = {{.value = maker.spent[0].output.value - 1'000}};
  return maker;
}

// A script that is fine, and counts for many operations that it never runs.
Bytes flooding_script(Dice& dice, std::size_t& counted) {
  ScriptBytes script;
  script.op(kOp0).op(kOpIf);
  const std::size_t multisigs = dice.below(190);
  counted = 0;
  for (std::size_t i = 0; i < multisigs; ++i) {
    const std::size_t keys = dice.below(4);
    if (keys != 0) script.number(static_cast<std::int64_t>(keys));
    script.op(dice.one_in(2) ? kOpCheckMultisig : kOpCheckMultisigVerify);
    counted += keys == 0 ? kMaxMultisigKeys : keys;
  }
  return script.op(kOpEndIf).op(kOp1).bytes();
}

// Adds a coin with a flooding script and spends it. What it costs.
std::size_t spend_flood(Workpiece& work, Wrapping wrapping) {
  std::size_t counted = 0;
  Bytes script = flooding_script(work.dice(), counted);
  const Lock lock = script_lock(wrapping, {std::move(script), {}});
  Making& maker = work.add_spender(work.take_plain_coin());
  maker.draft.outputs[0].script = lock.output_script;
  const std::size_t id = maker.id;
  work.add_spender(id, 0).spent[0].lock = lock;
  return wrapping == Wrapping::kP2sh ? kWitnessScale * counted : counted;
}

// 80 000, or a little beside it, from all sources together.
void sigop_flood(Workpiece& work) {
  Dice& dice = work.dice();
  clear(work);
  const std::size_t floods = dice.below(4);
  const bool has_segwit = era_of(work.chain().instance()) == Era::kSegwit;
  std::size_t cost = 0;
  for (std::size_t i = 0; i < floods; ++i) {
    const Wrapping wrapping = dice.pick({Wrapping::kP2sh, Wrapping::kP2wsh, Wrapping::kP2shP2wsh});
    cost += spend_flood(work, has_segwit ? wrapping : Wrapping::kP2sh);
  }
  const std::size_t wanted = kMaxBlockSigopCost.value() + dice.pick<std::size_t>({0, 1, 4, 4});
  const std::size_t lacking = (wanted > cost ? wanted - cost : 0) / kWitnessScale;
  // An operation of a script that was cut before its end counts; so does one that is data to no one.
  const std::size_t multisigs = lacking / kMaxMultisigKeys;
  ScriptBytes script;
  script.raw(Bytes(multisigs, kOpCheckMultisig));
  script.raw(Bytes(lacking - multisigs * kMaxMultisigKeys, kOpCheckSig));
  if (dice.one_in(3)) script.op(kOpPushData2).op(0xff).op(kOpCheckSig);
  auto& outputs = work.all[1].draft.outputs;
  outputs.push_back({.value = 0, .script = script.bytes()});
}

std::int64_t finished_weight(Workpiece work) {
  work.finish();
  const auto block = ParsedBlock::parse(work.bytes());
  return block ? static_cast<std::int64_t>((*block)->block().weight()) : 0;
}

void resize_by(Bytes& filler, std::int64_t more) {
  filler.resize(static_cast<std::size_t>(static_cast<std::int64_t>(filler.size()) + more), 1);
}

// Filled up to 4 000 000, or a little beside it, with what counts four times.
void full_of_outputs(Workpiece& work) {
  work.repairs.commitment = Commit::kNever;
  Making& maker = clear(work);
  maker.draft.outputs.push_back({.value = 0, .script = Bytes(900'000, kOpReturn)});
  const std::int64_t beside = work.dice().pick<std::int64_t>({-4, 0, 4});
  const auto wanted = static_cast<std::int64_t>(kMaxBlockWeight.value()) + beside;
  const std::int64_t lacking = wanted - finished_weight(work);
  resize_by(work.all[1].draft.outputs[1].script, lacking / 4);
}

// With what counts once: an annex may have any size.
void full_of_witness(Workpiece& work) {
  work.repairs.commitment = Commit::kAlways;
  const Lock lock = tapscript_lock(work.dice(), {Bytes{kOp1}, {}});
  Making& maker = clear(work);
  maker.draft.outputs[0].script = lock.output_script;
  const std::size_t id = maker.id;
  work.add_spender(id, 0).spent[0].lock = lock;
  for (Making& making : work.all) making.is_finished = &making == &work.all[0];
  work.sign();
  auto& witness = work.all[2].draft.inputs[0].witness;
  witness = {lock.program.script, lock.control_block, Bytes(3'900'000, 0x50)};
  const std::int64_t beside = work.dice().pick<std::int64_t>({-1, 0, 0, 1});
  const auto wanted = static_cast<std::int64_t>(kMaxBlockWeight.value()) + beside;
  const std::int64_t lacking = wanted - finished_weight(work);
  resize_by(work.all[2].draft.inputs[0].witness[2], lacking);
}

void full_weight(Workpiece& work) {
  const bool has_segwit = era_of(work.chain().instance()) == Era::kSegwit;
  has_segwit&& work.dice().one_in(2) ? full_of_witness(work) : full_of_outputs(work);
}

constexpr Mutation kTable[] = {
    {"limit: signature operations", 10, Phase::kPlan, sigop_flood},
};
// Each costs as much as a thousand others.
constexpr Mutation kRare[] = {{"limit: weight", 1, Phase::kSigned, full_weight}};

}  // namespace

std::span<const Mutation> limit_mutations() { return kTable; }
std::span<const Mutation> rare_mutations() { return kRare; }

}  // namespace veilwire::oracle

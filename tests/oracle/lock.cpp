#include "lock.h"

#include <algorithm>

#include "script_bytes.h"
#include "veilwire/consensus/script/limits.h"
#include "veilwire/crypto/old_hashes.h"
#include "veilwire/crypto/sha256.h"

namespace veilwire::oracle {
namespace {

using namespace consensus;  // the opcodes

constexpr std::uint8_t kTapscriptLeaf = 0xc0;

Bytes p2sh_script(ByteView redeem) {
  return ScriptBytes().op(kOpHash160).push(crypto::hash160(redeem)).op(kOpEqual).bytes();
}
Bytes witness_script(std::uint8_t version_opcode, ByteView program) {
  return ScriptBytes().op(version_opcode).push(program).bytes();
}
Bytes p2wsh_script(ByteView script) { return witness_script(kOp0, crypto::sha256(script)); }
Bytes p2wpkh_script(std::uint8_t key) {
  return witness_script(kOp0, crypto::hash160(signer(key).public_key()));
}

// The compact size before a script.
Bytes sized(ByteView script) {
  Bytes out;
  wire::Writer(out).sized_bytes(script);
  return out;
}

Hash256 branch_hash(const Hash256& a, const Hash256& b) {
  return a < b ? tagged_hash("TapBranch", {a, b}) : tagged_hash("TapBranch", {b, a});
}

Hash256 tweak_of(const Lock& lock) {
  const crypto::XOnlyKey internal = signer(lock.key).x_only_key();
  if (!lock.merkle_root) return tagged_hash("TapTweak", {internal});
  return tagged_hash("TapTweak", {internal, *lock.merkle_root});
}

void lock_by_taproot(Lock& lock) {
  const auto tweaked = crypto::tweaked_key(signer(lock.key).x_only_key(), tweak_of(lock));
  lock.output_script = witness_script(kOp1, tweaked->key);
  if (lock.control_block.empty()) return;
  if (tweaked->parity == crypto::Parity::kOdd) lock.control_block[0]++;
}

void lock_by_leaf(Lock& lock, Dice& dice, std::uint8_t leaf_version, std::size_t depth) {
  Hash256 root = tagged_hash("TapLeaf", {Bytes{leaf_version}, sized(lock.program.script)});
  const crypto::XOnlyKey internal = signer(lock.key).x_only_key();
  lock.control_block = {leaf_version};
  lock.control_block.insert(lock.control_block.end(), internal.begin(), internal.end());
  for (std::size_t i = 0; i < depth; ++i) {
    const Hash256 other = dice.array<32>();
    lock.control_block.insert(lock.control_block.end(), other.begin(), other.end());
    root = branch_hash(root, other);
  }
  lock.merkle_root = root;
  lock_by_taproot(lock);
}

void lock_by_some_leaf(Lock& lock, Dice& dice) {
  const std::uint8_t leaf_version =
      dice.one_in(12) ? static_cast<std::uint8_t>(dice.byte() & 0xfe) : kTapscriptLeaf;
  const std::size_t depth =
      dice.one_in(50) ? dice.pick<std::size_t>({127, 128, 129}) : dice.below(4);
  lock_by_leaf(lock, dice, leaf_version, depth);
}

// FindAndDelete at work: what it removes, and what only looks like it.
Program program_for_signed_input(Dice& dice) {
  ScriptBytes script;
  const auto key = static_cast<std::uint8_t>(1 + dice.below(kKeys));
  script.push(signer(key).public_key());
  script.op(kOpCheckSig);
  return {script.bytes(), {SignatureSlot{.key = key}}};
}

Bytes foreign_script(Dice& dice) {
  const std::uint8_t later = static_cast<std::uint8_t>(kOp2 + dice.below(15));
  const auto version = dice.pick<std::uint8_t>({kOp0, kOp1, later});
  return witness_script(version, dice.bytes(dice.pick<std::size_t>({1, 2, 4, 20, 31, 33, 40, 41})));
}

struct Kind {
  std::size_t weight;
  Wrapping wrapping;
};
constexpr Kind kSegwitKinds[] = {{20, Wrapping::kBare},       {12, Wrapping::kP2sh},
                                 {16, Wrapping::kP2wsh},      {6, Wrapping::kP2shP2wsh},
                                 {26, Wrapping::kTapscript},  {4, Wrapping::kP2wpkh},
                                 {3, Wrapping::kP2shP2wpkh},  {6, Wrapping::kTaprootKey},
                                 {4, Wrapping::kSignedInput}, {3, Wrapping::kForeign}};
constexpr Kind kOldKinds[] = {{60, Wrapping::kBare},
                              {30, Wrapping::kP2sh},
                              {8, Wrapping::kSignedInput},
                              {1, Wrapping::kP2wpkh},
                              {1, Wrapping::kForeign}};

SignatureVersion version_of(Wrapping wrapping) {
  switch (wrapping) {
    case Wrapping::kP2wsh:
    case Wrapping::kP2shP2wsh:
      return SignatureVersion::kWitnessV0;
    case Wrapping::kTapscript:
      return SignatureVersion::kTapscript;
    default:
      return SignatureVersion::kLegacy;
  }
}

void close_script(Lock& lock) {
  const Bytes& script = lock.program.script;
  switch (lock.wrapping) {
    case Wrapping::kP2sh:
      lock.output_script = p2sh_script(script);
      return;
    case Wrapping::kP2wsh:
      lock.output_script = p2wsh_script(script);
      return;
    case Wrapping::kP2shP2wsh:
      lock.output_script = p2sh_script(p2wsh_script(script));
      return;
    default:
      lock.output_script = script;
  }
}

void close(Lock& lock, Dice& dice) {
  switch (lock.wrapping) {
    case Wrapping::kBare:
    case Wrapping::kP2sh:
    case Wrapping::kP2wsh:
    case Wrapping::kP2shP2wsh:
      return close_script(lock);
    case Wrapping::kTapscript:
      return lock_by_some_leaf(lock, dice);
    case Wrapping::kP2wpkh:
      lock.output_script = p2wpkh_script(lock.key);
      return;
    case Wrapping::kP2shP2wpkh:
      lock.output_script = p2sh_script(p2wpkh_script(lock.key));
      return;
    case Wrapping::kTaprootKey:
      if (dice.one_in(2)) lock.merkle_root = dice.array<32>();
      return lock_by_taproot(lock);
    case Wrapping::kSignedInput:
      lock.output_script = dice.pick<Bytes>({{}, {kOpNop}, {kOpDup, kOpVerify}});
      return;
    case Wrapping::kForeign:
      lock.output_script = foreign_script(dice);
  }
}

// What is longer than an item may be cannot be pushed: seldom worth a block.
Program fitting_program(Dice& dice, const Lock& lock, const Waits& waits) {
  Program program = random_program(dice, version_of(lock.wrapping), waits);
  while (lock.wrapping == Wrapping::kP2sh && program.script.size() > kMaxItemBytes &&
         !dice.one_in(20)) {
    program = random_program(dice, version_of(lock.wrapping), waits);
  }
  return program;
}

}  // namespace

Lock anybody_can_spend() {
  return {.wrapping = Wrapping::kBare,
          .output_script = consensus::testing::kAnybodyCanSpend,
          .program = {consensus::testing::kAnybodyCanSpend, {}}};
}

Lock script_lock(Wrapping wrapping, Program program) {
  Lock lock{.wrapping = wrapping, .output_script = {}, .program = std::move(program)};
  close_script(lock);
  return lock;
}

Lock tapscript_lock(Dice& dice, Program program) {
  Lock lock{.wrapping = Wrapping::kTapscript, .output_script = {}, .program = std::move(program)};
  lock_by_leaf(lock, dice, kTapscriptLeaf, 0);
  return lock;
}

Lock random_lock(Dice& dice, Era era, const Waits& waits) {
  const auto kinds =
      era == Era::kSegwit ? std::span<const Kind>(kSegwitKinds) : std::span<const Kind>(kOldKinds);
  Lock lock{.wrapping = dice.weighted(kinds).wrapping, .output_script = {}};
  lock.key = static_cast<std::uint8_t>(1 + dice.below(kKeys));
  lock.program = lock.wrapping == Wrapping::kSignedInput ? program_for_signed_input(dice)
                                                         : fitting_program(dice, lock, waits);
  close(lock, dice);
  return lock;
}

}  // namespace veilwire::oracle

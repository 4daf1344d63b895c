#include "veilwire/consensus/script/witness_check.h"

#include <algorithm>
#include <array>
#include <optional>

#include "veilwire/consensus/script/interpreter.h"
#include "veilwire/consensus/script/limits.h"
#include "veilwire/consensus/script/taproot.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/wire/writer.h"

namespace veilwire::consensus {
namespace {

// A witness seen from its end, where what decides stands.
struct WitnessEnd {
  explicit WitnessEnd(const wire::WitnessStack& witness)
      : count(witness.size()), size_bytes(wire::compact_size_bytes(witness.size())) {
    for (const wire::WitnessItem& item : witness) {
      last[2] = last[1];
      last[1] = last[0];
      last[0] = item.bytes;
      size_bytes += wire::compact_size_bytes(item.bytes.size()) + item.bytes.size();
    }
  }
  // Takes the last item away. The third from then on is not known.
  ByteView pop() {
    const ByteView item = last[0];
    last = {last[1], last[2], ByteView()};
    --count;
    return item;
  }

  std::size_t count;
  std::size_t size_bytes;             // as the transaction has it, its count included
  std::array<ByteView, 3> last = {};  // the last first
};

// BIP 341: the last of at least two items, where it begins so.
bool has_annex(const WitnessEnd& witness) {
  return witness.count >= 2 && !witness.last[0].empty() && witness.last[0][0] == kAnnexTag;
}

// Of an output that anyone can spend, for the fees of others ("P2A"): known, and so no program that
// is to be discouraged.
bool is_anchor(const WitnessProgram& what) {
  constexpr std::array<std::uint8_t, 2> kProgram = {0x4e, 0x73};
  return what.version == 1 && std::ranges::equal(what.program, kProgram);
}

enum class OpSuccess : std::uint8_t { kNone, kFound, kBroken };

// BIP 342: an OP_SUCCESS counts wherever it stands, unless what is before it cannot be parsed.
OpSuccess look_for_op_success(ByteView script) {
  ScriptReader reader(script);
  for (Instruction each; reader.next(each);) {
    if (is_op_success(each.opcode)) return OpSuccess::kFound;
  }
  return reader.is_broken() ? OpSuccess::kBroken : OpSuccess::kNone;
}

}  // namespace

ScriptError WitnessCheck::run(const WitnessProgram& what, Nesting nesting) {
  if (what.version == 0) return run_v0(what.program);
  if (nesting == Nesting::kNative) {
    if (what.version == 1 && what.program.size() == 32) return run_taproot(what.program);
    if (is_anchor(what)) return ScriptError::kOk;
  }
  return flags_.has(ScriptFlag::kDiscourageUpgradableWitnessProgram)
             ? ScriptError::kDiscourageUpgradableWitnessProgram
             : ScriptError::kOk;
}

ScriptError WitnessCheck::run_v0(ByteView program) {
  switch (program.size()) {
    case 32:
      return run_script_hash(program);
    case 20:
      return run_key_hash(program);
    default:
      return ScriptError::kWitnessProgramWrongLength;
  }
}

ScriptError WitnessCheck::run_script_hash(ByteView program) {
  if (witness_.empty()) return ScriptError::kWitnessProgramWitnessEmpty;
  const ByteView script = WitnessEnd(witness_).pop();
  if (!std::ranges::equal(crypto::sha256(script), program)) {
    return ScriptError::kWitnessProgramMismatch;
  }
  return run_on_items(script, witness_.size() - 1, SignatureVersion::kWitnessV0, nullptr);
}

ScriptError WitnessCheck::run_key_hash(ByteView program) {
  if (witness_.size() != 2) return ScriptError::kWitnessProgramMismatch;
  const std::array<std::uint8_t, 25> script = p2pkh_script(program);
  return run_on_items(script, 2, SignatureVersion::kWitnessV0, nullptr);
}

ScriptError WitnessCheck::run_taproot(ByteView program) {
  if (!flags_.has(ScriptFlag::kTaproot)) return ScriptError::kOk;
  if (witness_.empty()) return ScriptError::kWitnessProgramWitnessEmpty;
  const auto output_key = program.first<32>();
  WitnessEnd end(witness_);
  std::optional<Hash256> annex_hash;
  if (has_annex(end)) {
    annex_hash = annex_hash_of(end.pop());
    annex_hash_ = &*annex_hash;
  }
  if (end.count == 1) return checker_.schnorr(end.pop(), output_key, annex_hash_, nullptr);
  const ByteView control = end.pop();
  const ByteView script = end.pop();
  return run_leaf(output_key, control, script, end.count);
}

// The commitment comes first: before it nothing says that the leaf's version is the output's.
ScriptError WitnessCheck::run_leaf(crypto::XOnlyKeyView output_key, ByteView control,
                                   ByteView script, std::size_t item_count) {
  if (!is_control_size(control.size())) return ScriptError::kTaprootWrongControlSize;
  const auto leaf_version = static_cast<std::uint8_t>(control[0] & kLeafVersionMask);
  Tapscript tapscript{.place = {.leaf_hash = tap_leaf_hash(leaf_version, script)},
                      .annex_hash = annex_hash_,
                      .weight_left = 0};
  ++work_.commitment_checks;
  if (!is_committed_to(output_key, control, tapscript.place.leaf_hash)) {
    return ScriptError::kWitnessProgramMismatch;
  }
  if (leaf_version == kLeafVersionTapscript) return run_tapscript(script, item_count, tapscript);
  return flags_.has(ScriptFlag::kDiscourageUpgradableTaprootVersion)
             ? ScriptError::kDiscourageUpgradableTaprootVersion
             : ScriptError::kOk;
}

ScriptError WitnessCheck::run_tapscript(ByteView script, std::size_t item_count,
                                        Tapscript& tapscript) {
  switch (look_for_op_success(script)) {
    case OpSuccess::kBroken:
      return ScriptError::kBadOpcode;
    case OpSuccess::kFound:
      return flags_.has(ScriptFlag::kDiscourageOpSuccess) ? ScriptError::kDiscourageOpSuccess
                                                          : ScriptError::kOk;
    case OpSuccess::kNone:
      break;
  }
  if (item_count > kMaxStackItems) return ScriptError::kStackSize;
  tapscript.weight_left =
      static_cast<std::int64_t>(WitnessEnd(witness_).size_bytes) + kSignatureWeight;
  return run_on_items(script, item_count, SignatureVersion::kTapscript, &tapscript);
}

// The witness' first items are the stack; nothing but a true item may be left of it.
ScriptError WitnessCheck::run_on_items(ByteView script, std::size_t item_count,
                                       SignatureVersion version, Tapscript* tapscript) {
  constexpr std::size_t kMostItems = kMaxStackItems + kMaxItemsTaken;
  Stack stack;
  std::size_t left = item_count;
  for (const wire::WitnessItem& item : witness_) {
    if (left-- == 0) break;
    if (item.bytes.size() > kMaxItemBytes) return ScriptError::kPushSize;
    if (item_count <= kMostItems) stack.push(Item::of_view(item.bytes));
  }
  if (item_count > kMostItems) {
    return script.empty() ? ScriptError::kCleanStack : ScriptError::kStackSize;
  }
  const ScriptError error = run_script(script, stack, version, flags_, checker_, tapscript);
  if (error != ScriptError::kOk) return error;
  if (stack.size() != 1) return ScriptError::kCleanStack;
  return stack.top().is_true() ? ScriptError::kOk : ScriptError::kEvalFalse;
}

}  // namespace veilwire::consensus

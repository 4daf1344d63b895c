#include "veilwire/consensus/script/sigops.h"

#include "veilwire/consensus/script/limits.h"
#include "veilwire/consensus/script/script_form.h"
#include "veilwire/consensus/script/script_reader.h"

namespace veilwire::consensus {
namespace {

std::size_t multisig_sigops(std::uint8_t opcode_before, MultisigCounting counting) {
  const bool says_how_many = opcode_before >= kOp1 && opcode_before <= kOp16;
  return counting == MultisigCounting::kByNumberOfKeys && says_how_many
             ? small_number(opcode_before)
             : kMaxMultisigKeys;
}

// What the last of an input's pushes pushes. Nothing where it has anything else; the opcodes of
// numbers count as pushes of nothing.
std::optional<ByteView> last_push(ByteView input_script) {
  ScriptReader reader(input_script);
  Instruction last;
  while (reader.next(last)) {
    if (last.opcode > kOp16) return std::nullopt;
  }
  if (reader.is_broken()) return std::nullopt;
  return last.data;
}

std::size_t program_sigops(const WitnessProgram& what, const wire::WitnessStack& witness) {
  if (what.version != 0) return 0;
  if (what.program.size() == 20) return 1;
  if (what.program.size() != 32 || witness.empty()) return 0;
  ByteView script;
  for (const wire::WitnessItem& item : witness) script = item.bytes;
  return count_sigops(script, MultisigCounting::kByNumberOfKeys);
}

}  // namespace

std::size_t count_sigops(ByteView script, MultisigCounting counting) {
  std::size_t count = 0;
  std::uint8_t before = 0xff;
  ScriptReader reader(script);
  for (Instruction instruction; reader.next(instruction); before = instruction.opcode) {
    switch (instruction.opcode) {
      case kOpCheckSig:
      case kOpCheckSigVerify:
        ++count;
        break;
      case kOpCheckMultisig:
      case kOpCheckMultisigVerify:
        count += multisig_sigops(before, counting);
        break;
      default:
        break;
    }
  }
  return count;
}

std::size_t count_p2sh_sigops(ByteView input_script, ByteView spent_script) {
  if (!is_p2sh(spent_script)) return 0;
  const auto redeem_script = last_push(input_script);
  return redeem_script ? count_sigops(*redeem_script, MultisigCounting::kByNumberOfKeys) : 0;
}

std::size_t count_witness_sigops(ByteView input_script, ByteView spent_script,
                                 const wire::WitnessStack& witness, ScriptFlags flags) {
  if (!flags.has(ScriptFlag::kWitness)) return 0;
  if (const auto program = witness_program_of(spent_script)) {
    return program_sigops(*program, witness);
  }
  if (!is_p2sh(spent_script)) return 0;
  const auto redeem_script = last_push(input_script);
  if (!redeem_script) return 0;
  const auto nested = witness_program_of(*redeem_script);
  return nested ? program_sigops(*nested, witness) : 0;
}

}  // namespace veilwire::consensus

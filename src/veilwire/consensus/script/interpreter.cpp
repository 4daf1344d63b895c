#include "veilwire/consensus/script/interpreter.h"

#include "veilwire/consensus/script/limits.h"
#include "veilwire/consensus/script/opcodes.h"

namespace veilwire::consensus {
namespace {

bool is_limited(SignatureVersion version) { return version != SignatureVersion::kTapscript; }

// These are looked at in branches that are not taken too; VERIF and VERNOTIF stand among them.
bool is_conditional(std::uint8_t opcode) { return opcode >= kOpIf && opcode <= kOpEndIf; }

bool is_minimal_push(const Instruction& push) {
  const std::size_t size = push.data.size();
  if (size == 0) return push.opcode == kOp0;
  if (size == 1 && ((push.data[0] >= 1 && push.data[0] <= 16) || push.data[0] == 0x81)) {
    return false;  // 1 to 16 and 1NEGATE have opcodes of their own
  }
  if (size < kOpPushData1) return push.opcode == size;
  return push.opcode == (size <= 0xff ? kOpPushData1 : kOpPushData2);
}

ScriptError push(Execution& execution, const Instruction& instruction) {
  if (execution.flags.has(ScriptFlag::kMinimalData) && !is_minimal_push(instruction)) {
    return ScriptError::kMinimalData;
  }
  execution.stack.push(Item::of_view(instruction.data));
  return ScriptError::kOk;
}

// What holds in branches that are not taken too.
ScriptError check_everywhere(Execution& execution, const Instruction& instruction) {
  if (instruction.data.size() > kMaxItemBytes) return ScriptError::kPushSize;
  if (is_limited(execution.version) && instruction.opcode > kOp16 &&
      ++execution.operations > kMaxOperations) {
    return ScriptError::kOpCount;
  }
  if (is_disabled(instruction.opcode)) return ScriptError::kDisabledOpcode;
  if (instruction.opcode == kOpCodeSeparator && execution.version == SignatureVersion::kLegacy &&
      execution.flags.has(ScriptFlag::kConstScriptCode)) {
    return ScriptError::kOpCodeSeparator;
  }
  return ScriptError::kOk;
}

ScriptError step(Execution& execution, const Instruction& instruction) {
  ScriptError error = check_everywhere(execution, instruction);
  if (error != ScriptError::kOk) return error;
  const bool is_taken = execution.conditions.all_taken();
  if (is_taken && instruction.opcode <= kOpPushData4) {
    error = push(execution, instruction);
  } else if (is_taken || is_conditional(instruction.opcode)) {
    execution.opcode = instruction.opcode;
    error = opcode_function(instruction.opcode)(execution);
  }
  if (error != ScriptError::kOk) return error;
  return execution.stack.size() + execution.alt_stack.size() > kMaxStackItems
             ? ScriptError::kStackSize
             : ScriptError::kOk;
}

}  // namespace

ScriptError run_script(ByteView script, Stack& stack, SignatureVersion version, ScriptFlags flags,
                       SignatureChecker& checker, Tapscript* tapscript) {
  if (is_limited(version) && script.size() > kMaxScriptBytes) return ScriptError::kScriptSize;
  Execution execution(script, stack, version, flags, checker, tapscript);
  for (Instruction instruction; execution.reader.next(instruction); ++execution.position) {
    const ScriptError error = step(execution, instruction);
    if (error != ScriptError::kOk) return error;
  }
  if (execution.reader.is_broken()) return ScriptError::kBadOpcode;
  return execution.conditions.empty() ? ScriptError::kOk : ScriptError::kUnbalancedConditional;
}

}  // namespace veilwire::consensus

#include <optional>

#include "veilwire/consensus/script/opcodes.h"

namespace veilwire::consensus {
namespace {

// What IF and NOTIF may decide on, where their argument must be minimal: nothing, or exactly 1.
bool is_minimal_condition(const Item& item) {
  return item.empty() || (item.size() == 1 && item.bytes()[0] == 1);
}

// By consensus in tapscripts, by policy in segwit version 0, never in legacy scripts.
std::optional<ScriptError> minimal_if_error(const Execution& execution) {
  if (execution.version == SignatureVersion::kTapscript) return ScriptError::kTapscriptMinimalIf;
  if (execution.version == SignatureVersion::kWitnessV0 &&
      execution.flags.has(ScriptFlag::kMinimalIf)) {
    return ScriptError::kMinimalIf;
  }
  return std::nullopt;
}

ScriptError check_lock_time(Execution& execution, ScriptNumber number) {
  if (number.value() < 0) return ScriptError::kNegativeLockTime;
  return execution.checker.waits_for_lock_time(number) ? ScriptError::kOk
                                                       : ScriptError::kUnsatisfiedLockTime;
}

constexpr std::int64_t kSequenceDisabled = std::int64_t{1} << 31;

ScriptError check_sequence(Execution& execution, ScriptNumber number) {
  if (number.value() < 0) return ScriptError::kNegativeLockTime;
  if ((number.value() & kSequenceDisabled) != 0) return ScriptError::kOk;
  return execution.checker.waits_for_sequence(number) ? ScriptError::kOk
                                                      : ScriptError::kUnsatisfiedLockTime;
}

// Both look at the top of the stack and leave it there, since they were NOPs once.
ScriptError check_lock(Execution& execution, ScriptFlag flag,
                       ScriptError (*check)(Execution&, ScriptNumber)) {
  if (!execution.flags.has(flag)) return ScriptError::kOk;
  if (execution.stack.empty()) return ScriptError::kInvalidStackOperation;
  const auto number = execution.number(0, ScriptNumber::kMaxLockTimeBytes);
  return number ? check(execution, *number) : ScriptError::kScriptNumber;
}

}  // namespace

ScriptError op_small_number(Execution& execution) {
  constexpr int kNumberBefore1 = kOp1 - 1;
  execution.stack.push(ScriptNumber(int{execution.opcode} - kNumberBefore1).item());
  return ScriptError::kOk;
}

ScriptError op_nop(Execution&) { return ScriptError::kOk; }

ScriptError op_upgradable_nop(Execution& execution) {
  return execution.flags.has(ScriptFlag::kDiscourageUpgradableNops)
             ? ScriptError::kDiscourageUpgradableNops
             : ScriptError::kOk;
}

ScriptError op_bad(Execution&) { return ScriptError::kBadOpcode; }

ScriptError op_if(Execution& execution) {
  if (!execution.conditions.all_taken()) {
    execution.conditions.push(Branch::kNotTaken);
    return ScriptError::kOk;
  }
  if (execution.stack.empty()) return ScriptError::kInvalidStackOperation;
  const Item condition = execution.stack.pop();
  const auto error = minimal_if_error(execution);
  if (error && !is_minimal_condition(condition)) return *error;
  const bool taken_where = execution.opcode == kOpIf;
  execution.conditions.push(condition.is_true() == taken_where ? Branch::kTaken
                                                               : Branch::kNotTaken);
  return ScriptError::kOk;
}

ScriptError op_else(Execution& execution) {
  if (execution.conditions.empty()) return ScriptError::kUnbalancedConditional;
  execution.conditions.toggle();
  return ScriptError::kOk;
}

ScriptError op_end_if(Execution& execution) {
  if (execution.conditions.empty()) return ScriptError::kUnbalancedConditional;
  execution.conditions.pop();
  return ScriptError::kOk;
}

ScriptError verify_top(Execution& execution, ScriptError error) {
  if (!execution.stack.top().is_true()) return error;
  execution.stack.drop();
  return ScriptError::kOk;
}

ScriptError op_verify(Execution& execution) {
  if (execution.stack.empty()) return ScriptError::kInvalidStackOperation;
  return verify_top(execution, ScriptError::kVerify);
}

ScriptError op_return(Execution&) { return ScriptError::kOpReturn; }

ScriptError op_check_lock_time_verify(Execution& execution) {
  return check_lock(execution, ScriptFlag::kCheckLockTimeVerify, check_lock_time);
}

ScriptError op_check_sequence_verify(Execution& execution) {
  return check_lock(execution, ScriptFlag::kCheckSequenceVerify, check_sequence);
}

}  // namespace veilwire::consensus

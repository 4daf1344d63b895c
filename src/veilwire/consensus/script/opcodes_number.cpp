#include <algorithm>

#include "veilwire/consensus/script/opcodes.h"

namespace veilwire::consensus {
namespace {

// Operands have 32 bits, so that nothing here overflows.
std::int64_t unary(std::uint8_t opcode, std::int64_t a) {
  switch (opcode) {
    case kOp1Add:
      return a + 1;
    case kOp1Sub:
      return a - 1;
    case kOpNegate:
      return -a;
    case kOpAbs:
      return a < 0 ? -a : a;
    case kOpNot:
      return a == 0;
    default:  // 0NOTEQUAL
      return a != 0;
  }
}

std::int64_t binary(std::uint8_t opcode, std::int64_t a, std::int64_t b) {
  switch (opcode) {
    case kOpAdd:
      return a + b;
    case kOpSub:
      return a - b;
    case kOpBoolAnd:
      return a != 0 && b != 0;
    case kOpBoolOr:
      return a != 0 || b != 0;
    case kOpNumEqual:
    case kOpNumEqualVerify:
      return a == b;
    case kOpNumNotEqual:
      return a != b;
    case kOpLessThan:
      return a < b;
    case kOpGreaterThan:
      return a > b;
    case kOpLessThanOrEqual:
      return a <= b;
    case kOpGreaterThanOrEqual:
      return a >= b;
    case kOpMin:
      return std::min(a, b);
    default:  // MAX
      return std::max(a, b);
  }
}

}  // namespace

ScriptError op_equal(Execution& execution) {
  Stack& stack = execution.stack;
  if (!stack.has(2)) return ScriptError::kInvalidStackOperation;
  const bool equal = std::ranges::equal(stack.top(1).bytes(), stack.top(0).bytes());
  stack.drop(2);
  stack.push(Item::of_truth(equal));
  return ScriptError::kOk;
}

ScriptError op_equal_verify(Execution& execution) {
  const ScriptError error = op_equal(execution);
  return error == ScriptError::kOk ? verify_top(execution, ScriptError::kEqualVerify) : error;
}

ScriptError op_unary(Execution& execution) {
  if (execution.stack.empty()) return ScriptError::kInvalidStackOperation;
  const auto a = execution.number(0);
  if (!a) return ScriptError::kScriptNumber;
  execution.stack.top() = ScriptNumber(unary(execution.opcode, a->value())).item();
  return ScriptError::kOk;
}

ScriptError op_binary(Execution& execution) {
  if (!execution.stack.has(2)) return ScriptError::kInvalidStackOperation;
  const auto a = execution.number(1);
  const auto b = execution.number(0);
  if (!a || !b) return ScriptError::kScriptNumber;
  execution.stack.drop();
  execution.stack.top() = ScriptNumber(binary(execution.opcode, a->value(), b->value())).item();
  return ScriptError::kOk;
}

ScriptError op_num_equal_verify(Execution& execution) {
  const ScriptError error = op_binary(execution);
  return error == ScriptError::kOk ? verify_top(execution, ScriptError::kNumEqualVerify) : error;
}

ScriptError op_within(Execution& execution) {
  if (!execution.stack.has(3)) return ScriptError::kInvalidStackOperation;
  const auto what = execution.number(2);
  const auto from = execution.number(1);
  const auto to = execution.number(0);
  if (!what || !from || !to) return ScriptError::kScriptNumber;
  execution.stack.drop(3);
  execution.stack.push(Item::of_truth(*from <= *what && *what < *to));
  return ScriptError::kOk;
}

}  // namespace veilwire::consensus

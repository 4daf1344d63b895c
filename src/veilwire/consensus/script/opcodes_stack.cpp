#include "veilwire/consensus/script/opcodes.h"

namespace veilwire::consensus {
namespace {

// Pushes copies of `count` items, the lowest of which lies under `depth` others.
ScriptError copy_items(Stack& stack, std::size_t depth, std::size_t count) {
  if (!stack.has(depth + 1)) return ScriptError::kInvalidStackOperation;
  for (std::size_t i = 0; i < count; ++i) stack.push(stack.top(depth));
  return ScriptError::kOk;
}

// Brings the item under `depth` others to the top, `count` times: as many from there upwards.
ScriptError raise_items(Stack& stack, std::size_t depth, std::size_t count) {
  if (!stack.has(depth + 1)) return ScriptError::kInvalidStackOperation;
  for (std::size_t i = 0; i < count; ++i) stack.push(stack.take(depth));
  return ScriptError::kOk;
}

ScriptError drop_items(Stack& stack, std::size_t count) {
  if (!stack.has(count)) return ScriptError::kInvalidStackOperation;
  stack.drop(count);
  return ScriptError::kOk;
}

}  // namespace

ScriptError op_to_alt_stack(Execution& execution) {
  if (execution.stack.empty()) return ScriptError::kInvalidStackOperation;
  execution.alt_stack.push(execution.stack.pop());
  return ScriptError::kOk;
}

ScriptError op_from_alt_stack(Execution& execution) {
  if (execution.alt_stack.empty()) return ScriptError::kInvalidAltstackOperation;
  execution.stack.push(execution.alt_stack.pop());
  return ScriptError::kOk;
}

ScriptError op_2drop(Execution& execution) { return drop_items(execution.stack, 2); }
ScriptError op_2dup(Execution& execution) { return copy_items(execution.stack, 1, 2); }
ScriptError op_3dup(Execution& execution) { return copy_items(execution.stack, 2, 3); }
ScriptError op_2over(Execution& execution) { return copy_items(execution.stack, 3, 2); }
ScriptError op_2rot(Execution& execution) { return raise_items(execution.stack, 5, 2); }
ScriptError op_2swap(Execution& execution) { return raise_items(execution.stack, 3, 2); }

ScriptError op_if_dup(Execution& execution) {
  if (execution.stack.empty()) return ScriptError::kInvalidStackOperation;
  if (execution.stack.top().is_true()) execution.stack.push(execution.stack.top());
  return ScriptError::kOk;
}

ScriptError op_depth(Execution& execution) {
  const auto depth = static_cast<std::int64_t>(execution.stack.size());
  execution.stack.push(ScriptNumber(depth).item());
  return ScriptError::kOk;
}

ScriptError op_drop(Execution& execution) { return drop_items(execution.stack, 1); }
ScriptError op_dup(Execution& execution) { return copy_items(execution.stack, 0, 1); }

ScriptError op_nip(Execution& execution) {
  if (!execution.stack.has(2)) return ScriptError::kInvalidStackOperation;
  execution.stack.take(1);
  return ScriptError::kOk;
}

ScriptError op_over(Execution& execution) { return copy_items(execution.stack, 1, 1); }

ScriptError op_pick_or_roll(Execution& execution) {
  Stack& stack = execution.stack;
  if (!stack.has(2)) return ScriptError::kInvalidStackOperation;
  const auto number = execution.number(0);
  if (!number) return ScriptError::kScriptNumber;
  stack.drop();
  if (number->value() < 0 || number->value() >= static_cast<std::int64_t>(stack.size())) {
    return ScriptError::kInvalidStackOperation;
  }
  const auto depth = static_cast<std::size_t>(number->value());
  stack.push(execution.opcode == kOpRoll ? stack.take(depth) : stack.top(depth));
  return ScriptError::kOk;
}

ScriptError op_rot(Execution& execution) { return raise_items(execution.stack, 2, 1); }
ScriptError op_swap(Execution& execution) { return raise_items(execution.stack, 1, 1); }

ScriptError op_tuck(Execution& execution) {
  if (!execution.stack.has(2)) return ScriptError::kInvalidStackOperation;
  execution.stack.insert(2, execution.stack.top());
  return ScriptError::kOk;
}

ScriptError op_size(Execution& execution) {
  if (execution.stack.empty()) return ScriptError::kInvalidStackOperation;
  const auto size = static_cast<std::int64_t>(execution.stack.top().size());
  execution.stack.push(ScriptNumber(size).item());
  return ScriptError::kOk;
}

}  // namespace veilwire::consensus

#include "veilwire/consensus/script/verify.h"

#include "veilwire/consensus/script/interpreter.h"
#include "veilwire/consensus/script/script_form.h"
#include "veilwire/consensus/script/witness_check.h"

namespace veilwire::consensus {
namespace {

ScriptError error_of_result(const Stack& stack) {
  return stack.empty() || !stack.top().is_true() ? ScriptError::kEvalFalse : ScriptError::kOk;
}

class Verification {
 public:
  Verification(const Spending& spending, std::size_t input, ScriptFlags flags, ScriptWork& work)
      : input_script_(spending.input(input).script),
        spent_script_(spending.spent(input).script),
        witness_(spending.witness(input)),
        flags_(flags),
        work_(work),
        checker_(spending, input, work) {}

  ScriptError run() {
    if (flags_.has(ScriptFlag::kSignaturePushOnly) && !is_push_only(input_script_)) {
      return ScriptError::kSignaturePushOnly;
    }
    ScriptError error = run_scripts();
    if (error != ScriptError::kOk) return error;
    if (flags_.has(ScriptFlag::kCleanStack) && items_left_ != 1) return ScriptError::kCleanStack;
    const bool is_unexpected =
        flags_.has(ScriptFlag::kWitness) && program_ == Program::kNone && !witness_.empty();
    return is_unexpected ? ScriptError::kWitnessUnexpected : ScriptError::kOk;
  }

 private:
  enum class Program : std::uint8_t { kNone, kRun };

  ScriptError run_scripts() {
    Stack stack;
    Stack pushed;  // what the input's script left, for P2SH
    ScriptError error = run_legacy(input_script_, stack);
    if (error != ScriptError::kOk) return error;
    const bool has_redeem_script = flags_.has(ScriptFlag::kP2sh) && is_p2sh(spent_script_);
    if (has_redeem_script) pushed.copy_from(stack);
    error = run_legacy(spent_script_, stack);
    if (error == ScriptError::kOk) error = error_of_result(stack);
    if (error != ScriptError::kOk) return error;
    items_left_ = stack.size();
    error = run_native_program();
    return error == ScriptError::kOk && has_redeem_script ? run_redeem_script(pushed) : error;
  }

  ScriptError run_legacy(ByteView script, Stack& stack) {
    return run_script(script, stack, SignatureVersion::kLegacy, flags_, checker_);
  }

  ScriptError run_native_program() {
    const auto program = program_in(spent_script_);
    if (!program) return ScriptError::kOk;
    if (!input_script_.empty()) return ScriptError::kWitnessMalleated;
    return run_program(*program, Nesting::kNative);
  }

  // BIP 16. The spent script was true, so that there is an item to take.
  ScriptError run_redeem_script(Stack& stack) {
    if (!is_push_only(input_script_)) return ScriptError::kSignaturePushOnly;
    const Item redeem_script = stack.pop();
    ScriptError error = run_legacy(redeem_script.bytes(), stack);
    if (error == ScriptError::kOk) error = error_of_result(stack);
    if (error != ScriptError::kOk) return error;
    items_left_ = stack.size();
    const auto program = program_in(redeem_script.bytes());
    if (!program) return ScriptError::kOk;
    if (!is_push_of(input_script_, redeem_script.bytes())) {
      return ScriptError::kWitnessMalleatedP2sh;
    }
    return run_program(*program, Nesting::kInP2sh);
  }

  std::optional<WitnessProgram> program_in(ByteView script) const {
    return flags_.has(ScriptFlag::kWitness) ? witness_program_of(script) : std::nullopt;
  }

  ScriptError run_program(const WitnessProgram& program, Nesting nesting) {
    program_ = Program::kRun;
    items_left_ = 1;
    return WitnessCheck(witness_, flags_, checker_, work_).run(program, nesting);
  }

  const ByteView input_script_;
  const ByteView spent_script_;
  const wire::WitnessStack witness_;
  const ScriptFlags flags_;
  ScriptWork& work_;
  SignatureChecker checker_;
  std::size_t items_left_ = 0;
  Program program_ = Program::kNone;
};

}  // namespace

ScriptError verify_input(const Spending& spending, std::size_t input, ScriptFlags flags,
                         ScriptWork& work) {
  if (!spending.is_complete() || input >= spending.input_count()) return ScriptError::kUnknownError;
  return Verification(spending, input, flags, work).run();
}

}  // namespace veilwire::consensus

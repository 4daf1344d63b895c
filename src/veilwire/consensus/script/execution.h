// One script at work: what the opcodes' functions read and change.
#pragma once

#include <cstdint>
#include <optional>

#include "veilwire/base/bytes.h"
#include "veilwire/consensus/script/conditions.h"
#include "veilwire/consensus/script/digest_cache.h"
#include "veilwire/consensus/script/error.h"
#include "veilwire/consensus/script/flags.h"
#include "veilwire/consensus/script/script_number.h"
#include "veilwire/consensus/script/script_reader.h"
#include "veilwire/consensus/script/signature_checker.h"
#include "veilwire/consensus/script/signature_version.h"
#include "veilwire/consensus/script/stack.h"

namespace veilwire::consensus {

// What a tapscript has beside its stack.
struct Tapscript {
  TapscriptPlace place;
  const Hash256* annex_hash = nullptr;  // null where there is no annex
  std::int64_t weight_left = 0;         // for signatures (BIP 342)
};

struct Execution {
  Execution(ByteView script, Stack& its_stack, SignatureVersion its_version, ScriptFlags its_flags,
            SignatureChecker& its_checker, Tapscript* its_tapscript)
      : version(its_version),
        flags(its_flags),
        checker(its_checker),
        tapscript(its_tapscript),
        stack(its_stack),
        reader(script),
        script_code(script) {}

  // A number on the stack. Nothing where it is too long, or not minimal where policy asks for it.
  std::optional<ScriptNumber> number(std::size_t depth,
                                     std::size_t max_bytes = ScriptNumber::kMaxOperandBytes) const {
    const NumberForm form =
        flags.has(ScriptFlag::kMinimalData) ? NumberForm::kMinimal : NumberForm::kAny;
    return ScriptNumber::read(stack.top(depth).bytes(), form, max_bytes);
  }

  const SignatureVersion version;
  const ScriptFlags flags;
  SignatureChecker& checker;
  Tapscript* const tapscript;  // null but for kTapscript

  Stack& stack;
  Stack alt_stack;
  Conditions conditions;
  ScriptReader reader;
  ByteView script_code;        // from the last CODESEPARATOR executed to the end
  std::uint32_t position = 0;  // of the opcode, counted in opcodes
  std::size_t operations = 0;  // counted to kMaxOperations; not in tapscripts
  std::uint8_t opcode = 0;
  DigestCache digests;  // of script_code
};

}  // namespace veilwire::consensus

// Runs one script on a stack.
//
// Time: one pass over the script, since no opcode jumps. A script that is not a tapscript has at
// most 10 000 bytes and 201 operations; a tapscript is limited by its weight, and its signatures by
// the weight of its witness. Memory: at most 1000 items of 40 bytes on both stacks after each
// opcode, three more within one; an item points at what was pushed and holds what was computed.
// Nothing is allocated before the 13th item on a stack, but for legacy signatures that the script
// itself contains (FindAndDelete). No recursion.
#pragma once

#include "veilwire/base/bytes.h"
#include "veilwire/consensus/script/error.h"
#include "veilwire/consensus/script/execution.h"
#include "veilwire/consensus/script/flags.h"

namespace veilwire::consensus {

// Leaves its results on the stack. They point into `script` and into what was on the stack before.
// `tapscript` is null but for kTapscript.
ScriptError run_script(ByteView script, Stack& stack, SignatureVersion version, ScriptFlags flags,
                       SignatureChecker& checker, Tapscript* tapscript = nullptr);

}  // namespace veilwire::consensus

// What each opcode does, a function each; families of opcodes that differ in one step share one and
// look at execution.opcode. Each leaves the stack as the rules say, or says which rule the script
// broke; the stack is of no use then.
#pragma once

#include "veilwire/consensus/script/execution.h"

namespace veilwire::consensus {

using OpcodeFunction = ScriptError (*)(Execution& execution);

// For opcodes above PUSHDATA4. Those that no script may run are kBadOpcode.
OpcodeFunction opcode_function(std::uint8_t opcode);

// Constants and what does nothing.
ScriptError op_small_number(Execution& execution);
ScriptError op_nop(Execution& execution);
ScriptError op_upgradable_nop(Execution& execution);
ScriptError op_bad(Execution& execution);

// Flow. op_if, op_else and op_end_if run in branches that are not taken too.
ScriptError op_if(Execution& execution);
ScriptError op_else(Execution& execution);
ScriptError op_end_if(Execution& execution);
ScriptError op_verify(Execution& execution);
ScriptError op_return(Execution& execution);

// The stack.
ScriptError op_to_alt_stack(Execution& execution);
ScriptError op_from_alt_stack(Execution& execution);
ScriptError op_2drop(Execution& execution);
ScriptError op_2dup(Execution& execution);
ScriptError op_3dup(Execution& execution);
ScriptError op_2over(Execution& execution);
ScriptError op_2rot(Execution& execution);
ScriptError op_2swap(Execution& execution);
ScriptError op_if_dup(Execution& execution);
ScriptError op_depth(Execution& execution);
ScriptError op_drop(Execution& execution);
ScriptError op_dup(Execution& execution);
ScriptError op_nip(Execution& execution);
ScriptError op_over(Execution& execution);
ScriptError op_pick_or_roll(Execution& execution);
ScriptError op_rot(Execution& execution);
ScriptError op_swap(Execution& execution);
ScriptError op_tuck(Execution& execution);
ScriptError op_size(Execution& execution);

// Comparisons and numbers.
ScriptError op_equal(Execution& execution);
ScriptError op_equal_verify(Execution& execution);
ScriptError op_unary(Execution& execution);
ScriptError op_binary(Execution& execution);
ScriptError op_num_equal_verify(Execution& execution);
ScriptError op_within(Execution& execution);

// Hashes and signatures.
ScriptError op_ripemd160(Execution& execution);
ScriptError op_sha1(Execution& execution);
ScriptError op_sha256(Execution& execution);
ScriptError op_hash160(Execution& execution);
ScriptError op_hash256(Execution& execution);
ScriptError op_code_separator(Execution& execution);
ScriptError op_check_sig(Execution& execution);
ScriptError op_check_sig_verify(Execution& execution);
ScriptError op_check_sig_add(Execution& execution);
ScriptError op_check_multisig(Execution& execution);
ScriptError op_check_multisig_verify(Execution& execution);

// Lock times: NOPs where their flag is off.
ScriptError op_check_lock_time_verify(Execution& execution);
ScriptError op_check_sequence_verify(Execution& execution);

// Takes what a checking opcode has pushed: `error` where it is false.
ScriptError verify_top(Execution& execution, ScriptError error);

}  // namespace veilwire::consensus

#include "veilwire/consensus/script/opcodes.h"

#include <array>

namespace veilwire::consensus {
namespace {

using Table = std::array<OpcodeFunction, 256>;

constexpr void set_flow(Table& table) {
  for (unsigned opcode = kOp1; opcode <= kOp16; ++opcode) table[opcode] = op_small_number;
  table[kOp1Negate] = op_small_number;
  table[kOpNop] = op_nop;
  for (unsigned opcode = kOpNop1; opcode <= kOpNop10; ++opcode) table[opcode] = op_upgradable_nop;
  table[kOpCheckLockTimeVerify] = op_check_lock_time_verify;
  table[kOpCheckSequenceVerify] = op_check_sequence_verify;
  table[kOpIf] = table[kOpNotIf] = op_if;
  table[kOpElse] = op_else;
  table[kOpEndIf] = op_end_if;
  table[kOpVerify] = op_verify;
  table[kOpReturn] = op_return;
}

constexpr void set_stack(Table& table) {
  table[kOpToAltStack] = op_to_alt_stack;
  table[kOpFromAltStack] = op_from_alt_stack;
  table[kOp2Drop] = op_2drop;
  table[kOp2Dup] = op_2dup;
  table[kOp3Dup] = op_3dup;
  table[kOp2Over] = op_2over;
  table[kOp2Rot] = op_2rot;
  table[kOp2Swap] = op_2swap;
  table[kOpIfDup] = op_if_dup;
  table[kOpDepth] = op_depth;
  table[kOpDrop] = op_drop;
  table[kOpDup] = op_dup;
  table[kOpNip] = op_nip;
  table[kOpOver] = op_over;
  table[kOpPick] = table[kOpRoll] = op_pick_or_roll;
  table[kOpRot] = op_rot;
  table[kOpSwap] = op_swap;
  table[kOpTuck] = op_tuck;
  table[kOpSize] = op_size;
}

constexpr void set_numbers(Table& table) {
  table[kOpEqual] = op_equal;
  table[kOpEqualVerify] = op_equal_verify;
  for (const Opcode opcode : {kOp1Add, kOp1Sub, kOpNegate, kOpAbs, kOpNot, kOp0NotEqual}) {
    table[opcode] = op_unary;
  }
  for (const Opcode opcode : {kOpAdd, kOpSub}) table[opcode] = op_binary;
  for (unsigned opcode = kOpBoolAnd; opcode <= kOpMax; ++opcode) table[opcode] = op_binary;
  table[kOpNumEqualVerify] = op_num_equal_verify;
  table[kOpWithin] = op_within;
}

constexpr void set_signatures(Table& table) {
  table[kOpRipemd160] = op_ripemd160;
  table[kOpSha1] = op_sha1;
  table[kOpSha256] = op_sha256;
  table[kOpHash160] = op_hash160;
  table[kOpHash256] = op_hash256;
  table[kOpCodeSeparator] = op_code_separator;
  table[kOpCheckSig] = op_check_sig;
  table[kOpCheckSigVerify] = op_check_sig_verify;
  table[kOpCheckSigAdd] = op_check_sig_add;
  table[kOpCheckMultisig] = op_check_multisig;
  table[kOpCheckMultisigVerify] = op_check_multisig_verify;
}

constexpr Table make_table() {
  Table table;
  table.fill(op_bad);
  set_flow(table);
  set_stack(table);
  set_numbers(table);
  set_signatures(table);
  return table;
}

constexpr Table kTable = make_table();

}  // namespace

OpcodeFunction opcode_function(std::uint8_t opcode) { return kTable[opcode]; }

}  // namespace veilwire::consensus

// The opcodes, under their numbers.
#pragma once

#include <cstdint>

namespace veilwire::consensus {

enum Opcode : std::uint8_t {
  kOp0 = 0x00,
  // 0x01 to 0x4b push as many bytes as they say.
  kOpPushData1 = 0x4c,
  kOpPushData2 = 0x4d,
  kOpPushData4 = 0x4e,
  kOp1Negate = 0x4f,
  kOpReserved = 0x50,
  kOp1 = 0x51,
  kOp2 = 0x52,
  kOp3 = 0x53,
  kOp16 = 0x60,

  kOpNop = 0x61,
  kOpVer = 0x62,
  kOpIf = 0x63,
  kOpNotIf = 0x64,
  kOpVerIf = 0x65,
  kOpVerNotIf = 0x66,
  kOpElse = 0x67,
  kOpEndIf = 0x68,
  kOpVerify = 0x69,
  kOpReturn = 0x6a,

  kOpToAltStack = 0x6b,
  kOpFromAltStack = 0x6c,
  kOp2Drop = 0x6d,
  kOp2Dup = 0x6e,
  kOp3Dup = 0x6f,
  kOp2Over = 0x70,
  kOp2Rot = 0x71,
  kOp2Swap = 0x72,
  kOpIfDup = 0x73,
  kOpDepth = 0x74,
  kOpDrop = 0x75,
  kOpDup = 0x76,
  kOpNip = 0x77,
  kOpOver = 0x78,
  kOpPick = 0x79,
  kOpRoll = 0x7a,
  kOpRot = 0x7b,
  kOpSwap = 0x7c,
  kOpTuck = 0x7d,

  kOpCat = 0x7e,
  kOpSubstr = 0x7f,
  kOpLeft = 0x80,
  kOpRight = 0x81,
  kOpSize = 0x82,

  kOpInvert = 0x83,
  kOpAnd = 0x84,
  kOpOr = 0x85,
  kOpXor = 0x86,
  kOpEqual = 0x87,
  kOpEqualVerify = 0x88,
  kOpReserved1 = 0x89,
  kOpReserved2 = 0x8a,

  kOp1Add = 0x8b,
  kOp1Sub = 0x8c,
  kOp2Mul = 0x8d,
  kOp2Div = 0x8e,
  kOpNegate = 0x8f,
  kOpAbs = 0x90,
  kOpNot = 0x91,
  kOp0NotEqual = 0x92,
  kOpAdd = 0x93,
  kOpSub = 0x94,
  kOpMul = 0x95,
  kOpDiv = 0x96,
  kOpMod = 0x97,
  kOpLShift = 0x98,
  kOpRShift = 0x99,
  kOpBoolAnd = 0x9a,
  kOpBoolOr = 0x9b,
  kOpNumEqual = 0x9c,
  kOpNumEqualVerify = 0x9d,
  kOpNumNotEqual = 0x9e,
  kOpLessThan = 0x9f,
  kOpGreaterThan = 0xa0,
  kOpLessThanOrEqual = 0xa1,
  kOpGreaterThanOrEqual = 0xa2,
  kOpMin = 0xa3,
  kOpMax = 0xa4,
  kOpWithin = 0xa5,

  kOpRipemd160 = 0xa6,
  kOpSha1 = 0xa7,
  kOpSha256 = 0xa8,
  kOpHash160 = 0xa9,
  kOpHash256 = 0xaa,
  kOpCodeSeparator = 0xab,
  kOpCheckSig = 0xac,
  kOpCheckSigVerify = 0xad,
  kOpCheckMultisig = 0xae,
  kOpCheckMultisigVerify = 0xaf,

  kOpNop1 = 0xb0,
  kOpCheckLockTimeVerify = 0xb1,
  kOpCheckSequenceVerify = 0xb2,
  kOpNop4 = 0xb3,
  kOpNop5 = 0xb4,
  kOpNop6 = 0xb5,
  kOpNop7 = 0xb6,
  kOpNop8 = 0xb7,
  kOpNop9 = 0xb8,
  kOpNop10 = 0xb9,

  kOpCheckSigAdd = 0xba,  // tapscript only
};

// The number that 0 and 1 to 16 push.
constexpr bool is_small_number(std::uint8_t opcode) {
  return opcode == kOp0 || (opcode >= kOp1 && opcode <= kOp16);
}
constexpr unsigned small_number(std::uint8_t opcode) {
  return opcode == kOp0 ? 0u : opcode - (kOp1 - 1u);
}

// BIP 342: what makes a tapscript succeed wherever it stands.
constexpr bool is_op_success(std::uint8_t opcode) {
  const auto within = [opcode](std::uint8_t first, std::uint8_t last) {
    return opcode >= first && opcode <= last;
  };
  return opcode == 80 || opcode == 98 || within(126, 129) || within(131, 134) || within(137, 138) ||
         within(141, 142) || within(149, 153) || within(187, 254);
}

// What an early release switched off for good (CVE-2010-5137), in branches not taken too.
constexpr bool is_disabled(std::uint8_t opcode) {
  return (opcode >= kOpCat && opcode <= kOpRight) || (opcode >= kOpInvert && opcode <= kOpXor) ||
         opcode == kOp2Mul || opcode == kOp2Div || (opcode >= kOpMul && opcode <= kOpRShift);
}

}  // namespace veilwire::consensus

// Scripts as Core's vectors write them: "DUP HASH160 0x14 0x<hex> EQUALVERIFY CHECKSIG", with or
// without OP_, numbers in decimal, 'text' in quotes, and hexadecimal that is put in as it stands.
#pragma once

#include <charconv>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "veilwire/base/hex.h"
#include "veilwire/consensus/script/opcode.h"
#include "veilwire/consensus/script/script_form.h"
#include "veilwire/consensus/script/script_number.h"

namespace veilwire::consensus::testing {

inline constexpr std::pair<std::string_view, std::uint8_t> kOpcodeNames[] = {
    {"RESERVED", kOpReserved},
    {"NOP", kOpNop},
    {"VER", kOpVer},
    {"IF", kOpIf},
    {"NOTIF", kOpNotIf},
    {"VERIF", kOpVerIf},
    {"VERNOTIF", kOpVerNotIf},
    {"ELSE", kOpElse},
    {"ENDIF", kOpEndIf},
    {"VERIFY", kOpVerify},
    {"RETURN", kOpReturn},
    {"TOALTSTACK", kOpToAltStack},
    {"FROMALTSTACK", kOpFromAltStack},
    {"2DROP", kOp2Drop},
    {"2DUP", kOp2Dup},
    {"3DUP", kOp3Dup},
    {"2OVER", kOp2Over},
    {"2ROT", kOp2Rot},
    {"2SWAP", kOp2Swap},
    {"IFDUP", kOpIfDup},
    {"DEPTH", kOpDepth},
    {"DROP", kOpDrop},
    {"DUP", kOpDup},
    {"NIP", kOpNip},
    {"OVER", kOpOver},
    {"PICK", kOpPick},
    {"ROLL", kOpRoll},
    {"ROT", kOpRot},
    {"SWAP", kOpSwap},
    {"TUCK", kOpTuck},
    {"CAT", kOpCat},
    {"SUBSTR", kOpSubstr},
    {"LEFT", kOpLeft},
    {"RIGHT", kOpRight},
    {"SIZE", kOpSize},
    {"INVERT", kOpInvert},
    {"AND", kOpAnd},
    {"OR", kOpOr},
    {"XOR", kOpXor},
    {"EQUAL", kOpEqual},
    {"EQUALVERIFY", kOpEqualVerify},
    {"RESERVED1", kOpReserved1},
    {"RESERVED2", kOpReserved2},
    {"1ADD", kOp1Add},
    {"1SUB", kOp1Sub},
    {"2MUL", kOp2Mul},
    {"2DIV", kOp2Div},
    {"NEGATE", kOpNegate},
    {"ABS", kOpAbs},
    {"NOT", kOpNot},
    {"0NOTEQUAL", kOp0NotEqual},
    {"ADD", kOpAdd},
    {"SUB", kOpSub},
    {"MUL", kOpMul},
    {"DIV", kOpDiv},
    {"MOD", kOpMod},
    {"LSHIFT", kOpLShift},
    {"RSHIFT", kOpRShift},
    {"BOOLAND", kOpBoolAnd},
    {"BOOLOR", kOpBoolOr},
    {"NUMEQUAL", kOpNumEqual},
    {"NUMEQUALVERIFY", kOpNumEqualVerify},
    {"NUMNOTEQUAL", kOpNumNotEqual},
    {"LESSTHAN", kOpLessThan},
    {"GREATERTHAN", kOpGreaterThan},
    {"LESSTHANOREQUAL", kOpLessThanOrEqual},
    {"GREATERTHANOREQUAL", kOpGreaterThanOrEqual},
    {"MIN", kOpMin},
    {"MAX", kOpMax},
    {"WITHIN", kOpWithin},
    {"RIPEMD160", kOpRipemd160},
    {"SHA1", kOpSha1},
    {"SHA256", kOpSha256},
    {"HASH160", kOpHash160},
    {"HASH256", kOpHash256},
    {"CODESEPARATOR", kOpCodeSeparator},
    {"CHECKSIG", kOpCheckSig},
    {"CHECKSIGVERIFY", kOpCheckSigVerify},
    {"CHECKMULTISIG", kOpCheckMultisig},
    {"CHECKMULTISIGVERIFY", kOpCheckMultisigVerify},
    {"NOP1", kOpNop1},
    {"CHECKLOCKTIMEVERIFY", kOpCheckLockTimeVerify},
    {"CHECKSEQUENCEVERIFY", kOpCheckSequenceVerify},
    {"NOP4", kOpNop4},
    {"NOP5", kOpNop5},
    {"NOP6", kOpNop6},
    {"NOP7", kOpNop7},
    {"NOP8", kOpNop8},
    {"NOP9", kOpNop9},
    {"NOP10", kOpNop10},
    {"CHECKSIGADD", kOpCheckSigAdd},
};

inline void append(Bytes& script, ByteView bytes) {
  script.insert(script.end(), bytes.begin(), bytes.end());
}

// The shortest push of bytes; never the opcode of a number.
inline void append_push(Bytes& script, ByteView data) {
  append(script, push_head(data.size()).view());
  append(script, data);
}

inline Bytes push_of(ByteView data) {
  Bytes script;
  append_push(script, data);
  return script;
}

inline void append_number(Bytes& script, std::int64_t number) {
  if (number == 0) {
    script.push_back(kOp0);
  } else if (number == -1 || (number >= 1 && number <= 16)) {
    script.push_back(static_cast<std::uint8_t>(kOp1 - 1 + number));
  } else {
    const Item item = ScriptNumber(number).item();
    append_push(script, item.bytes());
  }
}

inline std::optional<std::uint8_t> opcode_named(std::string_view name) {
  if (name.starts_with("OP_")) name.remove_prefix(3);
  for (const auto& [known, opcode] : kOpcodeNames) {
    if (known == name) return opcode;
  }
  return std::nullopt;
}

inline void append_word(Bytes& script, std::string_view word) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error == std::errc() && end == word.data() + word.size()) {
    append_number(script, number);
  } else if (word.starts_with("0x")) {
    append(script, from_hex(word.substr(2)).value());
  } else if (word.size() >= 2 && word.starts_with('\'') && word.ends_with('\'')) {
    append_push(script, {reinterpret_cast<const std::uint8_t*>(word.data()) + 1, word.size() - 2});
  } else if (const auto opcode = opcode_named(word)) {
    script.push_back(*opcode);
  } else {
    throw std::invalid_argument("not a word of a script: " + std::string(word));
  }
}

inline Bytes script_of(const std::string& text) {
  Bytes script;
  std::istringstream words(text);
  for (std::string word; words >> word;) append_word(script, word);
  return script;
}

}  // namespace veilwire::consensus::testing

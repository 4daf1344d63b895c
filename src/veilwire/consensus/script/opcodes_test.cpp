// What single opcodes do where others went wrong; the rest is in Core's vectors.
#include "veilwire/consensus/script/opcodes.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/script/limits.h"
#include "veilwire/consensus/testing/script_runs.h"

namespace veilwire::consensus {
namespace {

using testing::run;

constexpr ScriptError kOk = ScriptError::kOk;

// `count` numbers, from 1 up, as words.
std::string numbers(int count) {
  std::string words;
  for (int i = 1; i <= count; ++i) words += std::to_string(i) + " ";
  return words;
}

std::string repeated(std::string_view word, int count) {
  std::string words;
  for (int i = 0; i < count; ++i) words += std::string(word) + " ";
  return words;
}

TEST(Opcode0NotEqual, RefusesOperandsOverFourBytes) {
  EXPECT_EQ(run("0x04ffffff7f", "0NOTEQUAL"), kOk);
  EXPECT_EQ(run("0x050000000001", "0NOTEQUAL"), ScriptError::kScriptNumber);
  EXPECT_EQ(run("0x050100000000", "NOT"), ScriptError::kScriptNumber);
}

// Two numbers, and beneath them as many as make the stack just full.
TEST(StackOpcodes, WorkAtEverySizeWhereTheStackIsJustFull) {
  for (int below = 0; below < 60; ++below) {
    const std::string base = numbers(below) + "101 102 ";
    EXPECT_EQ(run(base, "NIP 102 EQUALVERIFY DEPTH " + std::to_string(below) + " EQUAL"), kOk);
    EXPECT_EQ(run(base, "TUCK 102 EQUALVERIFY 101 EQUALVERIFY 102 EQUAL"), kOk);
    EXPECT_EQ(run(base, "OVER 101 EQUALVERIFY 102 EQUALVERIFY 101 EQUAL"), kOk);
    EXPECT_EQ(run(base, "SWAP 101 EQUALVERIFY 102 EQUAL"), kOk);
    EXPECT_EQ(run(base, "2DUP 102 EQUALVERIFY 101 EQUALVERIFY 102 EQUALVERIFY 101 EQUAL"), kOk);
    EXPECT_EQ(run(base, "1 PICK 101 EQUALVERIFY 102 EQUALVERIFY 101 EQUAL"), kOk);
    EXPECT_EQ(run(base, "1 ROLL 101 EQUALVERIFY 102 EQUAL"), kOk);
    EXPECT_EQ(run(base + "103 ", "ROT 101 EQUALVERIFY 103 EQUALVERIFY 102 EQUAL"), kOk);
    EXPECT_EQ(run(base + "103 ", "3DUP 103 EQUALVERIFY 102 EQUALVERIFY 101 EQUALVERIFY 103 EQUAL"),
              kOk);
    EXPECT_EQ(run(base + "103 104 ", "2OVER 102 EQUALVERIFY 101 EQUALVERIFY 104 EQUAL"), kOk);
    EXPECT_EQ(run(base + "103 104 ", "2SWAP 102 EQUALVERIFY 101 EQUALVERIFY 104 EQUAL"), kOk);
    EXPECT_EQ(run(base + "103 104 105 106 ", "2ROT 102 EQUALVERIFY 101 EQUALVERIFY 106 EQUAL"),
              kOk);
    EXPECT_EQ(
        run(base, "TOALTSTACK TOALTSTACK FROMALTSTACK 101 EQUALVERIFY FROMALTSTACK 102 EQUAL"),
        kOk);
  }
}

TEST(OpcodeEqual, GivesExactlyOneOrTheEmptyItem) {
  EXPECT_EQ(run("2 2", "EQUAL SIZE 1 EQUALVERIFY 1 EQUAL"), kOk);
  EXPECT_EQ(run("2 3", "EQUAL SIZE 0 EQUALVERIFY 0 EQUAL"), kOk);
  // 0 and negative zero are both false, and not equal.
  EXPECT_EQ(run("0 0x0180", "EQUAL"), ScriptError::kEvalFalse);
  EXPECT_EQ(run("0 0x0180", "NUMEQUAL"), kOk);
}

TEST(OpcodeIfDup, LooksAtAllBytesOfItemsOver32) {
  const std::string zeros(80, '0');
  EXPECT_EQ(run("0x29" + zeros + "01", "IFDUP EQUAL"), kOk);
  EXPECT_EQ(run("7 0x29" + zeros + "80", "IFDUP DROP 7 EQUAL"), kOk);
}

TEST(OpcodeSize, LeavesTheItem) {
  EXPECT_EQ(run("0x03010203", "SIZE 3 EQUALVERIFY 0x03010203 EQUAL"), kOk);
  EXPECT_EQ(run("", "SIZE"), ScriptError::kInvalidStackOperation);
}

TEST(OpcodeNotIf, TakesTheOtherBranch) {
  EXPECT_EQ(run("0", "NOTIF 1 ELSE 0 ENDIF"), kOk);
  EXPECT_EQ(run("1", "NOTIF 0 ELSE 1 ENDIF"), kOk);
  EXPECT_EQ(run("0", "IF 0 ELSE 1 ENDIF"), kOk);
  EXPECT_EQ(run("0x0180", "NOTIF 1 ELSE 0 ENDIF"), kOk);
}

TEST(OpcodeElse, TurnsEachTimeItStandsInOneIf) {
  EXPECT_EQ(run("1", "IF 1 ELSE 0 ELSE 2 ELSE 0 ENDIF 2 EQUALVERIFY"), kOk);
  EXPECT_EQ(run("0", "IF 0 ELSE 1 ELSE 0 ELSE 3 ENDIF 3 EQUALVERIFY"), kOk);
  EXPECT_EQ(run("0", "IF IF ELSE ENDIF ELSE 1 ENDIF"), kOk);
}

TEST(OpcodeIf, IsLookedAtInBranchesThatAreNotTaken) {
  EXPECT_EQ(run("0", "IF IF 1 ENDIF 0 ELSE 1 ENDIF"), kOk);
  EXPECT_EQ(run("1", "IF 1 ENDIF ENDIF"), ScriptError::kUnbalancedConditional);
  EXPECT_EQ(run("1", "IF 1"), ScriptError::kUnbalancedConditional);
  EXPECT_EQ(run("1", "ELSE"), ScriptError::kUnbalancedConditional);
  EXPECT_EQ(run("0", "IF VERIF ENDIF 1"), ScriptError::kBadOpcode);
  EXPECT_EQ(run("0", "IF VER RETURN RESERVED ENDIF 1"), kOk);
}

TEST(OpcodeIf, MayNotReachFromOneScriptIntoTheOther) {
  EXPECT_EQ(run("1 IF 1", "ENDIF"), ScriptError::kUnbalancedConditional);
  EXPECT_EQ(run("1 1 TOALTSTACK", "FROMALTSTACK"), ScriptError::kInvalidAltstackOperation);
}

TEST(OpcodeReturn, HasAnErrorOfItsOwn) { EXPECT_EQ(run("1", "RETURN"), ScriptError::kOpReturn); }

TEST(OpcodeNop, DoesNothingUnderAnyOfItsNames) {
  for (const std::string name :
       {"NOP", "NOP1", "NOP4", "NOP5", "NOP6", "NOP7", "NOP8", "NOP9", "NOP10"}) {
    EXPECT_EQ(run("1", name), kOk) << name;
    EXPECT_EQ(run("1", name, ScriptFlag::kDiscourageUpgradableNops),
              name == "NOP" ? kOk : ScriptError::kDiscourageUpgradableNops)
        << name;
  }
}

TEST(OpcodeWithin, IsHalfOpen) {
  EXPECT_EQ(run("1", "1 2 WITHIN"), kOk);
  EXPECT_EQ(run("2", "1 2 WITHIN"), ScriptError::kEvalFalse);
  EXPECT_EQ(run("0", "1 2 WITHIN"), ScriptError::kEvalFalse);
  EXPECT_EQ(run("-1", "-1 0 WITHIN"), kOk);
  EXPECT_EQ(run("1", "1 1 WITHIN"), ScriptError::kEvalFalse);
}

TEST(OpcodeRoll, RefusesNegativeAndTooDeep) {
  EXPECT_EQ(run("1 2 3", "2 ROLL"), kOk);
  EXPECT_EQ(run("1 2 3", "3 ROLL"), ScriptError::kInvalidStackOperation);
  EXPECT_EQ(run("1 2 3", "-1 PICK"), ScriptError::kInvalidStackOperation);
  EXPECT_EQ(run("1", "PICK"), ScriptError::kInvalidStackOperation);
}

// -- Limits ----------------------------------------------------------------------------------------

TEST(OperationLimit, CountsBranchesThatAreNotTaken) {
  EXPECT_EQ(run("0", "IF " + repeated("NOP", 199) + " ENDIF 1"), kOk);
  EXPECT_EQ(run("0", "IF " + repeated("NOP", 200) + " ENDIF 1"), ScriptError::kOpCount);
  // Pushes are no operations, and RESERVED (80) is none either.
  EXPECT_EQ(run("0", "IF " + repeated("RESERVED", 500) + " ENDIF " + repeated("1", 500)), kOk);
}

TEST(OperationLimit, CountsTheKeysOfAMultisig) {
  const std::string multisig = "0 0 " + repeated("0", 20) + "20 CHECKMULTISIG DROP ";
  const std::string nine = repeated(multisig, 9);  // 9 * 22 operations
  EXPECT_EQ(run("1", nine + repeated("NOP", 3)), kOk);
  EXPECT_EQ(run("1", nine + repeated("NOP", 4)), ScriptError::kOpCount);
  EXPECT_EQ(run("1", repeated("NOP", 3) + nine), kOk);
  EXPECT_EQ(run("1", repeated("NOP", 4) + nine), ScriptError::kOpCount);
  // Those of one that is not run are not known.
  EXPECT_EQ(run("1", nine + "0 IF 20 CHECKMULTISIG ENDIF"), kOk);
}

TEST(ScriptLimit, Is10000Bytes) {
  testing::OneSpend spend;
  for (int i = 0; i < 19; ++i) testing::append_push(spend.coin.script, Bytes(500, 1));
  testing::append_push(spend.coin.script, Bytes(kMaxScriptBytes - spend.coin.script.size() - 3, 1));
  ASSERT_EQ(spend.coin.script.size(), kMaxScriptBytes);
  EXPECT_EQ(spend.verify({}), kOk);
  spend.coin.script.push_back(kOp1);
  EXPECT_EQ(spend.verify({}), ScriptError::kScriptSize);
}

TEST(PushLimit, Is520BytesInBranchesThatAreNotTakenToo) {
  const std::string fits = "0x4d0802" + std::string(2 * 520, '1');
  const std::string too_long = "0x4d0902" + std::string(2 * 521, '1');
  EXPECT_EQ(run("", fits), kOk);
  EXPECT_EQ(run("", too_long), ScriptError::kPushSize);
  EXPECT_EQ(run("1", "0 IF " + fits + " ENDIF"), kOk);
  EXPECT_EQ(run("1", "0 IF " + too_long + " ENDIF"), ScriptError::kPushSize);
}

TEST(StackLimit, Is1000ItemsOnBothStacks) {
  EXPECT_EQ(run(repeated("1", 1000), ""), kOk);
  EXPECT_EQ(run(repeated("1", 1001), ""), ScriptError::kStackSize);
  EXPECT_EQ(run(repeated("1", 999), "1 TOALTSTACK 1"), ScriptError::kStackSize);
  EXPECT_EQ(run(repeated("1", 998), "1 TOALTSTACK 1"), kOk);
  EXPECT_EQ(run(repeated("1", 997), "3DUP"), kOk);
  EXPECT_EQ(run(repeated("1", 998), "3DUP"), ScriptError::kStackSize);
}

TEST(DisabledOpcodes, FailInBranchesThatAreNotTaken) {
  for (const char* opcode : {"CAT", "SUBSTR", "LEFT", "RIGHT", "INVERT", "AND", "OR", "XOR", "2MUL",
                             "2DIV", "MUL", "DIV", "MOD", "LSHIFT", "RSHIFT"}) {
    EXPECT_EQ(run("1", std::string("0 IF ") + opcode + " ENDIF"), ScriptError::kDisabledOpcode)
        << opcode;
  }
}

// -- Lock times ------------------------------------------------------------------------------------

ScriptError lock(std::uint32_t version, std::uint32_t sequence, std::uint32_t lock_time,
                 const std::string& script, ScriptFlags flags = kConsensusScriptFlags) {
  testing::OneSpend spend;
  spend.version = version;
  spend.sequence = sequence;
  spend.lock_time = lock_time;
  spend.coin.script = testing::script_of(script + " DROP 1");
  return spend.verify(flags);
}

TEST(CheckLockTimeVerify, AsksForTheSameKindAndAnInputThatIsNotFinal) {
  EXPECT_EQ(lock(1, 0, 100, "100 CHECKLOCKTIMEVERIFY"), kOk);
  EXPECT_EQ(lock(1, 0, 99, "100 CHECKLOCKTIMEVERIFY"), ScriptError::kUnsatisfiedLockTime);
  EXPECT_EQ(lock(1, 0, 99, "100 CHECKLOCKTIMEVERIFY", {}), kOk);
  EXPECT_EQ(lock(1, 0xffff'ffff, 100, "100 CHECKLOCKTIMEVERIFY"),
            ScriptError::kUnsatisfiedLockTime);
  EXPECT_EQ(lock(1, 0, 500'000'000, "499999999 CHECKLOCKTIMEVERIFY"),
            ScriptError::kUnsatisfiedLockTime);
  EXPECT_EQ(lock(1, 0, 500'000'000, "500000000 CHECKLOCKTIMEVERIFY"), kOk);
  EXPECT_EQ(lock(1, 0, 100, "-1 CHECKLOCKTIMEVERIFY"), ScriptError::kNegativeLockTime);
  EXPECT_EQ(lock(1, 0, 0xffff'ffff, "4294967295 CHECKLOCKTIMEVERIFY"), kOk);
  EXPECT_EQ(lock(1, 0, 0xffff'ffff, "0x06000000000001 CHECKLOCKTIMEVERIFY"),
            ScriptError::kScriptNumber);
}

TEST(CheckSequenceVerify, ReadsTheVersionAsUnsignedAndMasks) {
  EXPECT_EQ(lock(2, 10, 0, "10 CHECKSEQUENCEVERIFY"), kOk);
  EXPECT_EQ(lock(2, 9, 0, "10 CHECKSEQUENCEVERIFY"), ScriptError::kUnsatisfiedLockTime);
  EXPECT_EQ(lock(1, 10, 0, "10 CHECKSEQUENCEVERIFY"), ScriptError::kUnsatisfiedLockTime);
  EXPECT_EQ(lock(0xffff'ffff, 10, 0, "10 CHECKSEQUENCEVERIFY"), kOk);
  EXPECT_EQ(lock(2, 0x8000'000a, 0, "10 CHECKSEQUENCEVERIFY"), ScriptError::kUnsatisfiedLockTime);
  EXPECT_EQ(lock(1, 0, 0, "2147483648 CHECKSEQUENCEVERIFY"), kOk);  // switched off
  EXPECT_EQ(lock(2, 0x0040'000a, 0, "10 CHECKSEQUENCEVERIFY"), ScriptError::kUnsatisfiedLockTime);
  EXPECT_EQ(lock(2, 0x0040'000a, 0, "4194314 CHECKSEQUENCEVERIFY"), kOk);
  EXPECT_EQ(lock(2, 0x003f'000a, 0, "10 CHECKSEQUENCEVERIFY"), kOk);
  EXPECT_EQ(lock(2, 10, 0, "-1 CHECKSEQUENCEVERIFY"), ScriptError::kNegativeLockTime);
}

}  // namespace
}  // namespace veilwire::consensus

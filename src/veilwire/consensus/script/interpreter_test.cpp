#include "veilwire/consensus/script/interpreter.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/testing/script_runs.h"

namespace veilwire::consensus {
namespace {

constexpr ScriptError kOk = ScriptError::kOk;

// A push of so many bytes 0x77 under this head, then DROP 1.
ScriptError run_push(Bytes head, std::size_t size) {
  testing::OneSpend spend;
  spend.coin.script = std::move(head);
  spend.coin.script.insert(spend.coin.script.end(), size, 0x77);
  testing::append(spend.coin.script, testing::script_of("DROP 1"));
  return spend.verify(ScriptFlag::kMinimalData);
}

TEST(MinimalPush, OfOneByteIsAnOpcodeFor1To16AndMinus1Only) {
  const auto push_one = [](std::uint8_t byte) {
    testing::OneSpend spend;
    spend.coin.script = {0x01, byte};
    testing::append(spend.coin.script, testing::script_of("DROP 1"));
    return spend.verify(ScriptFlag::kMinimalData);
  };
  for (unsigned byte = 0; byte <= 0xff; ++byte) {
    const bool has_opcode = (byte >= 1 && byte <= 16) || byte == 0x81;
    EXPECT_EQ(push_one(static_cast<std::uint8_t>(byte)),
              has_opcode ? ScriptError::kMinimalData : kOk)
        << byte;
  }
}

TEST(MinimalPush, HasTheShortestFormOfItsLength) {
  EXPECT_EQ(run_push({75}, 75), kOk);
  EXPECT_EQ(run_push({kOpPushData1, 75}, 75), ScriptError::kMinimalData);
  EXPECT_EQ(run_push({kOpPushData1, 76}, 76), kOk);
  EXPECT_EQ(run_push({kOpPushData1, 255}, 255), kOk);
  EXPECT_EQ(run_push({kOpPushData2, 255, 0}, 255), ScriptError::kMinimalData);
  EXPECT_EQ(run_push({kOpPushData2, 0, 1}, 256), kOk);
  EXPECT_EQ(run_push({kOpPushData4, 0, 1, 0, 0}, 256), ScriptError::kMinimalData);
}

TEST(OperationLimit, DoesNotCountPushesUpTo16) {
  std::string words = "1";
  for (int i = 0; i < 201; ++i) words += " NOP";
  EXPECT_EQ(testing::run("", words), kOk);
  EXPECT_EQ(testing::run("", words + " -1 RESERVED 16"), ScriptError::kBadOpcode);
  EXPECT_EQ(testing::run("", words + " 0 1 -1 16"), kOk);
  EXPECT_EQ(testing::run("", words + " NOP"), ScriptError::kOpCount);
}

}  // namespace
}  // namespace veilwire::consensus

#include "veilwire/consensus/script/script_reader.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/script/script_form.h"
#include "veilwire/consensus/testing/script_text.h"

namespace veilwire::consensus {
namespace {

// `head`, and `size` bytes after it.
Bytes with_data(Bytes head, std::size_t size) {
  head.insert(head.end(), size, 7);
  return head;
}

TEST(ScriptReader, ReadsThePushesOfEveryForm) {
  const std::vector<std::pair<Bytes, std::size_t>> pushes = {
      {{0}, 0},
      {{75}, 75},
      {{kOpPushData1, 3}, 3},
      {{kOpPushData2, 0, 1}, 256},
      {{kOpPushData4, 2, 0, 0, 0}, 2},
  };
  for (const auto& [head, size] : pushes) {
    const Bytes script = with_data(head, size);
    ScriptReader reader(script);
    Instruction instruction;
    ASSERT_TRUE(reader.next(instruction));
    EXPECT_EQ(instruction.opcode, head[0]);
    EXPECT_EQ(instruction.data.size(), size);
    EXPECT_TRUE(reader.at_end());
    EXPECT_FALSE(reader.next(instruction));
    EXPECT_FALSE(reader.is_broken());
  }
}

TEST(ScriptReader, ReadsAllFourBytesOfALength) {
  const Bytes whole = with_data({kOpPushData4, 1, 0, 1, 0}, 65'537);
  ScriptReader reader(whole);
  Instruction instruction;
  ASSERT_TRUE(reader.next(instruction));
  EXPECT_EQ(instruction.data.size(), 65'537u);
  // One byte of data, and a length that says one only in its lower half.
  const Bytes cut = with_data({kOpPushData4, 1, 0, 0, 1}, 1);
  ScriptReader broken(cut);
  EXPECT_FALSE(broken.next(instruction));
  EXPECT_TRUE(broken.is_broken());
}

TEST(ScriptReader, IsBrokenWhereAPushIsCutShort) {
  for (const Bytes& script :
       {Bytes{1}, Bytes{75, 1}, Bytes{kOpPushData1}, Bytes{kOpPushData1, 1}, Bytes{kOpPushData2, 1},
        Bytes{kOpPushData4, 1, 0, 0}, Bytes{kOpPushData4, 255, 255, 255, 255, 1}}) {
    ScriptReader reader(script);
    Instruction instruction;
    EXPECT_FALSE(reader.next(instruction));
    EXPECT_TRUE(reader.is_broken());
    EXPECT_FALSE(reader.next(instruction));
  }
}

TEST(ScriptForm, IsP2shOnlyInItsExactBytes) {
  Bytes script = with_data({kOpHash160, 20}, 20);
  script.push_back(kOpEqual);
  EXPECT_TRUE(is_p2sh(script));
  for (const std::size_t at : {0u, 1u, 22u}) {
    Bytes other = script;
    other[at] ^= 1;
    EXPECT_FALSE(is_p2sh(other)) << at;
  }
  // The same push in a longer form.
  Bytes longer = with_data({kOpHash160, kOpPushData1, 20}, 20);
  longer.push_back(kOpEqual);
  EXPECT_FALSE(is_p2sh(longer));
  script.push_back(kOpNop);
  EXPECT_FALSE(is_p2sh(script));
}

TEST(ScriptForm, IsAWitnessProgramOf2To40BytesInOneDirectPush) {
  for (const std::size_t size : {2u, 20u, 32u, 40u}) {
    EXPECT_TRUE(witness_program_of(with_data({kOp0, static_cast<std::uint8_t>(size)}, size)));
  }
  for (const std::size_t size : {1u, 41u}) {
    EXPECT_FALSE(witness_program_of(with_data({kOp0, static_cast<std::uint8_t>(size)}, size)));
  }
  EXPECT_EQ(witness_program_of(with_data({kOp16, 2}, 2))->version, 16u);
  EXPECT_EQ(witness_program_of(with_data({kOp1, 2}, 2))->version, 1u);
  EXPECT_FALSE(witness_program_of(with_data({kOp1Negate, 2}, 2)));
  EXPECT_FALSE(witness_program_of(with_data({kOpReserved, 2}, 2)));
  EXPECT_FALSE(witness_program_of(with_data({kOpNop, 2}, 2)));
  EXPECT_FALSE(witness_program_of(with_data({kOp0, kOpPushData1, 2}, 2)));
  EXPECT_FALSE(witness_program_of(with_data({kOp0, 3}, 2)));
  EXPECT_FALSE(witness_program_of(with_data({kOp0, 2}, 3)));
}

TEST(ScriptForm, CountsReservedAsAPush) {
  EXPECT_TRUE(is_push_only(Bytes{kOpReserved, kOp16, kOp1Negate, 1, 5}));
  EXPECT_FALSE(is_push_only(Bytes{kOpNop}));
  EXPECT_FALSE(is_push_only(Bytes{2, 5}));
  EXPECT_TRUE(is_push_only({}));
}

TEST(ScriptForm, HasTheHeadsOfPushesOfEveryLength) {
  EXPECT_EQ(to_hex(push_head(0).view()), "00");
  EXPECT_EQ(to_hex(push_head(75).view()), "4b");
  EXPECT_EQ(to_hex(push_head(76).view()), "4c4c");
  EXPECT_EQ(to_hex(push_head(255).view()), "4cff");
  EXPECT_EQ(to_hex(push_head(256).view()), "4d0001");
  EXPECT_EQ(to_hex(push_head(65'535).view()), "4dffff");
  EXPECT_EQ(to_hex(push_head(65'536).view()), "4e00000100");
}

TEST(Opcodes, ThatSucceedAreThoseOfBip342) {
  std::size_t count = 0;
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    count += is_op_success(static_cast<std::uint8_t>(opcode)) ? 1 : 0;
  }
  EXPECT_EQ(count, 87u);
  for (const int opcode : {80, 98, 126, 129, 131, 134, 137, 138, 141, 142, 149, 153, 187, 254}) {
    EXPECT_TRUE(is_op_success(static_cast<std::uint8_t>(opcode))) << opcode;
  }
  for (const int opcode : {79, 81, 97, 99, 125, 130, 135, 136, 139, 140, 143, 148, 154, 186, 255}) {
    EXPECT_FALSE(is_op_success(static_cast<std::uint8_t>(opcode))) << opcode;
  }
}

}  // namespace
}  // namespace veilwire::consensus

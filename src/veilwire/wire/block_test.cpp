#include "veilwire/wire/block.h"

#include <gtest/gtest.h>

#include <string>

#include "veilwire/base/hex.h"
#include "veilwire/wire/testing/genesis.h"
#include "veilwire/wire/testing/round_trip.h"

namespace veilwire::wire {
namespace {

using testing::rule_broken_by;

Bytes bytes_of(std::string_view hex) { return from_hex(hex).value(); }

Bytes block_with_transactions(std::string_view count, std::string_view transactions) {
  return bytes_of(std::string(testing::kGenesisHeader) + std::string(count) +
                  std::string(transactions));
}

TEST(Block, OfTheGenesisIsRead) {
  const Bytes bytes = bytes_of(testing::genesis_block());
  const auto block = parse<Block>(bytes);
  ASSERT_TRUE(block);
  EXPECT_EQ(to_display(block->header.hash()), testing::kGenesisHash);
  ASSERT_EQ(block->transactions.size(), 1u);
  EXPECT_EQ(to_display(block->transactions[0].txid()), testing::kGenesisTxid);
  EXPECT_EQ(block->transactions[0].bytes().data(), bytes.data() + 81);
  EXPECT_EQ(block->base_size(), 285u);
  EXPECT_EQ(block->total_size(), 285u);
  EXPECT_EQ(block->weight(), 1140u);
}

TEST(Block, IsWrittenAsItWasRead) {
  testing::expect_round_trip<Block>(bytes_of(testing::genesis_block()));
  testing::expect_round_trip<Block>(block_with_transactions("00", ""));
  std::string transactions;
  for (int i = 0; i < 3; ++i) transactions += testing::kGenesisCoinbase;
  testing::expect_round_trip<Block>(block_with_transactions("03", transactions));
}

TEST(Block, IsWrittenWithoutItsWitness) {
  const Bytes script(22, 7);
  TransactionParts parts;
  parts.inputs.push_back({});
  parts.outputs.push_back({.value = 1, .script = script});
  parts.witness.push_back({script, script});
  Bytes bytes = block_with_transactions("02", testing::kGenesisCoinbase);
  Writer writer(bytes);
  parts.write(writer);
  const auto block = parse<Block>(bytes).value();
  ASSERT_TRUE(block.transactions[1].has_witness());

  Bytes stripped;
  Writer stripped_writer(stripped);
  block.write_without_witness(stripped_writer);
  EXPECT_EQ(stripped.size(), block.base_size());
  const auto read = parse<Block>(stripped).value();
  EXPECT_EQ(read.header, block.header);
  EXPECT_FALSE(read.transactions[1].has_witness());
  EXPECT_EQ(read.transactions[1].txid(), block.transactions[1].txid());
  EXPECT_EQ(read.transactions[0].txid(), block.transactions[0].txid());
}

TEST(Block, RefusesMoreTransactionsThanCouldFit) {
  const std::string space(2 * 600, '0');
  for (const auto* count : {"0b", "fdffff", "ffffffffffffffffff"}) {
    EXPECT_EQ(rule_broken_by<Block>(block_with_transactions(count, space)),
              PayloadRule::kTruncated);
  }
}

// Whatever follows: acceptance must not hang on trailing bytes.
TEST(Block, RefusesATransactionTooSmallToBeValid) {
  const std::string empty(2 * 10, '0');
  const std::string without_output =
      "01000000"
      "01" +
      std::string(2 * 36, '1') +
      "00"
      "ffffffff"
      "00"
      "00000000";
  for (const std::string& small : {empty, without_output}) {
    const std::string space(2 * 60, '0');
    EXPECT_EQ(rule_broken_by<Block>(block_with_transactions("01", small)), PayloadRule::kTruncated);
    EXPECT_EQ(rule_broken_by<Block>(block_with_transactions("01", small + space)),
              PayloadRule::kBadValue);
  }
}

TEST(Block, RefusesATransactionCountInMoreBytesThanItNeeds) {
  EXPECT_EQ(rule_broken_by<Block>(block_with_transactions("fd0100", testing::kGenesisCoinbase)),
            PayloadRule::kNonMinimalCompactSize);
}

TEST(Block, RefusesWhatATransactionInItBreaks) {
  std::string unknown_flag =
      "0100000000"
      "02";
  unknown_flag += std::string(200, '0');
  EXPECT_EQ(rule_broken_by<Block>(block_with_transactions(
                "02", std::string(testing::kGenesisCoinbase) + unknown_flag)),
            PayloadRule::kUnknownTransactionFlag);
}

}  // namespace
}  // namespace veilwire::wire

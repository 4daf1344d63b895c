#include "veilwire/wire/compact_block.h"

#include <gtest/gtest.h>

#include "veilwire/wire/testing/counting_new.h"
#include "veilwire/wire/testing/genesis.h"
#include "veilwire/wire/testing/patterns.h"
#include "veilwire/wire/testing/round_trip.h"

namespace veilwire::wire {
namespace {

using testing::expect_round_trip;
using testing::joined;
using testing::rule_broken_by;
using testing::unhex;

using Hex = std::string;

const Hex kTx(testing::kGenesisCoinbase);
const Hex kBlockHash(64, '7');
const Hex kCompactHead = Hex(testing::kGenesisHeader) + "1122334455667788";

Bytes compact(const Hex& short_ids, const Hex& prefilled) {
  return unhex(kCompactHead + short_ids + prefilled);
}

Bytes request(const Hex& indexes) { return unhex(kBlockHash + indexes); }

TEST(CompactBlock, HasShortIdsAndPrefilledTransactions) {
  const Bytes payload = compact(
      "02"
      "010203040506"
      "a1a2a3a4a5a6",
      "02"
      "00" +
          kTx + "01" + kTx);
  expect_round_trip<CompactBlock>(payload);
  const auto block = parse<CompactBlock>(payload);
  EXPECT_EQ(to_display(block->header.hash()), testing::kGenesisHash);
  EXPECT_EQ(block->nonce, 0x8877665544332211u);
  ASSERT_EQ(block->short_ids.size(), 2u);
  EXPECT_EQ(block->short_ids[0], ShortId{0x060504030201});
  EXPECT_EQ(block->short_ids[1], ShortId{0xa6a5a4a3a2a1});
  ASSERT_EQ(block->prefilled.size(), 2u);
  EXPECT_EQ(block->prefilled[0].index, 0u);
  EXPECT_EQ(block->prefilled[1].index, 2u);
  EXPECT_EQ(to_display(block->prefilled[1].transaction.txid()), testing::kGenesisTxid);
  EXPECT_EQ(block->transaction_count(), 4u);
}

TEST(CompactBlock, OfOneTransactionHasNoShortIds) {
  expect_round_trip<CompactBlock>(compact("00", "0100" + kTx));
}

TEST(CompactBlock, OfNoTransactionsIsRefused) {
  EXPECT_EQ(rule_broken_by<CompactBlock>(compact("00", "00")), PayloadRule::kBadValue);
}

TEST(CompactBlock, MayPrefillItsLastTransaction) {
  const auto block = compact(
      "01"
      "010203040506",
      "0101" + kTx);
  expect_round_trip<CompactBlock>(block);
}

TEST(CompactBlock, RefusesAnIndexPastItsEnd) {
  for (const Hex& prefilled : {"0102" + kTx,
                               "02"
                               "00" +
                                   kTx + "02" + kTx,
                               "02"
                               "01" +
                                   kTx + "01" + kTx,
                               "01fdffff" + kTx}) {
    EXPECT_EQ(rule_broken_by<CompactBlock>(compact("01"
                                                   "010203040506",
                                                   prefilled)),
              PayloadRule::kBadIndex);
  }
}

TEST(CompactBlock, RefusesAnIndexOver16Bits) {
  EXPECT_EQ(rule_broken_by<CompactBlock>(compact("00", "01fe00000100" + kTx)),
            PayloadRule::kBadIndex);
  EXPECT_EQ(rule_broken_by<CompactBlock>(compact("00", "01ffffffffffffffffff" + kTx)),
            PayloadRule::kBadIndex);
}

TEST(CompactBlock, HasAtMost65535Transactions) {
  const Bytes head = unhex(kCompactHead);
  const Bytes most = joined(head, testing::counted(65'535, 6));
  EXPECT_EQ(rule_broken_by<CompactBlock>(joined(most, unhex("00"))), std::nullopt);
  EXPECT_EQ(rule_broken_by<CompactBlock>(joined(most, unhex("0100" + kTx))), PayloadRule::kTooMany);
  EXPECT_EQ(rule_broken_by<CompactBlock>(joined(head, testing::counted(65'536, 6))),
            PayloadRule::kTooMany);
}

TEST(CompactBlock, WithHostileCountsAllocatesNothing) {
  const Bytes in_short_ids = testing::with_hostile_count(unhex(kCompactHead));
  const Bytes in_prefilled = testing::with_hostile_count(unhex(kCompactHead + "00"));
  const Bytes too_many_for_their_bytes = compact("00", "fdffff" + Hex(2000, '0'));
  for (const Bytes& payload : {in_short_ids, in_prefilled, too_many_for_their_bytes}) {
    EXPECT_EQ(testing::allocations_of([&] { return parse<CompactBlock>(payload); }), 0u);
    EXPECT_NE(rule_broken_by<CompactBlock>(payload), std::nullopt);
  }
}

TEST(CompactBlock, IsReadInOneAllocation) {
  const Bytes payload = compact(
      "02"
      "010203040506"
      "a1a2a3a4a5a6",
      "02"
      "00" +
          kTx + "01" + kTx);
  EXPECT_EQ(testing::allocations_of([&] { return parse<CompactBlock>(payload); }), 1u);
}

// The differences 0, 0, 2 and 252 + 1 more.
TEST(GetBlockTxn, HasIndexesAsDifferences) {
  const Bytes payload = request(
      "05"
      "00"
      "00"
      "02"
      "fd0001"
      "00");
  expect_round_trip<GetBlockTxn>(payload);
  EXPECT_EQ(parse<GetBlockTxn>(payload)->indexes, (std::vector<std::uint16_t>{0, 1, 4, 261, 262}));
  expect_round_trip<GetBlockTxn>(request("00"));
}

TEST(GetBlockTxn, RefusesIndexesThatOverflow) {
  expect_round_trip<GetBlockTxn>(
      request("01"
              "fdffff"));
  expect_round_trip<GetBlockTxn>(
      request("02"
              "fdfeff"
              "00"));
  for (const char* indexes : {"01"
                              "fe00000100",
                              "02"
                              "fdffff"
                              "00",
                              "02"
                              "fdfeff"
                              "01",
                              "01"
                              "ffffffffffffffffff",
                              "02"
                              "00"
                              "ffffffffffffffffff"}) {
    EXPECT_EQ(rule_broken_by<GetBlockTxn>(request(indexes)), PayloadRule::kBadIndex) << indexes;
  }
}

TEST(GetBlockTxn, AsksForAtMost65535) {
  GetBlockTxn all;
  for (std::size_t i = 0; i < 65'535; ++i) all.indexes.push_back(static_cast<std::uint16_t>(i));
  const Bytes payload = serialize(all);
  EXPECT_EQ(parse<GetBlockTxn>(payload), all);
  const Bytes one_more = request("fe00000100" + Hex(2 * 65'536, '0'));
  EXPECT_EQ(rule_broken_by<GetBlockTxn>(one_more), PayloadRule::kTooMany);
}

TEST(GetBlockTxn, WithAHostileCountAllocatesNothing) {
  const Bytes payload = testing::with_hostile_count(unhex(kBlockHash));
  EXPECT_EQ(testing::allocations_of([&] { return parse<GetBlockTxn>(payload); }), 0u);
  EXPECT_EQ(rule_broken_by<GetBlockTxn>(payload), PayloadRule::kTooMany);
  EXPECT_EQ(rule_broken_by<GetBlockTxn>(request("fdffff")), PayloadRule::kTruncated);
}

TEST(BlockTxn, HasWholeTransactions) {
  const Bytes payload = unhex(kBlockHash + "02" + kTx + kTx);
  expect_round_trip<BlockTxn>(payload);
  const auto message = parse<BlockTxn>(payload);
  EXPECT_EQ(message->block, testing::hash_of(0x77));
  ASSERT_EQ(message->transactions.size(), 2u);
  EXPECT_EQ(to_display(message->transactions[1].txid()), testing::kGenesisTxid);
  expect_round_trip<BlockTxn>(unhex(kBlockHash + "00"));
}

TEST(BlockTxn, WithAHostileCountAllocatesNothing) {
  const Bytes hostile = testing::with_hostile_count(unhex(kBlockHash));
  const Bytes too_many_for_their_bytes = unhex(kBlockHash + "fdffff" + kTx);
  for (const Bytes& payload : {hostile, too_many_for_their_bytes}) {
    EXPECT_EQ(testing::allocations_of([&] { return parse<BlockTxn>(payload); }), 0u);
  }
  EXPECT_EQ(rule_broken_by<BlockTxn>(hostile), PayloadRule::kTooMany);
  EXPECT_EQ(rule_broken_by<BlockTxn>(too_many_for_their_bytes), PayloadRule::kTruncated);
}

}  // namespace
}  // namespace veilwire::wire

#include "veilwire/wire/bloom.h"

#include <gtest/gtest.h>

#include "veilwire/wire/testing/genesis.h"
#include "veilwire/wire/testing/patterns.h"
#include "veilwire/wire/testing/round_trip.h"

namespace veilwire::wire {
namespace {

using testing::expect_round_trip;
using testing::rule_broken_by;
using testing::unhex;

Bytes filter_load(std::size_t filter_bytes, std::uint32_t hash_functions) {
  const Bytes filter = testing::pattern(filter_bytes);
  return serialize(FilterLoad{filter, hash_functions, 0x11223344, 1});
}

std::string merkle_head(const std::string& transaction_count) {
  return std::string(testing::kGenesisHeader) + transaction_count;
}

// The filter that Bitcoin Core's tests and BIP 37's users know: three elements, a tweak of 0.
TEST(FilterLoad, IsReadAndWritten) {
  const Bytes payload = unhex(
      "03614e9b"
      "05000000"
      "00000000"
      "01");
  expect_round_trip<FilterLoad>(payload);
  const auto message = parse<FilterLoad>(payload);
  EXPECT_EQ(to_hex(message->filter), "614e9b");
  EXPECT_EQ(message->hash_functions, 5u);
  EXPECT_EQ(message->tweak, 0u);
  EXPECT_EQ(message->flags, 1u);
}

TEST(FilterLoad, HasAFilterOfAtMost36000Bytes) {
  EXPECT_EQ(rule_broken_by<FilterLoad>(filter_load(36'000, 50)), std::nullopt);
  EXPECT_EQ(rule_broken_by<FilterLoad>(filter_load(36'001, 50)), PayloadRule::kTooLong);
  EXPECT_EQ(rule_broken_by<FilterLoad>(testing::with_hostile_count({})), PayloadRule::kTooLong);
}

TEST(FilterLoad, HasAtMost50HashFunctions) {
  expect_round_trip<FilterLoad>(filter_load(3, 50));
  EXPECT_EQ(rule_broken_by<FilterLoad>(filter_load(3, 51)), PayloadRule::kTooMany);
  EXPECT_EQ(rule_broken_by<FilterLoad>(filter_load(3, 0xffff'ffff)), PayloadRule::kTooMany);
}

TEST(FilterAdd, HasAnElementOfAtMost520Bytes) {
  expect_round_trip<FilterAdd>(unhex("00"));
  expect_round_trip<FilterAdd>(testing::counted(520, 1));
  EXPECT_EQ(rule_broken_by<FilterAdd>(testing::counted(521, 1)), PayloadRule::kTooLong);
  EXPECT_EQ(rule_broken_by<FilterAdd>(testing::with_hostile_count({})), PayloadRule::kTooLong);
}

TEST(FilterClear, IsEmpty) { expect_round_trip<FilterClear>({}); }

TEST(MerkleBlock, IsReadAndWritten) {
  const Bytes payload =
      unhex(merkle_head("03000000") + "02" + std::string(64, 'a') + std::string(64, 'b') + "011d");
  expect_round_trip<MerkleBlock>(payload);
  const auto block = parse<MerkleBlock>(payload);
  EXPECT_EQ(block->transaction_count, 3u);
  ASSERT_EQ(block->hashes.size(), 2u);
  EXPECT_EQ(block->hashes[1], testing::hash_of(0xbb));
  EXPECT_EQ(to_hex(block->flags), "1d");
}

TEST(MerkleBlock, HasNoMoreHashesThanTransactions) {
  const Bytes head = unhex(merkle_head("02000000"));
  const auto with_hashes = [&](std::size_t count) {
    return testing::joined(testing::joined(head, testing::counted(count, 32)), unhex("00"));
  };
  expect_round_trip<MerkleBlock>(with_hashes(0));
  expect_round_trip<MerkleBlock>(with_hashes(2));
  EXPECT_EQ(rule_broken_by<MerkleBlock>(with_hashes(3)), PayloadRule::kTooMany);
  EXPECT_EQ(rule_broken_by<MerkleBlock>(testing::with_hostile_count(head)), PayloadRule::kTooMany);
}

// 16 666 = 0x411a.
TEST(MerkleBlock, HasAtMostTheTransactionsOfABlock) {
  expect_round_trip<MerkleBlock>(unhex(merkle_head("1a410000") + "0000"));
  EXPECT_EQ(rule_broken_by<MerkleBlock>(unhex(merkle_head("1b410000") + "0000")),
            PayloadRule::kTooMany);
  EXPECT_EQ(rule_broken_by<MerkleBlock>(unhex(merkle_head("ffffffff") + "0000")),
            PayloadRule::kTooMany);
}

TEST(MerkleBlock, HasNoMoreFlagsThanATreeHasNodes) {
  const Bytes head = unhex(merkle_head("1a410000") + "00");
  const auto with_flags = [&](std::size_t count) {
    return testing::joined(head, testing::counted(count, 1));
  };
  EXPECT_EQ(rule_broken_by<MerkleBlock>(with_flags(kMaxMerkleFlagBytes)), std::nullopt);
  EXPECT_EQ(rule_broken_by<MerkleBlock>(with_flags(kMaxMerkleFlagBytes + 1)),
            PayloadRule::kTooLong);
}

}  // namespace
}  // namespace veilwire::wire

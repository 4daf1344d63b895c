#include "veilwire/wire/negotiation.h"

#include <gtest/gtest.h>

#include "veilwire/wire/testing/patterns.h"
#include "veilwire/wire/testing/round_trip.h"

namespace veilwire::wire {
namespace {

using testing::expect_round_trip;
using testing::rule_broken_by;
using testing::unhex;

Feature feature_of(std::size_t id_bytes, std::size_t data_bytes) {
  return {std::string(id_bytes, 'B'), testing::pattern(data_bytes)};
}

TEST(Negotiation, ByBareNamesHasNoPayload) {
  expect_round_trip<WtxidRelay>({});
  expect_round_trip<SendAddrV2>({});
  expect_round_trip<SendHeaders>({});
}

// BIP 152: one byte, then the version in eight.
TEST(SendCompact, HasNineBytes) {
  const Bytes payload = unhex("010200000000000000");
  expect_round_trip<SendCompact>(payload);
  EXPECT_EQ(parse<SendCompact>(payload), (SendCompact{1, 2}));
  EXPECT_TRUE(parse<SendCompact>(payload)->wants_high_bandwidth());
}

TEST(SendCompact, KeepsAByteThatIsNeitherYesNorNo) {
  const Bytes payload = unhex("ff0100000000000000");
  expect_round_trip<SendCompact>(payload);
  EXPECT_TRUE(parse<SendCompact>(payload)->wants_high_bandwidth());
  EXPECT_FALSE(parse<SendCompact>(unhex("000200000000000000"))->wants_high_bandwidth());
}

// BIP 133.
TEST(FeeFilter, HasEightBytes) {
  const Bytes payload = unhex("e803000000000000");
  expect_round_trip<FeeFilter>(payload);
  EXPECT_EQ(parse<FeeFilter>(payload)->fee_rate, 1000);
  expect_round_trip<FeeFilter>(unhex("ffffffffffffffff"));
  EXPECT_EQ(parse<FeeFilter>(unhex("ffffffffffffffff"))->fee_rate, -1);
}

// BIP 330.
TEST(SendTxReconciliation, HasTwelveBytes) {
  const Bytes payload = unhex("010000008877665544332211");
  expect_round_trip<SendTxReconciliation>(payload);
  EXPECT_EQ(parse<SendTxReconciliation>(payload), (SendTxReconciliation{1, 0x1122334455667788}));
}

// BIP 434.
TEST(Feature, IsAnIdAndData) {
  const Bytes payload = unhex(
      "06424950343334"
      "03010203");
  expect_round_trip<Feature>(payload);
  EXPECT_EQ(parse<Feature>(payload), (Feature{"BIP434", {1, 2, 3}}));
  expect_round_trip<Feature>(
      unhex("06424950343334"
            "00"));
}

TEST(Feature, RefusesTrailingBytes) {
  EXPECT_EQ(rule_broken_by<Feature>(unhex("0642495034333400"
                                          "00")),
            PayloadRule::kTrailingBytes);
}

TEST(Feature, HasAnIdOf4To80Characters) {
  for (const std::size_t size : {4u, 5u, 79u, 80u}) {
    expect_round_trip<Feature>(serialize(feature_of(size, 0)));
  }
  for (const std::size_t size : {0u, 1u, 3u}) {
    EXPECT_EQ(rule_broken_by<Feature>(serialize(feature_of(size, 1))), PayloadRule::kBadValue)
        << size;
  }
  EXPECT_EQ(rule_broken_by<Feature>(serialize(feature_of(81, 1))), PayloadRule::kTooLong);
}

TEST(Feature, HasAtMost512BytesOfData) {
  expect_round_trip<Feature>(serialize(feature_of(4, 512)));
  EXPECT_EQ(rule_broken_by<Feature>(serialize(feature_of(4, 513))), PayloadRule::kTooLong);
}

TEST(Feature, RefusesHostileLengths) {
  EXPECT_EQ(rule_broken_by<Feature>(testing::with_hostile_count({})), PayloadRule::kTooLong);
  const Bytes after_id = testing::with_hostile_count(unhex("06424950343334"));
  EXPECT_EQ(rule_broken_by<Feature>(after_id), PayloadRule::kTooLong);
}

}  // namespace
}  // namespace veilwire::wire

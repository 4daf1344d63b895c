#include "veilwire/wire/block_filter.h"

#include <gtest/gtest.h>

#include "veilwire/wire/testing/counting_new.h"
#include "veilwire/wire/testing/patterns.h"
#include "veilwire/wire/testing/round_trip.h"

namespace veilwire::wire {
namespace {

using testing::expect_round_trip;
using testing::joined;
using testing::rule_broken_by;
using testing::unhex;

const std::string kHash(64, '5');

TEST(FilterSpan, IsATypeAHeightAndAHash) {
  const Bytes payload = unhex(
      "00"
      "e8030000" +
      kHash);
  expect_round_trip<GetCFilters>(payload);
  expect_round_trip<GetCFHeaders>(payload);
  const FilterSpan expected{kBasicFilter, 1000, testing::hash_of(0x55)};
  EXPECT_EQ(parse<GetCFilters>(payload)->span, expected);
  EXPECT_EQ(parse<GetCFHeaders>(payload)->span, expected);
}

TEST(FilterSpan, MayHaveAnyType) {
  expect_round_trip<GetCFilters>(
      unhex("ff"
            "00000000" +
            kHash));
}

// BIP 158: the genesis block's filter.
TEST(CFilter, IsReadAndWritten) {
  const Bytes payload = unhex("00" + kHash +
                              "04"
                              "017fa880");
  expect_round_trip<CFilter>(payload);
  const auto message = parse<CFilter>(payload);
  EXPECT_EQ(message->block, testing::hash_of(0x55));
  EXPECT_EQ(to_hex(message->filter), "017fa880");
}

TEST(CFilter, HasAtMostOneMillionBytes) {
  const Bytes head = unhex("00" + kHash);
  EXPECT_EQ(rule_broken_by<CFilter>(joined(head, testing::counted(1'000'000, 1))), std::nullopt);
  EXPECT_EQ(rule_broken_by<CFilter>(joined(head, testing::counted(1'000'001, 1))),
            PayloadRule::kTooLong);
  EXPECT_EQ(rule_broken_by<CFilter>(testing::with_hostile_count(head)), PayloadRule::kTooLong);
}

TEST(CFHeaders, IsReadAndWritten) {
  const Bytes head = unhex("00" + kHash + std::string(64, '6'));
  expect_round_trip<CFHeaders>(joined(head, testing::counted(0, 32)));
  const Bytes payload = joined(head, testing::counted(3, 32));
  expect_round_trip<CFHeaders>(payload);
  const auto message = parse<CFHeaders>(payload);
  EXPECT_EQ(message->stop, testing::hash_of(0x55));
  EXPECT_EQ(message->previous_header, testing::hash_of(0x66));
  EXPECT_EQ(message->filter_hashes.size(), 3u);
}

TEST(CFHeaders, HasAtMost2000) {
  const Bytes head = unhex("00" + kHash + std::string(64, '6'));
  const Bytes most = joined(head, testing::counted(2000, 32));
  EXPECT_EQ(rule_broken_by<CFHeaders>(most), std::nullopt);
  EXPECT_EQ(rule_broken_by<CFHeaders>(joined(head, testing::counted(2001, 32))),
            PayloadRule::kTooMany);
  EXPECT_EQ(rule_broken_by<CFHeaders>(testing::with_hostile_count(head)), PayloadRule::kTooMany);
  EXPECT_EQ(testing::allocations_of([&] { return parse<CFHeaders>(most); }), 0u);
}

TEST(GetCFCheckpoints, IsATypeAndAHash) {
  const Bytes payload = unhex("00" + kHash);
  expect_round_trip<GetCFCheckpoints>(payload);
  EXPECT_EQ(parse<GetCFCheckpoints>(payload)->stop, testing::hash_of(0x55));
}

TEST(CFCheckpoints, IsReadAndWritten) {
  const Bytes payload = joined(unhex("00" + kHash), testing::counted(2, 32));
  expect_round_trip<CFCheckpoints>(payload);
  EXPECT_EQ(parse<CFCheckpoints>(payload)->filter_headers.size(), 2u);
}

TEST(CFCheckpoints, HasAtMostThoseOfALongChain) {
  const Bytes head = unhex("00" + kHash);
  const Bytes most = joined(head, testing::counted(kMaxFilterCheckpoints, 32));
  EXPECT_EQ(rule_broken_by<CFCheckpoints>(most), std::nullopt);
  const Bytes more = joined(head, testing::counted(kMaxFilterCheckpoints + 1, 32));
  EXPECT_EQ(rule_broken_by<CFCheckpoints>(more), PayloadRule::kTooMany);
  EXPECT_EQ(rule_broken_by<CFCheckpoints>(testing::with_hostile_count(head)),
            PayloadRule::kTooMany);
}

}  // namespace
}  // namespace veilwire::wire

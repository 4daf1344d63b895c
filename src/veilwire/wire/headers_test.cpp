#include "veilwire/wire/headers.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/base/hex.h"
#include "veilwire/wire/testing/genesis.h"
#include "veilwire/wire/testing/real_data.h"
#include "veilwire/wire/testing/round_trip.h"

namespace veilwire::wire {
namespace {

template <typename M>
M message_with_locator(std::size_t hashes) {
  M message;
  message.locator.version = 70016;
  for (std::size_t i = 0; i < hashes; ++i) {
    message.locator.hashes.emplace_back().fill(static_cast<std::uint8_t>(i));
  }
  message.locator.stop.fill(0xee);
  return message;
}

template <typename M>
class LocatorTest : public ::testing::Test {};
using LocatorMessages = ::testing::Types<GetHeaders, GetBlocks>;
TYPED_TEST_SUITE(LocatorTest, LocatorMessages);

TYPED_TEST(LocatorTest, IsWrittenAsItWasRead) {
  for (const std::size_t hashes : {0u, 1u, 3u, 101u}) {
    const auto message = message_with_locator<TypeParam>(hashes);
    const Bytes payload = serialize(message);
    EXPECT_EQ(payload.size(), 4 + 1 + 32 * hashes + 32);
    EXPECT_EQ(parse<TypeParam>(payload), message);
    testing::expect_round_trip<TypeParam>(payload);
  }
}

TYPED_TEST(LocatorTest, RefusesOver101Hashes) {
  EXPECT_EQ(testing::rule_broken_by<TypeParam>(serialize(message_with_locator<TypeParam>(102))),
            PayloadRule::kTooMany);
}

TYPED_TEST(LocatorTest, RefusesACountInMoreBytesThanItNeeds) {
  const Bytes payload = from_hex(
                            "80110100"
                            "fd0100" +
                            std::string(128, 'a'))
                            .value();
  EXPECT_EQ(testing::rule_broken_by<TypeParam>(payload), PayloadRule::kNonMinimalCompactSize);
}

Bytes headers_payload(std::size_t count, std::string_view transaction_count = "00") {
  Bytes payload;
  Writer writer(payload);
  writer.compact_size(count);
  for (std::size_t i = 0; i < count; ++i) {
    writer.bytes(from_hex(testing::kGenesisHeader).value());
    writer.bytes(from_hex(transaction_count).value());
  }
  return payload;
}

TEST(Headers, AreWrittenAsTheyWereRead) {
  for (const std::size_t count : {0u, 1u, 2u, 10u}) {
    testing::expect_round_trip<Headers>(headers_payload(count));
  }
}

TEST(Headers, PointIntoThePayload) {
  const Bytes payload = headers_payload(3);
  const auto headers = parse<Headers>(payload);
  ASSERT_TRUE(headers);
  ASSERT_EQ(headers->items().size(), 3u);
  for (const CountedHeader& item : headers->items()) {
    EXPECT_EQ(to_display(item.header.hash()), testing::kGenesisHash);
    EXPECT_EQ(item.transaction_count, 0u);
  }
}

TEST(Headers, ReadOverAnyTransactionCountAndKeepIt) {
  for (const auto* count : {"01", "fdfd00", "fe00000100", "ffffffffffffffffff"}) {
    const Bytes payload = headers_payload(2, count);
    testing::expect_round_trip<Headers>(payload);
    const auto headers = parse<Headers>(payload);
    ASSERT_TRUE(headers);
    for (const CountedHeader& item : headers->items()) {
      EXPECT_NE(item.transaction_count, 0u);
      EXPECT_EQ(to_display(item.header.hash()), testing::kGenesisHash);
    }
  }
}

TEST(Headers, RefuseATransactionCountInMoreBytesThanItNeeds) {
  EXPECT_EQ(testing::rule_broken_by<Headers>(headers_payload(1, "fd0000")),
            PayloadRule::kNonMinimalCompactSize);
}

TEST(Headers, RefuseOver2000) {
  EXPECT_EQ(testing::rule_broken_by<Headers>(headers_payload(2000)), std::nullopt);
  EXPECT_EQ(testing::rule_broken_by<Headers>(headers_payload(2001)), PayloadRule::kTooMany);
}

TEST(Headers, RealOnesAreWrittenAsTheyWereRead) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, "data/mainnet_headers_0_10236.bin");
  std::vector<BlockHeader> chain;
  for (Reader reader(bytes); chain.size() < kMaxHeaders;) {
    chain.push_back(BlockHeader::read(reader));
  }
  Bytes payload;
  Writer writer(payload);
  write_headers(writer, chain);
  const auto headers = parse<Headers>(payload);
  ASSERT_TRUE(headers);
  EXPECT_EQ(serialize(*headers), payload);
  EXPECT_TRUE(std::ranges::equal(headers->items(), chain, {}, &CountedHeader::header));
}

}  // namespace
}  // namespace veilwire::wire

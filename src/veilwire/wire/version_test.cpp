#include "veilwire/wire/version.h"

#include <gtest/gtest.h>

#include "veilwire/wire/testing/patterns.h"
#include "veilwire/wire/testing/round_trip.h"

namespace veilwire::wire {
namespace {

using testing::rule_broken_by;
using testing::unhex;

// What a Satoshi:0.7.2 of 2012 sent, without the relay byte that it did not know.
constexpr std::string_view kOfVersion60002 =
    "62ea0000"
    "0100000000000000"
    "11b2d05000000000"
    "010000000000000000000000000000000000ffff000000000000"
    "010000000000000000000000000000000000ffff000000000000"
    "3b2eb35d8ce61765"
    "0f2f5361746f7368693a302e372e322f"
    "c03e0300";

Version version_of_ours() {
  Version version{.protocol_version = 70017,
                  .services = protocol::kNodeNetwork | protocol::kNodeP2pV2,
                  .unix_time = from_unix_seconds(1'700'000'000),
                  .addr_recv = {.services = 9, .address = {1, 2, 3}, .port = 8333},
                  .addr_from = {},
                  .nonce = 0x1122334455667788,
                  .user_agent = "/Veilwire:0.1/",
                  .start_height = 850'000,
                  .relay = 0};
  return version;
}

TEST(Version, OfAnOldPeerIsRead) {
  const auto version = parse<Version>(unhex(kOfVersion60002));
  ASSERT_TRUE(version);
  EXPECT_EQ(version->protocol_version, 60002);
  EXPECT_EQ(version->services, protocol::kNodeNetwork);
  EXPECT_EQ(version->unix_time, from_unix_seconds(0x50d0b211));
  EXPECT_EQ(version->addr_recv.services, protocol::kNodeNetwork);
  EXPECT_EQ(version->addr_recv.address[11], 0xff);
  EXPECT_EQ(version->nonce, 0x6517e68c5db32e3bu);
  EXPECT_EQ(version->user_agent, "/Satoshi:0.7.2/");
  EXPECT_EQ(version->start_height, 212672);
}

TEST(Version, WithoutRelayByteWantsTransactions) {
  const auto version = parse<Version>(unhex(kOfVersion60002));
  ASSERT_TRUE(version);
  EXPECT_EQ(version->ends_after, VersionEnd::kStartHeight);
  EXPECT_TRUE(version->wants_transactions());
  EXPECT_EQ(serialize(*version), unhex(kOfVersion60002));
}

TEST(Version, KeepsItsRelayByteWhateverItIs) {
  for (const unsigned relay : {0u, 1u, 2u, 255u}) {
    Version version = version_of_ours();
    version.relay = static_cast<std::uint8_t>(relay);
    const auto read = parse<Version>(serialize(version));
    EXPECT_EQ(read, version);
    EXPECT_EQ(read->wants_transactions(), relay != 0);
  }
}

TEST(Version, HasThePortInNetworkOrder) {
  const Bytes payload = serialize(version_of_ours());
  EXPECT_EQ(to_hex(ByteView(payload).subspan(44, 2)), "208d");
}

TEST(Version, MayEndAfterAnyFieldFromTheReceiverOn) {
  const Bytes payload = serialize(version_of_ours());
  const std::size_t after_user_agent = 80 + 1 + version_of_ours().user_agent.size();
  const std::vector<std::pair<std::size_t, VersionEnd>> ends = {
      {46, VersionEnd::kAddrRecv},
      {80, VersionEnd::kNonce},
      {after_user_agent, VersionEnd::kUserAgent},
      {after_user_agent + 4, VersionEnd::kStartHeight},
      {after_user_agent + 5, VersionEnd::kRelay}};
  std::size_t legal = 0;
  for (std::size_t size = 0; size <= payload.size(); ++size) {
    const auto version = parse<Version>(ByteView(payload).first(size));
    if (legal == ends.size() || size != ends[legal].first) {
      EXPECT_EQ(rule_broken_by<Version>(ByteView(payload).first(size)), PayloadRule::kTruncated)
          << size;
      continue;
    }
    ASSERT_TRUE(version) << size;
    EXPECT_EQ(version->ends_after, ends[legal++].second);
    EXPECT_TRUE(std::ranges::equal(serialize(*version), ByteView(payload).first(size)));
  }
  EXPECT_EQ(legal, ends.size());
}

TEST(Version, IgnoresTrailingBytes) {
  const Bytes payload = serialize(version_of_ours());
  EXPECT_EQ(parse<Version>(testing::joined(payload, testing::pattern(9))), version_of_ours());
}

TEST(Version, HasAUserAgentOfAtMost256Bytes) {
  Version version = version_of_ours();
  version.user_agent.assign(kMaxUserAgentBytes, 'x');
  EXPECT_EQ(parse<Version>(serialize(version)), version);
  version.user_agent.push_back('x');
  EXPECT_EQ(rule_broken_by<Version>(serialize(version)), PayloadRule::kTooLong);
}

TEST(Version, RefusesAHostileUserAgent) {
  const Bytes payload = serialize(version_of_ours());
  const Bytes head(payload.begin(), payload.begin() + 80);
  EXPECT_EQ(rule_broken_by<Version>(testing::with_hostile_count(head)), PayloadRule::kTooLong);
  const Bytes not_minimal = testing::joined(head, unhex("fd0300414141"));
  EXPECT_EQ(rule_broken_by<Version>(not_minimal), PayloadRule::kNonMinimalCompactSize);
}

TEST(Version, KeepsForeignText) {
  Version version = version_of_ours();
  version.user_agent = std::string("\x1b[2J\0\xff\n", 7);
  EXPECT_EQ(parse<Version>(serialize(version)), version);
}

TEST(Verack, IsEmpty) { testing::expect_round_trip<Verack>({}); }

}  // namespace
}  // namespace veilwire::wire

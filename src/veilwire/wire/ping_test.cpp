#include "veilwire/wire/ping.h"

#include <gtest/gtest.h>

#include "veilwire/wire/testing/patterns.h"
#include "veilwire/wire/testing/round_trip.h"

namespace veilwire::wire {
namespace {

using testing::rule_broken_by;
using testing::unhex;

// BIP 31.
TEST(Ping, CarriesANonce) {
  const auto ping = parse<Ping>(unhex("0807060504030201"));
  ASSERT_TRUE(ping);
  EXPECT_EQ(ping->nonce, 0x0102030405060708u);
  EXPECT_EQ(serialize(*ping), unhex("0807060504030201"));
  EXPECT_EQ(parse<Ping>(unhex("0807060504030201ffff")), ping);
}

TEST(Ping, OfVeryOldPeersIsEmpty) {
  const auto ping = parse<Ping>({});
  ASSERT_TRUE(ping);
  EXPECT_FALSE(ping->nonce);
  EXPECT_EQ(serialize(*ping), Bytes{});
}

TEST(Ping, MayNotEndWithinItsNonce) {
  const Bytes payload(8, 1);
  for (std::size_t size = 1; size < 8; ++size) {
    EXPECT_EQ(rule_broken_by<Ping>(ByteView(payload).first(size)), PayloadRule::kTruncated) << size;
  }
}

TEST(Pong, CarriesTheNonceBack) {
  testing::expect_round_trip<Pong>(unhex("0807060504030201"));
  EXPECT_EQ(parse<Pong>(unhex("0807060504030201")), Pong{0x0102030405060708u});
}

}  // namespace
}  // namespace veilwire::wire

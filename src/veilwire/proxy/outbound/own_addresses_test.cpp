#include "veilwire/proxy/outbound/own_addresses.h"

#include <gtest/gtest.h>

namespace veilwire::proxy {
namespace {

OwnAddresses of(const Endpoint& listener) {
  OwnAddresses own;
  own.add({"192.0.2.1", 1});
  own.add(listener);
  return own;
}

TEST(OwnAddresses, AreReachedByTheirOwnAddressHoweverItIsWritten) {
  const OwnAddresses own = of({"127.0.0.1", 1324});
  for (const char* host : {"127.0.0.1", "::ffff:127.0.0.1", "0.0.0.0"}) {
    EXPECT_TRUE(own.is_reached_by({host, 1324})) << host;
    EXPECT_FALSE(own.is_reached_by({host, 1325})) << host;
  }
  for (const char* host : {"127.0.0.2", "198.51.100.1", "node.example"}) {
    EXPECT_FALSE(own.is_reached_by({host, 1324})) << host;
  }
}

TEST(OwnAddresses, OnAllAddressesAreReachedByEveryOneOfThisMachine) {
  const OwnAddresses own = of({"0.0.0.0", 8333});
  for (const char* host : {"127.0.0.1", "127.9.9.9", "localhost", "0.0.0.0", "::1"}) {
    EXPECT_TRUE(own.is_reached_by({host, 8333})) << host;
  }
  EXPECT_FALSE(own.is_reached_by({"198.51.100.1", 8333})) << "only the connection tells";
}

bool is_end_of(const OwnAddresses& own, const Endpoint& from, const Endpoint& to) {
  return own.is_end_of(FourTuple{from, to});
}

TEST(OwnAddresses, AreTheEndOfAConnectionThatStaysOnThisMachine) {
  const OwnAddresses own = of({"0.0.0.0", 8333});
  const Endpoint lan{"198.51.100.1", 8333};
  EXPECT_TRUE(is_end_of(own, {"198.51.100.1", 50000}, lan));
  EXPECT_TRUE(is_end_of(own, {"::ffff:198.51.100.1", 50000}, lan));
  EXPECT_FALSE(is_end_of(own, {"198.51.100.2", 50000}, lan));
  EXPECT_FALSE(is_end_of(own, {"198.51.100.1", 50000}, {"198.51.100.1", 8334}));
}

TEST(OwnAddresses, AreNotTheEndOfAConnectionToAnotherListenerOfThisMachine) {
  const OwnAddresses own = of({"127.0.0.1", 8333});
  EXPECT_TRUE(is_end_of(own, {"127.0.0.1", 50000}, {"127.0.0.1", 8333}));
  EXPECT_FALSE(is_end_of(own, {"127.0.0.2", 50000}, {"127.0.0.2", 8333}));
}

}  // namespace
}  // namespace veilwire::proxy

#include "veilwire/proxy/outbound/way.h"

#include <gtest/gtest.h>

#include "veilwire/proxy/testing/proxy_test.h"

namespace veilwire::proxy::testing {
namespace {

using Reach = Way::Reach;

class WayTest : public ::testing::Test {
 protected:
  Way way_to(const std::string& host, Reach reach = Reach::kEverywhere) const {
    return {service_, {.target = {host, 8333}, .user = {}, .password = {}}, reach};
  }
  std::optional<Refusal> refusal_of(const Way& way) const {
    const auto obstacle = way.obstacle(service_);
    return obstacle ? std::optional(obstacle->why) : std::nullopt;
  }

  net::Runtime runtime_;
  net::testing::FreshKeys keys_;
  crypto::SystemEntropy entropy_;
  RecordingObserver observer_;
  Service service_{.runtime = runtime_, .keys = keys_, .entropy = entropy_, .observer = observer_};
};

TEST_F(WayTest, LeadsRemoteProgramsToNothingLocal) {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST.",
                           "a.localhost", "0.0.0.0", "::", "10.1.2.3", "172.16.0.1", "192.168.1.1",
                           "169.254.1.1", "100.64.0.1", "fe80::1", "fd00::1", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(refusal_of(way_to(host, Reach::kNothingLocal)), Refusal::kLocalTarget) << host;
    EXPECT_EQ(refusal_of(way_to(host)), std::nullopt) << host;
  }
  for (const char* host : {"203.0.113.5", "2001:db8::1", "node.example", "localhost.example"}) {
    EXPECT_EQ(refusal_of(way_to(host, Reach::kNothingLocal)), std::nullopt) << host;
  }
}

// A map says where a name leads, not who may go there.
TEST_F(WayTest, LooksAtWhereTheMapLeads) {
  ASSERT_TRUE(service_.config.map.add("seed.example=127.0.0.1"));
  EXPECT_EQ(refusal_of(way_to("seed.example", Reach::kNothingLocal)), Refusal::kLocalTarget);
}

// Whoever answers for the name chooses the address.
TEST_F(WayTest, LooksAtEachAddressOfAName) {
  Way way = way_to("node.example", Reach::kNothingLocal);
  way.set_addresses({{"203.0.113.5", 8333}, {"192.168.1.1", 8333}});
  EXPECT_FALSE(way.next(service_));
  EXPECT_EQ(way.address().host, "203.0.113.5");
  ASSERT_TRUE(way.has_next());
  const auto obstacle = way.next(service_);
  ASSERT_TRUE(obstacle);
  EXPECT_EQ(obstacle->why, Refusal::kLocalTarget);
  EXPECT_EQ(obstacle->reply, net::Socks5Reply::kNotAllowed);
}

TEST_F(WayTest, AsksNobodyForTheAddressOfAHiddenService) {
  for (const char* host : {"abc.onion", "foo.i2p", "FOO.I2P."}) {
    EXPECT_EQ(refusal_of(way_to(host)), Refusal::kNeedsUpstream) << host;
  }
  service_.config.upstream = net::Socks5Proxy{.address = {"127.0.0.1", 9050}};
  EXPECT_EQ(refusal_of(way_to("foo.i2p")), std::nullopt);
  EXPECT_FALSE(way_to("foo.i2p").needs_addresses());
}

TEST_F(WayTest, TakesTheProgramsLoginUnlessTheOperatorGivesOne) {
  const net::Socks5Request request{
      .target = {"node.example", 8333}, .user = {}, .password = "circuit-A"};
  service_.config.upstream = net::Socks5Proxy{.address = {"127.0.0.1", 9050}};
  const Way theirs(service_, request, Reach::kEverywhere);
  EXPECT_EQ(theirs.upstream()->user, "");
  EXPECT_EQ(theirs.upstream()->password, "circuit-A");
  service_.config.upstream->user = "operator";
  const Way ours(service_, request, Reach::kEverywhere);
  EXPECT_EQ(ours.upstream()->user, "operator");
  EXPECT_EQ(ours.upstream()->password, "");
}

}  // namespace
}  // namespace veilwire::proxy::testing

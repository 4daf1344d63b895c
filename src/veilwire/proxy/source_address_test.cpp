#include "veilwire/proxy/source_address.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <set>

#include "veilwire/base/ip_address.h"
#include "veilwire/host/testing/in_a_child.h"

namespace veilwire::proxy {
namespace {

using net::Tcp;

std::string source_of(std::string host) { return loopback_address_of({std::move(host), 0}).host; }

TEST(SourceAddress, IsTheSameForAllOfOneNetworkGroup) {
  EXPECT_EQ(source_of("8.8.1.2"), source_of("8.8.200.7"));
  EXPECT_EQ(source_of("2a00:1450::1"), source_of("2a00:1450:ffff::1"));
  EXPECT_EQ(source_of("8.8.1.2"), source_of("::ffff:8.8.1.2"));
}

TEST(SourceAddress, DiffersBetweenGroups) {
  EXPECT_NE(source_of("8.8.1.2"), source_of("8.9.1.2"));
  EXPECT_NE(source_of("2a00:1450::1"), source_of("2a00:1451::1"));
  // Who gives a /32 away is told apart by the /36.
  EXPECT_NE(source_of("2001:470:0::1"), source_of("2001:470:f000::1"));
}

TEST(SourceAddress, IsOneForAllThatIsLocal) {
  EXPECT_EQ(source_of("192.168.1.1"), source_of("10.0.0.1"));
  EXPECT_EQ(source_of("127.0.0.1"), source_of("::1"));
}

TEST(SourceAddress, IsAlwaysAUsableAddressOf127Slash8) {
  const std::set<std::string> kept_back{"127.0.0.0", "127.0.0.1", "127.255.255.255"};
  std::set<std::string> seen;
  for (int i = 0; i < 2000; ++i) {
    const std::string host = std::to_string(11 + i / 256) + "." + std::to_string(i % 256) + ".0.1";
    const std::string source = source_of(host);
    const auto address = IpAddress::parse(source);
    ASSERT_TRUE(address) << source;
    EXPECT_TRUE(address->is_ipv4() && address->is_loopback()) << source;
    EXPECT_FALSE(kept_back.contains(source)) << source;
    seen.insert(source);
  }
  EXPECT_GT(seen.size(), 1990U);
}

constexpr auto kByGroup = SourceAddress::kByGroup;
constexpr auto kPreserve = SourceAddress::kPreserve;

std::optional<SourceAddress> possible(SourceAddress how, const char* peer, const char* program) {
  return possible_source(how, {peer, 5}, {program, 18333});
}

TEST(PossibleSource, KeepsThePeersOwnAddressWithinOneFamily) {
  EXPECT_EQ(possible(kPreserve, "8.8.1.2", "127.0.0.1"), kPreserve);
  EXPECT_EQ(possible(kPreserve, "8.8.1.2", "192.0.2.1"), kPreserve);
  EXPECT_EQ(possible(kPreserve, "::ffff:8.8.1.2", "127.0.0.1"), kPreserve);
  EXPECT_EQ(possible(kPreserve, "2a00:1450::1", "::1"), kPreserve);
}

TEST(PossibleSource, IsByGroupWhereThePeersOwnAddressCannotBeShown) {
  EXPECT_EQ(possible(kPreserve, "2a00:1450::1", "127.0.0.1"), kByGroup);
  EXPECT_EQ(possible(kPreserve, "127.0.0.1", "127.0.0.1"), kByGroup);
  EXPECT_EQ(possible(kPreserve, "::1", "127.0.0.1"), kByGroup);
  EXPECT_EQ(possible(kPreserve, "", "127.0.0.1"), kByGroup);
}

TEST(PossibleSource, IsNoneWhereNeitherCanBe) {
  EXPECT_EQ(possible(kPreserve, "8.8.1.2", "::1"), std::nullopt);
  EXPECT_EQ(possible(kPreserve, "::1", "::1"), std::nullopt);
  EXPECT_EQ(possible(kPreserve, "127.0.0.1", "192.0.2.1"), std::nullopt);
  EXPECT_EQ(possible(kByGroup, "8.8.1.2", "::1"), std::nullopt);
  EXPECT_EQ(possible(kByGroup, "8.8.1.2", "192.0.2.1"), std::nullopt);
}

TEST(PossibleSource, IsNeverMoreThanWasAskedFor) {
  EXPECT_EQ(possible(kByGroup, "8.8.1.2", "127.0.0.1"), kByGroup);
}

class BoundSocket : public ::testing::Test {
 protected:
  std::string bound_to(const Endpoint& program, const Tcp& protocol = Tcp::v4()) {
    return bound(kByGroup, "8.8.1.2", program, protocol);
  }
  std::string bound(SourceAddress how, const char* peer, const Endpoint& program,
                    const Tcp& protocol) {
    Tcp::socket socket(context_);
    socket.open(protocol);
    const auto error = bind_source(socket, how, {peer, 5}, program);
    EXPECT_FALSE(error) << error.message();
    return net::local_of(socket).host;
  }
  boost::asio::io_context context_;
};

TEST_F(BoundSocket, HasTheGroupsAddressTowardsAProgramOnLoopback) {
  EXPECT_EQ(bound_to({"127.0.0.1", 18333}), source_of("8.8.1.2"));
  EXPECT_EQ(bound_to({"127.5.0.1", 18333}), source_of("8.8.1.2"));
}

TEST_F(BoundSocket, IsLeftAloneWhereTheProgramCouldNotAnswer) {
  EXPECT_EQ(bound_to({"192.0.2.1", 18333}), "0.0.0.0");
  EXPECT_EQ(bound_to({"::1", 18333}, Tcp::v6()), "::");
}

TEST_F(BoundSocket, NeedsNoPrivilegeForPeersThatHaveNoAddressToShow) {
  const Endpoint program{"127.0.0.1", 18333};
  EXPECT_EQ(bound(kPreserve, "127.0.0.1", program, Tcp::v4()), source_of("127.0.0.1"));
  EXPECT_EQ(bound(kPreserve, "2a00:1450::1", program, Tcp::v4()), source_of("2a00:1450::1"));
  EXPECT_EQ(bound(kPreserve, "8.8.1.2", {"::1", 18333}, Tcp::v6()), "::");
}

TEST_F(BoundSocket, HasThePeersOwnAddressWherePrivilegeAllows) {
  Tcp::socket probe(context_);
  probe.open(Tcp::v4());
  const int on = 1;
  if (::setsockopt(probe.native_handle(), SOL_IP, IP_TRANSPARENT, &on, sizeof on) != 0)
    GTEST_SKIP() << "needs CAP_NET_ADMIN";
  const Endpoint program{"127.0.0.1", 18333};
  EXPECT_EQ(bound(kPreserve, "8.8.1.2", program, Tcp::v4()), "8.8.1.2");
  EXPECT_EQ(bound(kPreserve, "::ffff:8.8.1.2", program, Tcp::v4()), "8.8.1.2");
}

enum Result : int { kRefusedInWordsThatHelp, kRefusedWithoutHelp, kAllowed, kCannotBeAsked };

// In a child, which may give its rights away: root's, where there is another user at all.
int asked_without_rights() {
  const bool was_root = ::geteuid() == 0;
  if (was_root && ::seteuid(65534) != 0) return kCannotBeAsked;
  const auto answer = may_preserve_source({"127.0.0.1", 18333});
  if (answer) return was_root ? kAllowed : kCannotBeAsked;
  return answer.error().find("AmbientCapabilities=CAP_NET_ADMIN") != std::string::npos
             ? kRefusedInWordsThatHelp
             : kRefusedWithoutHelp;
}

TEST(MayPreserveSource, SaysWhatToDoWhereTheRightIsMissing) {
  const auto result = host::testing::result_in_a_child(asked_without_rights);
  if (result == kCannotBeAsked) GTEST_SKIP() << "cannot give its rights away here";
  EXPECT_EQ(result, kRefusedInWordsThatHelp);
}

TEST_F(BoundSocket, CanPreserveWhereTheSystemWasAskedBefore) {
  if (!may_preserve_source({"127.0.0.1", 18333})) GTEST_SKIP() << "needs CAP_NET_ADMIN";
  EXPECT_EQ(bound(kPreserve, "8.8.1.2", {"127.0.0.1", 18333}, Tcp::v4()), "8.8.1.2");
}

}  // namespace
}  // namespace veilwire::proxy

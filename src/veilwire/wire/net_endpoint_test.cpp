#include "veilwire/wire/net_endpoint.h"

#include <gtest/gtest.h>

namespace veilwire::wire {
namespace {

NetAddress address(std::string_view text) { return NetAddress::from_text(text).value(); }

TEST(NetEndpoint, OfANodeIsAnAddressAndAPort) {
  constexpr const char* kI2p = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrsq.b32.i2p";
  EXPECT_EQ(NetEndpoint::of_node({"203.0.113.5", 8333}),
            (NetEndpoint{address("203.0.113.5"), 8333}));
  EXPECT_EQ(NetEndpoint::of_node({"2001:DB8::1", 8333}),
            (NetEndpoint{address("2001:db8::1"), 8333}));
  EXPECT_EQ(NetEndpoint::of_node({"fc00::1", 8333})->address.network(), NetworkId::kCjdns);
  EXPECT_EQ(NetEndpoint::of_node({std::string(kI2p) + ".", 1}), (NetEndpoint{address(kI2p), 1}));
  EXPECT_FALSE(NetEndpoint::of_node({"node.example", 8333}));
  EXPECT_FALSE(NetEndpoint::of_node({"fe80::1%eth0", 8333}));
  EXPECT_FALSE(NetEndpoint::of_node({"203.0.113.5", 0}));
}

TEST(NetEndpoint, OfASocketIsIpOnly) {
  EXPECT_EQ(NetEndpoint::of_socket({"::ffff:203.0.113.5", 0}),
            (NetEndpoint{address("203.0.113.5"), 0}));
  EXPECT_EQ(NetEndpoint::of_socket({"fe80::1%eth0", 5}), (NetEndpoint{address("fe80::1"), 5}));
  EXPECT_EQ(NetEndpoint::of_socket({"fc00::1", 5})->address.network(), NetworkId::kIpv6);
  EXPECT_FALSE(NetEndpoint::of_socket({"node.example", 8333}));
}

}  // namespace
}  // namespace veilwire::wire

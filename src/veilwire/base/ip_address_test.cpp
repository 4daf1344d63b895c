#include "veilwire/base/ip_address.h"

#include <gtest/gtest.h>

namespace veilwire {
namespace {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

TEST(IpAddress, TakesNumericAddressesOnly) {
  EXPECT_EQ(ip("1.2.3.4").to_string(), "1.2.3.4");
  EXPECT_EQ(ip("2001:DB8:0::0:1").to_string(), "2001:db8::1");
  EXPECT_EQ(ip("fe80::1%lo").to_string(), "fe80::1");
  for (const char* text :
       {"", "1.2.3", "127.1", "localhost", "1.2.3.4.", "::g", "[::1]", "1.2.3.4%lo"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0", 8)));
}

TEST(IpAddress, IsOneForBothNotationsOfIpv4) {
  EXPECT_EQ(ip("::ffff:1.2.3.4"), ip("1.2.3.4"));
  EXPECT_TRUE(ip("::ffff:1.2.3.4").is_ipv4());
  EXPECT_EQ(ip("::ffff:1.2.3.4").to_string(), "1.2.3.4");
  EXPECT_FALSE(ip("::1.2.3.4").is_ipv4());
}

TEST(IpAddress, KnowsLoopback) {
  for (const char* text : {"127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(ip(text).is_loopback()) << text;
  }
  for (const char* text : {"0.0.0.0", "::", "128.0.0.1", "126.255.255.255", "::2"}) {
    EXPECT_FALSE(ip(text).is_loopback()) << text;
  }
}

TEST(IpAddress, KnowsWhatMeansNothingOutsideOfItsSite) {
  for (const char* text : {"0.0.0.0", "::", "127.0.0.1", "10.1.1.1", "172.31.0.1", "192.168.1.1",
                           "169.254.0.9", "100.127.0.1", "fe80::1", "febf::1", "fd00::1"}) {
    EXPECT_TRUE(ip(text).is_internal()) << text;
  }
  for (const char* text : {"172.32.0.1", "100.128.0.1", "203.0.113.5", "2001:db8::1", "fec0::1"}) {
    EXPECT_FALSE(ip(text).is_internal()) << text;
  }
}

TEST(IpAddress, KeepsAPrefixAndClearsTheRest) {
  EXPECT_EQ(ip("203.0.113.77").prefix(96 + 24), ip("203.0.113.0"));
  EXPECT_EQ(ip("203.0.113.77").prefix(96 + 27), ip("203.0.113.64"));
  EXPECT_EQ(ip("2001:db8:1:2:3::").prefix(64), ip("2001:db8:1:2::"));
  EXPECT_EQ(ip("ff::").prefix(0), IpAddress());
  EXPECT_EQ(ip("ff::1").prefix(128), ip("ff::1"));
}

}  // namespace
}  // namespace veilwire

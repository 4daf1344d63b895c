#include "veilwire/wire/network_group.h"

#include <gtest/gtest.h>

#include "veilwire/base/hex.h"

namespace veilwire::wire {
namespace {

std::string group_of(std::string_view text) {
  const auto address = NetAddress::from_text(text);
  EXPECT_TRUE(address) << text;
  return to_hex(NetworkGroup::of(*address).bytes());
}

TEST(NetworkGroup, OfUnroutableAddressesIsOne) {
  for (const std::string_view text : {"127.0.0.1", "::1", "10.0.0.1", "169.254.1.1", "192.168.0.1",
                                      "fd00::1", "2001:db8::1", "6hzph5hv6337r6p2.onion"}) {
    EXPECT_EQ(group_of(text), "00") << text;
  }
  EXPECT_EQ(to_hex(NetworkGroup().bytes()), "00");
}

TEST(NetworkGroup, OfIpv4IsTheSixteenBits) { EXPECT_EQ(group_of("1.2.3.4"), "010102"); }

TEST(NetworkGroup, OfIpv6ThatHoldsIpv4IsTheIpv4s) {
  EXPECT_EQ(group_of("::ffff:0:102:304"), "010102");                       // RFC 6145
  EXPECT_EQ(group_of("64:ff9b::102:304"), "010102");                       // RFC 6052
  EXPECT_EQ(group_of("2002:102:304:9999:9999:9999:9999:9999"), "010102");  // RFC 3964
  EXPECT_EQ(group_of("2001:0:9999:9999:9999:9999:fefd:fcfb"), "010102");   // RFC 4380
}

TEST(NetworkGroup, OfIpv6IsThe32BitsAndOfHeNet36) {
  EXPECT_EQ(group_of("2001:2001:9999:9999:9999:9999:9999:9999"), "0220012001");
  EXPECT_EQ(group_of("2001:470:abcd:9999:9999:9999:9999:9999"), "0220010470af");
  EXPECT_EQ(group_of("2001:471:abcd:9999:9999:9999:9999:9999"), "0220010471");
}

TEST(NetworkGroup, OfHiddenServicesIsFourBits) {
  EXPECT_EQ(group_of("kpgvmscirrdqpekbqjsvw5teanhatztpp2gl6eee4zkowvwfxwenqaid.onion"), "035f");
  EXPECT_EQ(group_of("ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p"), "04af");
}

// The first byte is the same for all.
TEST(NetworkGroup, OfCjdnsIsTwelveBits) {
  EXPECT_EQ(group_of("fc00:3344:5566:7788:9900:aabb:ccdd:eeff"), "05fc0f");
  EXPECT_EQ(group_of("fc7f::1"), "05fc7f");
}

TEST(NetworkGroup, IsSharedByNeighboursOnly) {
  const auto group = [](std::string_view text) {
    return NetworkGroup::of(NetAddress::from_text(text).value());
  };
  EXPECT_EQ(group("1.2.3.4"), group("1.2.99.99"));
  EXPECT_NE(group("1.2.3.4"), group("1.3.3.4"));
  EXPECT_EQ(group("2a00:1:1::"), group("2a00:1:2::"));
  EXPECT_NE(group("2a00:1:1::"), group("2a00:2:1::"));
}

}  // namespace
}  // namespace veilwire::wire

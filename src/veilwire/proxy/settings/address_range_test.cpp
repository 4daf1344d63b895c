#include "veilwire/proxy/settings/address_range.h"

#include <gtest/gtest.h>

namespace veilwire::proxy {
namespace {

bool contains(std::string_view range, std::string_view address) {
  return AddressRange::parse(range).value().contains(IpAddress::parse(address).value());
}

TEST(AddressRange, IsAnAddressOrANetwork) {
  EXPECT_TRUE(contains("192.168.1.5", "192.168.1.5"));
  EXPECT_TRUE(contains("192.168.1.5", "::ffff:192.168.1.5"));
  EXPECT_FALSE(contains("192.168.1.5", "192.168.1.6"));
  EXPECT_TRUE(contains("192.168.1.0/24", "192.168.1.255"));
  EXPECT_FALSE(contains("192.168.1.0/24", "192.168.2.0"));
  EXPECT_TRUE(contains("2001:db8::/32", "2001:db8:1::1"));
  EXPECT_FALSE(contains("2001:db8::/32", "2001:db9::1"));
}

TEST(AddressRange, KeepsTheFamiliesApart) {
  EXPECT_TRUE(contains("0.0.0.0/0", "203.0.113.5"));
  EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(contains("::/0", "2001:db8::1"));
  EXPECT_FALSE(contains("::/0", "203.0.113.5"));
}

TEST(AddressRange, SaysWhatIsWrong) {
  const auto error = [](std::string_view text) { return AddressRange::parse(text).error(); };
  EXPECT_NE(error("node.example").find("is not an address or network"), std::string::npos);
  EXPECT_NE(error("").find("is not an address or network"), std::string::npos);
  EXPECT_NE(error("10.0.0.0/33").find("from 0 to 32"), std::string::npos);
  EXPECT_NE(error("10.0.0.0/").find("from 0 to 32"), std::string::npos);
  EXPECT_NE(error("fd00::/129").find("from 0 to 128"), std::string::npos);
  EXPECT_NE(error("10.0.0.1/8").find("write 10.0.0.0/8"), std::string::npos);
}

}  // namespace
}  // namespace veilwire::proxy

#include "veilwire/wire/net_address.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <unordered_set>

#include "veilwire/wire/testing/patterns.h"

namespace veilwire::wire {
namespace {

using testing::unhex;

constexpr std::string_view kOnion =
    "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
constexpr std::string_view kOnionKey =
    "79bcc625184b05194975c28b66b66b0469f7f6556fb1ac3189a79b40dda32f1f";
constexpr std::string_view kI2p = "ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p";
constexpr std::string_view kI2pHash =
    "a2894dabaec08c0051a481a6dac88b64f98232ae42d4b6fd2fa81952dfe36a87";

NetAddress address(std::string_view text) {
  const auto parsed = NetAddress::from_text(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(NetAddress());
}

NetAddress ipv6_of(std::string_view hex) {
  return NetAddress::from_bytes(NetworkId::kIpv6, unhex(hex)).value();
}

Ipv6Bytes sixteen(std::string_view hex) {
  Ipv6Bytes out;
  std::ranges::copy(unhex(hex), out.begin());
  return out;
}

TEST(NetAddress, TextOfEachNetworkIsReadAndWritten) {
  const std::tuple<std::string_view, Network, std::string_view> cases[] = {
      {"1.2.3.4", NetworkId::kIpv4, "01020304"},
      {"255.255.255.255", NetworkId::kIpv4, "ffffffff"},
      {"1a1b:2a2b:3a3b:4a4b:5a5b:6a6b:7a7b:8a8b", NetworkId::kIpv6,
       "1a1b2a2b3a3b4a4b5a5b6a6b7a7b8a8b"},
      {"fc00:1:2:3:4:5:6:7", NetworkId::kCjdns, "fc000001000200030004000500060007"},
      {"6hzph5hv6337r6p2.onion", NetworkId::kTorV2, "f1f2f3f4f5f6f7f8f9fa"},
      {kOnion, NetworkId::kTorV3, kOnionKey},
      {kI2p, NetworkId::kI2p, kI2pHash},
  };
  for (const auto& [text, network, hex] : cases) {
    const NetAddress parsed = address(text);
    EXPECT_EQ(parsed.network(), network) << text;
    EXPECT_EQ(to_hex(parsed.bytes()), hex);
    EXPECT_EQ(parsed.to_text(), text);
    EXPECT_EQ(NetAddress::from_bytes(network, unhex(hex)), parsed);
  }
}

// RFC 5952, section 4.
TEST(NetAddress, Ipv6IsWrittenAsTheRfcRecommends) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"2001:0db8::0001", "2001:db8::1"},
      {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:DB8::ABCD", "2001:db8::abcd"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"0:1:1:1:1:1:1:0", "0:1:1:1:1:1:1:0"},
      {"1:1:1:1:1:1:0:0", "1:1:1:1:1:1::"},
      {"0:0:1:1:1:1:1:1", "::1:1:1:1:1:1"},
  };
  for (const auto& [text, written] : cases) EXPECT_EQ(address(text).to_text(), written);
}

TEST(NetAddress, Ipv4InIpv6TextIsIpv4) {
  EXPECT_EQ(address("::ffff:1.2.3.4"), NetAddress::ipv4({1, 2, 3, 4}));
}

TEST(NetAddress, RefusesTextThatIsNone) {
  const std::string_view with_zero("1.2.3.4\0.5", 10);
  for (const std::string_view text :
       {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4:80", " 1.2.3.4", "::g", "[::1]",
        "fe80::1%eth0", "1:2:3:4:5:6:7:8:9", "example.org", ".onion", "a.onion", "mz.b32.i2p",
        ".b32.i2p", "onion"}) {
    EXPECT_FALSE(NetAddress::from_text(text)) << text;
  }
  EXPECT_FALSE(NetAddress::from_text(with_zero));
  EXPECT_FALSE(NetAddress::from_text(std::string(100'000, 'a') + ".onion"));
}

TEST(NetAddress, HiddenServicesAreReadInEitherCase) {
  for (const std::string_view text : {kOnion, kI2p}) {
    std::string upper(text);
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return static_cast<char>(std::toupper(c)); });
    EXPECT_EQ(address(upper), address(text));
  }
}

// One wrong character of the key, the checksum or the version.
TEST(NetAddress, RefusesAnOnionWithAWrongChecksum) {
  for (std::size_t at = 0; at < 56; ++at) {
    std::string text(kOnion);
    text[at] = text[at] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(NetAddress::from_text(text)) << at;
  }
}

TEST(NetAddress, RefusesBytesOfAnotherLength) {
  for (int network = 0; network < 256; ++network) {
    const auto id = static_cast<std::uint8_t>(network);
    for (std::size_t size = 0; size <= 40; ++size) {
      EXPECT_EQ(NetAddress::from_bytes(static_cast<NetworkId>(id), Bytes(size, 1)).has_value(),
                network_address_bytes(id) == size);
    }
  }
  EXPECT_EQ(network_address_bytes(0), std::nullopt);
  EXPECT_EQ(network_address_bytes(7), std::nullopt);
}

TEST(NetAddress, LegacyFormHoldsIpv4TorV2AndIpv6) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"00000000000000000000ffff01020304", "1.2.3.4"},
      {"fd87d87eeb43f1f2f3f4f5f6f7f8f9fa", "6hzph5hv6337r6p2.onion"},
      {"20010db8000000000000000000000001", "2001:db8::1"},
      {"00000000000000000000000000000000", "::"},
      {"fd6b88c08724ca978112ca1bbdcafac2", "fd6b:88c0:8724:ca97:8112:ca1b:bdca:fac2"},
  };
  for (const auto& [hex, text] : cases) {
    const NetAddress parsed = NetAddress::from_legacy(sixteen(hex));
    EXPECT_EQ(parsed.to_text(), text);
    EXPECT_EQ(parsed.to_legacy(), sixteen(hex));
  }
  EXPECT_EQ(address(kOnion).to_legacy(), std::nullopt);
  EXPECT_EQ(address(kI2p).to_legacy(), std::nullopt);
  EXPECT_EQ(address("fc00::1").to_legacy(), std::nullopt);
}

TEST(NetAddress, OfAReservedRangeIsNotRoutable) {
  for (const std::string_view text : {"0.0.0.0",
                                      "0.1.2.3",
                                      "127.0.0.1",
                                      "127.255.1.1",
                                      "10.0.0.1",
                                      "172.16.0.0",
                                      "172.31.255.255",
                                      "192.168.1.1",
                                      "198.18.0.0",
                                      "198.19.255.255",
                                      "169.254.1.1",
                                      "100.64.0.0",
                                      "100.127.255.255",
                                      "192.0.2.1",
                                      "198.51.100.1",
                                      "203.0.113.1",
                                      "255.255.255.255",
                                      "::",
                                      "::1",
                                      "2001:db8::1",
                                      "fd00::1",
                                      "fdff::",
                                      "fe80::1",
                                      "2001:10::",
                                      "2001:1f:ffff::",
                                      "2001:20::1",
                                      "2001:2f::",
                                      "6hzph5hv6337r6p2.onion"}) {
    EXPECT_FALSE(address(text).is_routable()) << text;
    EXPECT_FALSE(address(text).linked_ipv4()) << text;
  }
}

TEST(NetAddress, BesideAReservedRangeIsRoutable) {
  for (const std::string_view text : {"1.0.0.0",         "126.255.255.255", "128.0.0.1",
                                      "9.255.255.255",   "11.0.0.0",        "172.15.255.255",
                                      "172.32.0.0",      "192.167.0.1",     "192.169.0.1",
                                      "198.17.255.255",  "198.20.0.0",      "169.253.1.1",
                                      "100.63.255.255",  "100.128.0.0",     "192.0.3.1",
                                      "255.255.255.254", "2001:db9::1",     "2001:1::1",
                                      "2001:30::1",      "fe80:0:0:1::1",   "::2",
                                      "fbff::",          "fc00::1",         "2002:102:304::1",
                                      "64:ff9b::102:304"}) {
    EXPECT_TRUE(address(text).is_routable()) << text;
  }
  EXPECT_TRUE(address(kOnion).is_routable());
  EXPECT_TRUE(address(kI2p).is_routable());
}

// Only addrv2 can carry these.
TEST(NetAddress, InClothesOfAnotherNetworkIsNotRoutable) {
  EXPECT_FALSE(ipv6_of("00000000000000000000ffff01020304").is_routable());
  EXPECT_FALSE(ipv6_of("fd87d87eeb43f1f2f3f4f5f6f7f8f9fa").is_routable());
  EXPECT_FALSE(ipv6_of("fc000001000200030004000500060007").is_routable());
  const auto cjdns = NetAddress::from_bytes(NetworkId::kCjdns, Bytes(16, 0xfd));
  EXPECT_FALSE(cjdns->is_routable());
}

TEST(NetAddress, KnowsThisHost) {
  for (const std::string_view text : {"127.0.0.1", "127.9.9.9", "0.0.0.0", "0.9.9.9", "::1"}) {
    EXPECT_TRUE(address(text).is_this_host()) << text;
  }
  for (const std::string_view text : {"128.0.0.1", "10.0.0.1", "::", "::2", "fc00::1"}) {
    EXPECT_FALSE(address(text).is_this_host()) << text;
  }
}

TEST(NetAddress, GivesTheIpv4AddressThatItHolds) {
  const Ipv4Bytes linked{1, 2, 3, 4};
  for (const std::string_view text : {"1.2.3.4", "2002:102:304:9::9", "64:ff9b::102:304",
                                      "::ffff:0:102:304", "2001:0:9:9:9:9:fefd:fcfb"}) {
    EXPECT_EQ(address(text).linked_ipv4(), linked) << text;
  }
  EXPECT_EQ(address("2003::1").linked_ipv4(), std::nullopt);
  EXPECT_EQ(address(kOnion).linked_ipv4(), std::nullopt);
}

TEST(NetAddress, OfOneNetworkNeverEqualsOneOfAnother) {
  const auto ipv6 = NetAddress::from_bytes(NetworkId::kIpv6, Bytes(16, 0xfc));
  const auto cjdns = NetAddress::from_bytes(NetworkId::kCjdns, Bytes(16, 0xfc));
  EXPECT_NE(ipv6, cjdns);
  EXPECT_LT(ipv6, cjdns);
  EXPECT_EQ(NetAddress(), address("0.0.0.0"));
}

TEST(NetAddress, IsHashedUnderAKey) {
  const NetAddress a = address("1.2.3.4");
  EXPECT_EQ(NetAddressHash({1, 2})(a), NetAddressHash({1, 2})(address("1.2.3.4")));
  EXPECT_NE(NetAddressHash({1, 2})(a), NetAddressHash({1, 3})(a));
  std::unordered_set<NetAddress, NetAddressHash> set(8, NetAddressHash({5, 6}));
  for (const std::string_view text : {"1.2.3.4", "::2", "fc00::2", "1.2.3.4"}) {
    set.insert(address(text));
  }
  EXPECT_EQ(set.size(), 3u);
}

TEST(NetAddress, NetworksHaveTheNamesOfRpcCalls) {
  EXPECT_EQ(network_name(NetworkId::kIpv4), "ipv4");
  EXPECT_EQ(network_name(NetworkId::kTorV2), "onion");
  EXPECT_EQ(network_name(NetworkId::kTorV3), "onion");
  EXPECT_EQ(network_name(NetworkId::kI2p), "i2p");
  EXPECT_EQ(network_name(NetworkId::kCjdns), "cjdns");
}

}  // namespace
}  // namespace veilwire::wire

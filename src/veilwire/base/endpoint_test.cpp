#include "veilwire/base/endpoint.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace veilwire {
namespace {

constexpr std::uint16_t kDefaultPort = 8333;

void expect_parsed(std::string_view text, const Endpoint& expected) {
  const auto parsed = parse_endpoint(text, kDefaultPort);
  ASSERT_TRUE(parsed) << parsed.error();
  EXPECT_EQ(parsed->host, expected.host) << text;
  EXPECT_EQ(parsed->port, expected.port) << text;
}

std::string refusal(std::string_view text) {
  const auto parsed = parse_endpoint(text, kDefaultPort);
  return parsed ? "taken as " + to_string(*parsed) : parsed.error();
}

TEST(Endpoint, TakesTheDefaultPortWhereNoneIsWritten) {
  expect_parsed("seed.example.org", {"seed.example.org", 8333});
  expect_parsed("localhost", {"localhost", 8333});
  expect_parsed("1.2.3.4", {"1.2.3.4", 8333});
  expect_parsed("[::1]", {"::1", 8333});
  expect_parsed("_name-with_all.1x", {"_name-with_all.1x", 8333});
}

TEST(Endpoint, TakesThePortThatIsWritten) {
  expect_parsed("seed.example.org:18444", {"seed.example.org", 18444});
  expect_parsed("1.2.3.4:1", {"1.2.3.4", 1});
  expect_parsed("[2001:db8::7]:65535", {"2001:db8::7", 65535});
  // Which port a listener gets when it asks for any.
  expect_parsed("127.0.0.1:0", {"127.0.0.1", 0});
  expect_parsed("x:00080", {"x", 80});
}

TEST(Endpoint, TakesEveryFormOfABareIpv6Address) {
  for (const std::string_view text :
       {"::", "::1", "1::", "2001:db8::7", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
        "ABCD:ef01::", "::ffff:1.2.3.4", "64:ff9b::1.2.3.4", "1:2:3:4:5:6:255.255.255.255"}) {
    expect_parsed(text, {std::string(text), 8333});
    expect_parsed("[" + std::string(text) + "]:9", {std::string(text), 9});
  }
}

TEST(Endpoint, KeepsTheZoneOfAnIpv6Address) {
  expect_parsed("fe80::1%eth0", {"fe80::1%eth0", 8333});
  expect_parsed("[fe80::1%wlan-0.1_x]:8334", {"fe80::1%wlan-0.1_x", 8334});
  expect_parsed("fe80::1%2", {"fe80::1%2", 8333});
  EXPECT_EQ(refusal("fe80::1%"), "'fe80::1%' has more than one ':' but is not an IPv6 address");
  EXPECT_EQ(refusal("[fe80::1%a b]"),
            "'[fe80::1%a b]' has brackets around what is not an IPv6 address");
  EXPECT_EQ(refusal("fe80::1%a%b"),
            "'fe80::1%a%b' has more than one ':' but is not an IPv6 address");
  EXPECT_EQ(refusal("host%eth0"), "'host%eth0' has a character that no host name has");
}

TEST(Endpoint, RefusesWhatOnlyLooksLikeIpv6) {
  for (const std::string_view text :
       {"1:2:3", "1:2:3:4:5:6:7:8:9", "1::2::3", ":::", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:",
        "1:2:3:4::5:6:7:8", "12345::", "g::", "::1.2.3", "::1.2.3.4.5", "::256.1.1.1",
        "::1.2.3.4:5", "1.2.3.4::", "::1..2.3", "host:80:90", "1:2:3:4:5:6:7:1.2.3.4"}) {
    EXPECT_EQ(refusal(text),
              "'" + std::string(text) + "' has more than one ':' but is not an IPv6 address");
    EXPECT_EQ(refusal("[" + std::string(text) + "]:9"),
              "'[" + std::string(text) + "]:9' has brackets around what is not an IPv6 address");
  }
}

TEST(Endpoint, TakesNoShortFormOfAnIpv4Address) {
  for (const std::string_view text :
       {"1", "1.2", "1.2.3", "0x7f.1", "0x7f000001", "0X7F.0.0.1", "010.0.0.1", "1.2.3.04",
        "1.2.3.256", "1.2.3.4.5", "2130706433", "1.2.3.4.", "1..2.3", "example.1", "0x"}) {
    EXPECT_EQ(refusal(text),
              "'" + std::string(text) +
                  "' is not an IPv4 address: write four numbers from 0 to 255, as in 192.0.2.1");
    EXPECT_NE(refusal(std::string(text) + ":8333").find("is not an IPv4 address"),
              std::string::npos);
  }
  for (const std::string_view text : {"0.0.0.0", "255.255.255.255", "1.2.3.4x", "1a", "a0x1.b"}) {
    expect_parsed(text, {std::string(text), 8333});
  }
  EXPECT_NE(refusal("::ffff:010.0.0.1").find("is not an IPv6 address"), std::string::npos);
}

TEST(Endpoint, RefusesBadPorts) {
  EXPECT_EQ(refusal("http://127.0.0.1"),
            "'http://127.0.0.1' is a URL: write the host and port alone");
  EXPECT_EQ(refusal("x:99999"), "'x:99999' has a port over 65535");
  EXPECT_EQ(refusal("x:65536"), "'x:65536' has a port over 65535");
  EXPECT_EQ(refusal("x:18446744073709551696"), "'x:18446744073709551696' has a port over 65535");
  EXPECT_EQ(refusal("[::1]:65536"), "'[::1]:65536' has a port over 65535");
  for (const std::string_view text : {"x:", "x:http", "x:+80", "x:-1", "x: 80", "x:80 ", "x:8e1"}) {
    EXPECT_EQ(refusal(text), "'" + std::string(text) + "' has a port that is not a number");
  }
  EXPECT_EQ(refusal("[::1]:"), "'[::1]:' has a port that is not a number");
}

TEST(Endpoint, RefusesATextWithoutAHost) {
  EXPECT_EQ(refusal(""), "'' has no host");
  EXPECT_EQ(refusal(":8333"), "':8333' has no host");
  EXPECT_EQ(refusal("[]:8333"), "'[]:8333' has brackets around what is not an IPv6 address");
}

TEST(Endpoint, RefusesBadBrackets) {
  EXPECT_EQ(refusal("[::1"), "'[::1' has a '[' without its ']'");
  EXPECT_EQ(refusal("["), "'[' has a '[' without its ']'");
  EXPECT_EQ(refusal("[::1]8333"), "'[::1]8333' has something other than a port after its ']'");
  EXPECT_EQ(refusal("[host]:1"), "'[host]:1' has brackets around what is not an IPv6 address");
  EXPECT_EQ(refusal("[1.2.3.4]:1"),
            "'[1.2.3.4]:1' has brackets around what is not an IPv6 address");
  EXPECT_EQ(refusal("::1]"), "'::1]' has more than one ':' but is not an IPv6 address");
}

TEST(Endpoint, RefusesCharactersThatNoHostHas) {
  for (const std::string_view text : {"a b", " a", "a/b", "user@host", "http//x", "a,b", "*"}) {
    EXPECT_EQ(refusal(text), "'" + std::string(text) + "' has a character that no host name has");
  }
  EXPECT_EQ(refusal("b\xc3\xbc"
                    "cher.example"),
            R"('b\xc3\xbccher.example' has a character that no host name has)");
  EXPECT_EQ(refusal("a\x1b[31m"), R"('a\x1b[31m' has a character that no host name has)");
  EXPECT_EQ(refusal(std::string_view("a\0b", 3)),
            R"('a\x00b' has a character that no host name has)");
}

TEST(Endpoint, RefusesHostsOver255CharactersAndShowsTheirBeginning) {
  const std::string longest(255, 'a');
  expect_parsed(longest + ":1", {longest, 1});
  EXPECT_EQ(refusal(longest + "a:1"),
            "'" + std::string(80, 'a') + "...' has a host of over 255 characters");
  EXPECT_EQ(refusal("fe80::1%" + longest).substr(80 + 1), "...' has a host of over 255 characters");
}

TEST(Endpoint, IsWrittenAsItIsRead) {
  EXPECT_EQ(to_string({"seed.example.org", 8333}), "seed.example.org:8333");
  EXPECT_EQ(to_string({"1.2.3.4", 0}), "1.2.3.4:0");
  EXPECT_EQ(to_string({"fe80::1%eth0", 65535}), "[fe80::1%eth0]:65535");
  for (const std::string_view text : {"x:1", "1.2.3.4:8333", "[::1]:8333", "[fe80::1%a]:2"}) {
    EXPECT_EQ(to_string(parse_endpoint(text, 7).value()), text);
  }
}

TEST(Endpoint, HiddenServicesAreKnownByTheirEnd) {
  EXPECT_TRUE(is_hidden_service("abcdefghijklmnop.onion"));
  EXPECT_TRUE(is_hidden_service("sub.Example.ONION"));
  EXPECT_TRUE(is_hidden_service("abc.b32.i2p"));
  EXPECT_TRUE(is_hidden_service("ABC.B32.I2P"));
  EXPECT_TRUE(is_hidden_service("abc.onion."));
  EXPECT_FALSE(is_hidden_service("onion.example.org"));
  EXPECT_FALSE(is_hidden_service("notonion"));
  EXPECT_TRUE(is_hidden_service("x.i2p"));
  EXPECT_FALSE(is_hidden_service("xi2p"));
  EXPECT_FALSE(is_hidden_service("i2p.example.org"));
  EXPECT_FALSE(is_hidden_service("1.2.3.4"));
  EXPECT_FALSE(is_hidden_service(""));
}

TEST(CanonicalHost, GivesEachHostOneSpelling) {
  EXPECT_EQ(canonical_host("Seed.Example.ORG."), "seed.example.org");
  EXPECT_EQ(canonical_host("::FFFF:1.2.3.4"), "1.2.3.4");
  EXPECT_EQ(canonical_host("2001:DB8::0:1"), "2001:db8::1");
  EXPECT_EQ(canonical_host("fe80::1%Eth0"), "fe80::1%Eth0");
  EXPECT_EQ(canonical({"A.onion", 8333}), (Endpoint{"a.onion", 8333}));
}

TEST(IsLoopback, IsNoName) {
  EXPECT_TRUE(is_loopback(Endpoint{"127.0.0.2", 0}));
  EXPECT_TRUE(is_loopback(Endpoint{"::ffff:127.0.0.1", 0}));
  EXPECT_FALSE(is_loopback(Endpoint{"localhost", 0}));
  EXPECT_FALSE(is_loopback(Endpoint{"::", 0}));
}

}  // namespace
}  // namespace veilwire

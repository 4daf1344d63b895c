#include "veilwire/proxy/settings/values.h"

#include <gtest/gtest.h>

namespace veilwire::proxy {
namespace {

template <typename T>
std::string complaint(const std::expected<T, std::string>& parsed) {
  return parsed ? "none" : parsed.error();
}

TEST(Values, ListensAtNumericAddressesOnly) {
  EXPECT_EQ(parse_listen("127.0.0.1", 1324), (Endpoint{"127.0.0.1", 1324}));
  EXPECT_EQ(parse_listen("[::1]:7", 1324), (Endpoint{"::1", 7}));
  EXPECT_EQ(parse_listen("127.0.0.1:0", 0), (Endpoint{"127.0.0.1", 0}));
  EXPECT_EQ(complaint(parse_listen("localhost:1", 0)),
            "'localhost:1' is not a numeric address: write one such as 127.0.0.1 or [::1]");
  for (const std::uint16_t otherwise : {std::uint16_t{0}, kDefaultMetricsPort}) {
    EXPECT_EQ(complaint(parse_listen("9324", otherwise)),
              "'9324' is not an address: write 127.0.0.1:9324");
  }
  EXPECT_EQ(complaint(parse_listen("127.0.0.1", 0)), "'127.0.0.1' has no port: write ADDR:PORT");
  EXPECT_EQ(complaint(parse_listen("127.0.0.1:99999", 0)),
            "'127.0.0.1:99999' has a port over 65535");
}

TEST(Values, TakesIpv4InTheNotationOfIpv6ForIpv4) {
  EXPECT_EQ(parse_listen("[::ffff:127.0.0.1]:7", 0), (Endpoint{"127.0.0.1", 7}));
}

TEST(Values, WantsAPortWhereNoneIsUsual) {
  EXPECT_EQ(parse_socks("127.0.0.1"), (Endpoint{"127.0.0.1", 1324}));
  EXPECT_EQ(parse_metrics("127.0.0.1"), (Endpoint{"127.0.0.1", 9324}));
  EXPECT_EQ(complaint(parse_transparent("127.0.0.1")), "'127.0.0.1' has no port: write ADDR:PORT");
}

TEST(Values, ReadsInboundRoutes) {
  EXPECT_EQ(parse_inbound("0.0.0.0:8333=127.0.0.1:18333"),
            (InboundRoute{{"0.0.0.0", 8333}, {"127.0.0.1", 18333}}));
  EXPECT_EQ(parse_inbound("[::]:8333=[::1]:1"), (InboundRoute{{"::", 8333}, {"::1", 1}}));
  EXPECT_NE(complaint(parse_inbound("0.0.0.0:8333")).find("is not a route"), std::string::npos);
  EXPECT_NE(complaint(parse_inbound("0.0.0.0:8333=a.example:1")).find("numeric"),
            std::string::npos);
  EXPECT_NE(complaint(parse_inbound("0.0.0.0=127.0.0.1:1")).find("no port"), std::string::npos);
  EXPECT_NE(complaint(parse_inbound("0.0.0.0:1=127.0.0.1:0")).find("port 0"), std::string::npos);
}

TEST(Values, ReadsTheExternalAddress) {
  EXPECT_TRUE(parse_external("203.0.113.5:8333"));
  EXPECT_TRUE(parse_external("[2001:db8::5]:8333"));
  EXPECT_NE(complaint(parse_external("203.0.113.5")).find("no port"), std::string::npos);
  EXPECT_NE(complaint(parse_external("node.example:8333")).find("is not an IP"), std::string::npos);
  for (const char* text : {"0.0.0.0:8333", "[::]:8333", "127.0.0.1:8333", "[::1]:8333"}) {
    EXPECT_NE(complaint(parse_external(text)).find("anybody can reach"), std::string::npos) << text;
  }
}

TEST(Values, ReadsNetworksByNameAndByMagic) {
  EXPECT_EQ(parse_network("main"), protocol::kMainMagic);
  EXPECT_EQ(parse_network("regtest"), protocol::kRegtestMagic);
  EXPECT_EQ(parse_network("FABFB5DA"), protocol::kRegtestMagic);
  EXPECT_EQ(complaint(parse_network("mainnet")),
            "'mainnet' is not known: write main, testnet3, testnet4, signet or regtest, or the 8 "
            "hexadecimal digits of a magic");
  EXPECT_NE(complaint(parse_network("fabfb5")), "none");
}

TEST(Values, ReadsWords) {
  EXPECT_EQ(parse_on_downgrade("refuse"), OnDowngrade::kRefuse);
  EXPECT_EQ(parse_log_level("debug"), LogLevel::kDebug);
  EXPECT_EQ(parse_policy("v2-only"), Policy::kV2Only);
  EXPECT_EQ(complaint(parse_on_downgrade("drop")), "'drop' is not known: write warn or refuse");
  EXPECT_EQ(complaint(parse_log_level("\x1b[2J")),
            "'\\x1b[2J' is not known: write error, warning, info or debug");
  EXPECT_EQ(complaint(parse_policy("v2")),
            "'v2' is not a policy: write prefer-v2, v2-only, v1-blocks-only or v1-only");
}

}  // namespace
}  // namespace veilwire::proxy

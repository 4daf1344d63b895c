#include "veilwire/proxy/config.h"

#include <gtest/gtest.h>

namespace veilwire::proxy {
namespace {

template <typename T>
std::string complaint(const std::expected<T, std::string>& parsed) {
  return parsed ? "none" : parsed.error();
}

ProxyConfig sample() {
  ProxyConfig config;
  config.listen = {{"127.0.0.1", 1324}};
  return config;
}

std::string only_contradiction(const ProxyConfig& config) {
  const auto found = contradictions(config);
  EXPECT_EQ(found.size(), 1U);
  return found.empty() ? "none" : found.front();
}

TEST(Config, ListensAtNumericAddressesOnly) {
  EXPECT_EQ(parse_listen("127.0.0.1", 1324), (Endpoint{"127.0.0.1", 1324}));
  EXPECT_EQ(parse_listen("[::1]:7", 1324), (Endpoint{"::1", 7}));
  EXPECT_EQ(parse_listen("127.0.0.1:0", 0), (Endpoint{"127.0.0.1", 0}));
  EXPECT_EQ(complaint(parse_listen("localhost:1", 0)),
            "'localhost:1' is no numeric address: write one such as 127.0.0.1 or [::1]");
  for (const std::uint16_t otherwise : {std::uint16_t{0}, kDefaultMetricsPort}) {
    EXPECT_EQ(complaint(parse_listen("9324", otherwise)),
              "'9324' is no address: write 127.0.0.1:9324");
  }
  EXPECT_EQ(complaint(parse_listen("127.0.0.1", 0)), "'127.0.0.1' has no port: write ADDR:PORT");
  EXPECT_EQ(complaint(parse_listen("127.0.0.1:99999", 0)),
            "'127.0.0.1:99999' has a port over 65535");
}

TEST(Config, TakesIpv4InTheNotationOfIpv6ForIpv4) {
  EXPECT_EQ(parse_listen("[::ffff:127.0.0.1]:7", 0), (Endpoint{"127.0.0.1", 7}));
}

TEST(Config, WantsAPortWhereNoneIsUsual) {
  EXPECT_EQ(parse_socks("127.0.0.1"), (Endpoint{"127.0.0.1", 1324}));
  EXPECT_EQ(parse_metrics("127.0.0.1"), (Endpoint{"127.0.0.1", 9324}));
  EXPECT_EQ(complaint(parse_transparent("127.0.0.1")), "'127.0.0.1' has no port: write ADDR:PORT");
}

TEST(Config, ReadsInboundRoutes) {
  EXPECT_EQ(parse_inbound("0.0.0.0:8333=127.0.0.1:18333"),
            (InboundRoute{{"0.0.0.0", 8333}, {"127.0.0.1", 18333}}));
  EXPECT_EQ(parse_inbound("[::]:8333=[::1]:1"), (InboundRoute{{"::", 8333}, {"::1", 1}}));
  EXPECT_NE(complaint(parse_inbound("0.0.0.0:8333")).find("is no route"), std::string::npos);
  EXPECT_NE(complaint(parse_inbound("0.0.0.0:8333=a.example:1")).find("numeric"),
            std::string::npos);
  EXPECT_NE(complaint(parse_inbound("0.0.0.0=127.0.0.1:1")).find("no port"), std::string::npos);
  EXPECT_NE(complaint(parse_inbound("0.0.0.0:1=127.0.0.1:0")).find("port 0"), std::string::npos);
}

TEST(Config, ReadsTheExternalAddress) {
  EXPECT_TRUE(parse_external("203.0.113.5:8333"));
  EXPECT_TRUE(parse_external("[2001:db8::5]:8333"));
  EXPECT_NE(complaint(parse_external("203.0.113.5")).find("no port"), std::string::npos);
  EXPECT_NE(complaint(parse_external("node.example:8333")).find("is no IP address"),
            std::string::npos);
  for (const char* text : {"0.0.0.0:8333", "[::]:8333"}) {
    EXPECT_NE(complaint(parse_external(text)).find("anybody can reach"), std::string::npos) << text;
  }
}

TEST(Config, ReadsNetworksByNameAndByMagic) {
  EXPECT_EQ(parse_network("main"), transport::kMainMagic);
  EXPECT_EQ(parse_network("regtest"), transport::kRegtestMagic);
  EXPECT_EQ(parse_network("FABFB5DA"), transport::kRegtestMagic);
  EXPECT_EQ(complaint(parse_network("mainnet")),
            "'mainnet' is none of main, testnet3, testnet4, signet, regtest, nor a magic of 8 "
            "hexadecimal digits");
  EXPECT_NE(complaint(parse_network("fabfb5")), "none");
}

TEST(Config, ReadsWords) {
  EXPECT_EQ(parse_on_downgrade("refuse"), OnDowngrade::kRefuse);
  EXPECT_EQ(parse_log_level("debug"), LogLevel::kDebug);
  EXPECT_EQ(parse_policy("v2-only"), Policy::kV2Only);
  EXPECT_EQ(complaint(parse_on_downgrade("drop")), "'drop' is none of warn, refuse");
  EXPECT_EQ(complaint(parse_log_level("\x1b[2J")),
            "'\\x1b[2J' is none of error, warning, info, debug");
  EXPECT_NE(complaint(parse_policy("v2")), "none");
}

TEST(Contradictions, AreNoneInWhatFits) {
  ProxyConfig config = sample();
  config.listen.push_back({"::1", 1324});
  config.inbound = {{{"0.0.0.0", 8333}, {"127.0.0.1", 18333}}};
  config.external = parse_external("203.0.113.5:8333").value();
  config.upstream = net::ProxyConfig{.address = {"127.0.0.1", 9050}};
  config.metrics = Endpoint{"127.0.0.1", 9324};
  config.preserve_source = true;
  config.on_downgrade = OnDowngrade::kRefuse;
  config.downgrade_file = "memory.sqlite";
  EXPECT_TRUE(contradictions(config).empty());
}

TEST(Contradictions, HaveSomethingToDo) {
  EXPECT_NE(only_contradiction({}).find("nothing to do"), std::string::npos);
}

TEST(Contradictions, KeepSocksAndMetricsOnLoopback) {
  for (const char* host : {"0.0.0.0", "::", "192.168.1.2", "203.0.113.5"}) {
    ProxyConfig config = sample();
    config.listen = {{host, 1324}};
    EXPECT_NE(only_contradiction(config).find("without a password"), std::string::npos) << host;
    config.allow_remote = true;
    EXPECT_TRUE(contradictions(config).empty());
    config = sample();
    config.metrics = Endpoint{host, 9324};
    EXPECT_NE(only_contradiction(config).find("without a password"), std::string::npos) << host;
    config.allow_remote = true;
    EXPECT_TRUE(contradictions(config).empty());
  }
}

TEST(Contradictions, GiveEachPlaceOneUse) {
  ProxyConfig config = sample();
  config.metrics = Endpoint{"127.0.0.1", 1324};
  EXPECT_EQ(only_contradiction(config),
            "127.0.0.1:1324 is given twice, for listen and for metrics: give each its own port");
  config = sample();
  config.listen = {{"127.0.0.1", 0}, {"127.0.0.1", 0}};
  EXPECT_TRUE(contradictions(config).empty());
}

TEST(Contradictions, MakeNoLoop) {
  ProxyConfig config = sample();
  config.upstream = net::ProxyConfig{.address = {"127.0.0.1", 1324}};
  EXPECT_NE(only_contradiction(config).find("is the proxy itself"), std::string::npos);
  config = sample();
  config.inbound = {{{"127.0.0.1", 8333}, {"127.0.0.1", 8333}}};
  EXPECT_NE(only_contradiction(config).find("is the proxy itself"), std::string::npos);
}

TEST(Contradictions, NameWhatIsMissing) {
  ProxyConfig config = sample();
  config.external = parse_external("203.0.113.5:8333").value();
  EXPECT_NE(only_contradiction(config).find("give inbound too"), std::string::npos);
  config = sample();
  config.preserve_source = true;
  EXPECT_NE(only_contradiction(config).find("give inbound too"), std::string::npos);
  config = sample();
  config.on_downgrade = OnDowngrade::kRefuse;
  EXPECT_NE(only_contradiction(config).find("give downgrade-file too"), std::string::npos);
  config = sample();
  config.allow_local_targets = true;
  EXPECT_NE(only_contradiction(config).find("give allow-remote too"), std::string::npos);
  config = sample();
  config.pass_v2 = true;
  config.passthrough = Passthrough::kRefuse;
  EXPECT_NE(only_contradiction(config).find("give one of the two"), std::string::npos);
  config = sample();
  config.downgrade_file = config.keylog_file = "one";
  EXPECT_NE(only_contradiction(config).find("are one file"), std::string::npos);
}

TEST(ChangedSettings, NameThoseThatDiffer) {
  ProxyConfig before = sample();
  ProxyConfig after = before;
  EXPECT_TRUE(changed_settings(before, after).empty());
  after.external = parse_external("203.0.113.5:8333").value();
  after.log.ips = true;
  EXPECT_TRUE(after.policies.add("*.onion=v2-only"));
  EXPECT_EQ(changed_settings(before, after),
            (std::vector<std::string_view>{"external", "policy or policies", "log.ips"}));
}

TEST(WantOfDescriptors, CountsBothEndsOfEveryConnection) {
  ProxyConfig config = sample();
  config.limits.program_connections = 100;
  config.limits.admission.connections = 1000;
  EXPECT_FALSE(want_of_descriptors(config, 264));
  EXPECT_TRUE(
      want_of_descriptors(config, 263)
          ->starts_with("this process may have 263 descriptors, and 100 connections take 264"));
  config.inbound = {{{"0.0.0.0", 8333}, {"127.0.0.1", 18333}}};
  EXPECT_FALSE(want_of_descriptors(config, 2264));
  EXPECT_TRUE(want_of_descriptors(config, 2263));
}

}  // namespace
}  // namespace veilwire::proxy

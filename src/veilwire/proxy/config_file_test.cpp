#include "veilwire/proxy/config_file.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace veilwire::proxy {
namespace {

using std::chrono::seconds;

ProxyConfig parsed(std::string_view toml) {
  auto config = parse_config(toml, "p.toml");
  for (const std::string& complaint : config ? std::vector<std::string>() : config.error()) {
    ADD_FAILURE() << complaint;
  }
  return config.value_or(ProxyConfig());
}

std::vector<std::string> complaints(std::string_view toml) {
  const auto config = parse_config(toml, "p.toml");
  return config ? std::vector<std::string>() : config.error();
}

std::string only_complaint(std::string_view toml) {
  const auto all = complaints(toml);
  EXPECT_EQ(all.size(), 1U) << toml;
  return all.empty() ? "none" : all.front();
}

TEST(ConfigFile, IsAllDefaultsWhereItIsEmpty) {
  const ProxyConfig config = parsed("# nothing\n");
  EXPECT_TRUE(config.listen.empty());
  EXPECT_EQ(config.passthrough, Passthrough::kAllow);
  EXPECT_EQ(config.on_downgrade, OnDowngrade::kWarn);
  EXPECT_EQ(config.limits, ProxyLimits());
  EXPECT_EQ(config.log, LogOptions());
  EXPECT_FALSE(config.allow_remote);
}

TEST(ConfigFile, TakesEverySetting) {
  const ProxyConfig config = parsed(R"(
listen = ["127.0.0.1:1324", "unix:/run/veilwire/socks", "[::1]"]
transparent = "127.0.0.1:1325"
inbound = "0.0.0.0:8333=127.0.0.1:18333"
allow_remote = true
clients = ["192.168.1.0/24", "fd00::5"]
allow_local_targets = true
upstream = "socks5://alice:secret@127.0.0.1:9050"
external = "203.0.113.5:8333"
preserve_source = true
network = "regtest"
passthrough = false
pass_v2 = true
policy = "v2-only"
downgrade_file = "/var/lib/veilwire/spoke-v2.sqlite"
on_downgrade = "refuse"
keylog = "/tmp/keys"
metrics = "127.0.0.1"

[policies]
"*.onion" = "v1-only"
"10.0.0.0/8" = "v1-blocks-only"

[v1_payload_bytes]
"e3e1f3e8" = 32_000_000

[map]
"seed.example:8333" = "127.0.0.1:18444"

[log]
level = "debug"
ips = true
session_ids = true

[limits]
per_second = 1
burst = 2
source_per_second = 4
source_burst = 5
source_pending = 6
source_connections = 7
sources = 8
loopback_per_second = 9
loopback_burst = 10
loopback_pending = 11
inbound_connections = 12
program_connections = 13
partial_message_bytes = 8_000_000
connect_seconds = 14
handshake_seconds = 15
drain_seconds = 16
)");
  EXPECT_EQ(config.listen, (std::vector<Endpoint>{{"127.0.0.1", 1324}, {"::1", 1324}}));
  EXPECT_EQ(config.transparent, (std::vector<Endpoint>{{"127.0.0.1", 1325}}));
  EXPECT_EQ(config.inbound, (std::vector<InboundRoute>{{{"0.0.0.0", 8333}, {"127.0.0.1", 18333}}}));
  EXPECT_TRUE(config.allow_remote);
  EXPECT_TRUE(config.allow_local_targets);
  EXPECT_EQ(config.listen_unix, std::vector<std::string>{"/run/veilwire/socks"});
  EXPECT_EQ(config.clients, (std::vector{AddressRange::parse("192.168.1.0/24").value(),
                                         AddressRange::parse("fd00::5").value()}));
  ASSERT_TRUE(config.upstream);
  EXPECT_EQ(config.upstream->address, (Endpoint{"127.0.0.1", 9050}));
  EXPECT_EQ(config.upstream->user, "alice");
  EXPECT_EQ(config.external, parse_external("203.0.113.5:8333").value());
  EXPECT_TRUE(config.preserve_source);
  EXPECT_EQ(config.network, transport::kRegtestMagic);
  EXPECT_EQ(config.passthrough, Passthrough::kRefuse);
  EXPECT_TRUE(config.pass_v2);
  EXPECT_EQ(config.policies.of("a.example"), Policy::kV2Only);
  EXPECT_EQ(config.policies.of("a.onion"), Policy::kV1Only);
  EXPECT_EQ(config.policies.of("10.9.9.9"), Policy::kV1BlocksOnly);
  EXPECT_EQ(config.v1_payload_bytes,
            (std::map<transport::Magic, std::size_t>{{{0xe3, 0xe1, 0xf3, 0xe8}, 32'000'000}}));
  EXPECT_EQ(config.map.find({"seed.example", 8333}), (Endpoint{"127.0.0.1", 18444}));
  EXPECT_EQ(config.downgrade_file, "/var/lib/veilwire/spoke-v2.sqlite");
  EXPECT_EQ(config.on_downgrade, OnDowngrade::kRefuse);
  EXPECT_EQ(config.keylog_file, "/tmp/keys");
  EXPECT_EQ(config.metrics, (Endpoint{"127.0.0.1", 9324}));
  EXPECT_EQ(config.log, (LogOptions{.level = LogLevel::kDebug, .ips = true, .session_ids = true}));
  ProxyLimits limits;
  limits.admission = {.per_second = 1,
                      .burst = 2,
                      .source_per_second = 4,
                      .source_burst = 5,
                      .source_pending = 6,
                      .sources = 8,
                      .loopback_per_second = 9,
                      .loopback_burst = 10,
                      .loopback_pending = 11,
                      .connections = 12,
                      .source_connections = 7};
  limits.program_connections = 13;
  limits.buffers.cap_bytes = 8'000'000;
  limits.connect_timeout = seconds(14);
  limits.handshake_timeout = seconds(15);
  limits.drain_timeout = seconds(16);
  EXPECT_EQ(config.limits, limits);
}

TEST(ConfigFile, RefusesUnknownSettingsAndSaysWhere) {
  const std::string top = only_complaint("policy = \"v2-only\"\n  lisen = \"127.0.0.1\"\n");
  EXPECT_EQ(top.substr(0, 68),
            "p.toml:2:3: 'lisen' is no setting; there are listen, transparent, in");
  EXPECT_EQ(only_complaint("[log]\nlevle = \"info\"\n"),
            "p.toml:2:1: 'levle' is no setting of [log]; there are level, ips, session_ids");
  EXPECT_NE(only_complaint("[limts]\nburst = 1\n").find("'limts' is no setting"),
            std::string::npos);
}

TEST(ConfigFile, SaysWhereAValueIsWrong) {
  EXPECT_EQ(only_complaint("\nlisten = \"a.example:1\"\n"),
            "p.toml:2:10: listen: 'a.example:1' is no numeric address: write one such as 127.0.0.1 "
            "or [::1]");
  EXPECT_EQ(only_complaint("listen = [\"127.0.0.1\", 5]"),
            "p.toml:1:24: listen: must be a text in quotes");
  EXPECT_EQ(only_complaint("allow_remote = \"yes\""),
            "p.toml:1:16: allow_remote: must be true or false");
  EXPECT_EQ(only_complaint("[limits]\nburst = 0"),
            "p.toml:2:9: burst: must be a number from 1 to 1000000");
  EXPECT_EQ(only_complaint("[limits]\nconnect_seconds = 1.5"),
            "p.toml:2:19: connect_seconds: must be a number from 1 to 3600");
  EXPECT_EQ(only_complaint("[policies]\n\"10.0.0.1/8\" = \"v1-only\""),
            "p.toml:2:16: 10.0.0.1/8: '10.0.0.1/8' has bits behind its prefix: write 10.0.0.0/8");
  EXPECT_EQ(only_complaint("policies = 5"), "p.toml:1:12: policies: must be a table: [policies]");
  EXPECT_EQ(only_complaint("log = 5"), "p.toml:1:7: log: must be a table: [log]");
  EXPECT_EQ(only_complaint("keylog = \"\""), "p.toml:1:10: keylog: names no file");
}

TEST(ConfigFile, NamesAllMistakesInTheirOrder) {
  const auto all = complaints("policy = \"v3\"\nburst = 1\n[limits]\nburst = -1\n[log]\nips = 1\n");
  ASSERT_EQ(all.size(), 4U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::size_t line = std::vector<std::size_t>{1, 2, 4, 6}[i];
    EXPECT_TRUE(all[i].starts_with("p.toml:" + std::to_string(line) + ":")) << all[i];
  }
}

TEST(ConfigFile, SaysWhereItIsNotToml) {
  EXPECT_TRUE(
      only_complaint("listen = \"127.0.0.1\"\nlisten = \"::1\"\n").starts_with("p.toml:2:"));
  EXPECT_NE(only_complaint("listen == 1").find(": this is not TOML: "), std::string::npos);
  EXPECT_NE(only_complaint(std::string("a = \"\xff\x1b[2J\"")).find("not TOML"), std::string::npos);
}

TEST(ConfigFile, ShowsForeignTextEscaped) {
  const std::string complaint = only_complaint("\"\\u001b[2J\" = 1");
  EXPECT_NE(complaint.find("'\\x1b[2J' is no setting"), std::string::npos);
}

TEST(ConfigFile, IsReadFromDisk) {
  const std::string path = testing::TempDir() + "veilwire-config-test.toml";
  std::ofstream(path) << "network = \"main\"\n";
  const auto config = read_config_file(path);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->network, transport::kMainMagic);

  std::ofstream(path) << std::string(kMaxConfigBytes + 1, '\n');
  EXPECT_EQ(read_config_file(path).error().front(),
            "cannot read " + path + ": it is larger than 1000000 bytes");
  std::remove(path.c_str());
  EXPECT_EQ(read_config_file(path).error().front(),
            "cannot read " + path + ": No such file or directory");
}

}  // namespace
}  // namespace veilwire::proxy

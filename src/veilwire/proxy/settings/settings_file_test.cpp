#include "veilwire/proxy/settings/settings_file.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace veilwire::proxy {
namespace {

using std::chrono::seconds;

Settings parsed(std::string_view toml) {
  auto settings = parse_settings(toml, "p.toml");
  for (const std::string& complaint : settings ? std::vector<std::string>() : settings.error()) {
    ADD_FAILURE() << complaint;
  }
  return settings.value_or(Settings());
}

std::vector<std::string> complaints(std::string_view toml) {
  const auto settings = parse_settings(toml, "p.toml");
  return settings ? std::vector<std::string>() : settings.error();
}

std::string only_complaint(std::string_view toml) {
  const auto all = complaints(toml);
  EXPECT_EQ(all.size(), 1U) << toml;
  return all.empty() ? "none" : all.front();
}

TEST(SettingsFile, IsAllDefaultsWhereItIsEmpty) {
  const Settings settings = parsed("# nothing\n");
  EXPECT_TRUE(settings.listen.empty());
  EXPECT_EQ(settings.passthrough, Passthrough::kAllow);
  EXPECT_EQ(settings.on_downgrade, OnDowngrade::kWarn);
  EXPECT_EQ(settings.limits, ProxyLimits());
  EXPECT_EQ(settings.log, LogOptions());
  EXPECT_FALSE(settings.allow_remote);
}

TEST(SettingsFile, TakesEverySetting) {
  const Settings settings = parsed(R"(
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
downgrade_memory = false
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
like_loopback = ["172.17.0.2"]
inbound_connections = 12
program_connections = 13
partial_message_bytes = 8_000_000
connect_seconds = 14
handshake_seconds = 15
drain_seconds = 16
)");
  EXPECT_EQ(settings.listen, (std::vector<Endpoint>{{"127.0.0.1", 1324}, {"::1", 1324}}));
  EXPECT_EQ(settings.transparent, (std::vector<Endpoint>{{"127.0.0.1", 1325}}));
  EXPECT_EQ(settings.inbound,
            (std::vector<InboundRoute>{{{"0.0.0.0", 8333}, {"127.0.0.1", 18333}}}));
  EXPECT_EQ(settings.listen_unix, std::vector<std::string>{"/run/veilwire/socks"});
  EXPECT_TRUE(settings.allow_remote);
  EXPECT_TRUE(settings.allow_local_targets);
  EXPECT_EQ(settings.clients, (std::vector{AddressRange::parse("192.168.1.0/24").value(),
                                           AddressRange::parse("fd00::5").value()}));
  ASSERT_TRUE(settings.upstream);
  EXPECT_EQ(settings.upstream->address, (Endpoint{"127.0.0.1", 9050}));
  EXPECT_EQ(settings.upstream->user, "alice");
  EXPECT_EQ(settings.external, wire::NetEndpoint::of_node({"203.0.113.5", 8333}));
  EXPECT_TRUE(settings.preserve_source);
  EXPECT_EQ(settings.network, protocol::kRegtestMagic);
  EXPECT_EQ(settings.passthrough, Passthrough::kRefuse);
  EXPECT_TRUE(settings.pass_v2);
  EXPECT_EQ(settings.v1_payload_bytes,
            (std::map<protocol::Magic, std::size_t>{{{0xe3, 0xe1, 0xf3, 0xe8}, 32'000'000}}));
  EXPECT_EQ(settings.policies.of("a.example"), Policy::kV2Only);
  EXPECT_EQ(settings.policies.of("a.onion"), Policy::kV1Only);
  EXPECT_EQ(settings.policies.of("10.9.9.9"), Policy::kV1BlocksOnly);
  EXPECT_EQ(settings.map.find({"seed.example", 8333}), (Endpoint{"127.0.0.1", 18444}));
  EXPECT_EQ(settings.downgrade_file, "/var/lib/veilwire/spoke-v2.sqlite");
  EXPECT_FALSE(settings.downgrade_memory);
  EXPECT_EQ(settings.on_downgrade, OnDowngrade::kRefuse);
  EXPECT_EQ(settings.keylog_file, "/tmp/keys");
  EXPECT_EQ(settings.metrics, (Endpoint{"127.0.0.1", 9324}));
  EXPECT_EQ(settings.log,
            (LogOptions{.level = LogLevel::kDebug, .ips = true, .session_ids = true}));
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
                      .source_connections = 7,
                      .like_loopback = {IpAddress::parse("172.17.0.2").value()}};
  limits.program_connections = 13;
  limits.buffers.budget_bytes = 8'000'000;
  limits.connect_timeout = seconds(14);
  limits.handshake_timeout = seconds(15);
  limits.drain_timeout = seconds(16);
  EXPECT_EQ(settings.limits, limits);
}

// How mistakes are told is tested in host/toml_file_test.cpp.
TEST(SettingsFile, SaysWhereAValueIsWrong) {
  EXPECT_EQ(only_complaint("policy = \"v2-only\"\n  lisen = \"127.0.0.1\"\n").substr(0, 72),
            "p.toml:2:3: 'lisen' is not a setting; there are listen, inbound, transpa");
  EXPECT_EQ(only_complaint("[log]\nlevle = \"info\"\n"),
            "p.toml:2:1: 'levle' is not a setting of [log]; there are level, ips, session_ids");
  EXPECT_EQ(only_complaint("\nlisten = \"a.example:1\"\n"),
            "p.toml:2:10: listen: 'a.example:1' is not a numeric address: write one such as "
            "127.0.0.1 or [::1]");
  EXPECT_EQ(only_complaint("[limits]\nburst = 0"),
            "p.toml:2:9: burst: must be a whole number from 1 to 1000000");
  EXPECT_EQ(only_complaint("[limits]\nconnect_seconds = 1.5"),
            "p.toml:2:19: connect_seconds: must be a whole number from 1 to 3600");
  EXPECT_EQ(only_complaint("[policies]\n\"10.0.0.1/8\" = \"v1-only\""),
            "p.toml:2:16: 10.0.0.1/8: '10.0.0.1/8' has bits set after its prefix: write "
            "10.0.0.0/8");
  EXPECT_EQ(only_complaint("keylog = \"\""), "p.toml:1:10: keylog: names no file");
}

TEST(SettingsFile, NamesAllMistakesInTheirOrder) {
  const auto all = complaints("policy = \"v3\"\nburst = 1\n[limits]\nburst = -1\n[log]\nips = 1\n");
  ASSERT_EQ(all.size(), 4U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::size_t line = std::vector<std::size_t>{1, 2, 4, 6}[i];
    EXPECT_TRUE(all[i].starts_with("p.toml:" + std::to_string(line) + ":")) << all[i];
  }
}

TEST(SettingsFile, ShowsNoPasswordOfAnUpstream) {
  for (const char* toml : {"upstream = \"http://user:secret@127.0.0.1\"",
                           "upstream = \"user:secret@127.0.0.1:99999\""}) {
    EXPECT_EQ(only_complaint(toml).find("secret"), std::string::npos) << only_complaint(toml);
  }
}

TEST(SettingsFile, IsReadFromDisk) {
  const std::string path = testing::TempDir() + "veilwire-settings-test.toml";
  std::ofstream(path) << "network = \"main\"\n";
  const auto settings = read_settings_file(path);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->network, protocol::kMainMagic);
  std::remove(path.c_str());
  EXPECT_EQ(read_settings_file(path).error().front(),
            "cannot read " + path + ": No such file or directory");
}

}  // namespace
}  // namespace veilwire::proxy

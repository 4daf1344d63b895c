#include "veilwire/proxy/settings/contradictions.h"

#include <gtest/gtest.h>

namespace veilwire::proxy {
namespace {

Settings sample() {
  Settings settings;
  settings.listen = {{"127.0.0.1", 1324}};
  return settings;
}

std::string only_contradiction(const Settings& settings) {
  const auto found = contradictions(settings);
  EXPECT_EQ(found.size(), 1U);
  return found.empty() ? "none" : found.front();
}

TEST(Contradictions, AreNoneInWhatFits) {
  Settings settings = sample();
  settings.listen.push_back({"::1", 1324});
  settings.inbound = {{{"0.0.0.0", 8333}, {"127.0.0.1", 18333}}};
  settings.external = wire::NetEndpoint::of_node({"203.0.113.5", 8333});
  settings.upstream = net::Socks5Proxy{.address = {"127.0.0.1", 9050}};
  settings.metrics = Endpoint{"127.0.0.1", 9324};
  settings.preserve_source = true;
  settings.on_downgrade = OnDowngrade::kRefuse;
  settings.downgrade_file = "memory.sqlite";
  EXPECT_TRUE(contradictions(settings).empty());
}

TEST(Contradictions, HaveSomethingToDo) {
  EXPECT_NE(only_contradiction({}).find("nothing to do"), std::string::npos);
}

TEST(Contradictions, KeepSocksAndMetricsOnLoopback) {
  for (const char* host : {"0.0.0.0", "::", "192.168.1.2", "203.0.113.5"}) {
    Settings settings = sample();
    settings.listen = {{host, 1324}};
    EXPECT_NE(only_contradiction(settings).find("without a password"), std::string::npos) << host;
    settings.allow_remote = true;
    EXPECT_TRUE(contradictions(settings).empty());
    settings = sample();
    settings.metrics = Endpoint{host, 9324};
    EXPECT_NE(only_contradiction(settings).find("without a password"), std::string::npos) << host;
    settings.allow_remote = true;
    EXPECT_TRUE(contradictions(settings).empty());
  }
}

TEST(Contradictions, GiveEachPlaceOneUse) {
  Settings settings = sample();
  settings.metrics = Endpoint{"127.0.0.1", 1324};
  EXPECT_EQ(only_contradiction(settings),
            "127.0.0.1:1324 is used twice, for listen and for metrics: give each its own port");
  settings = sample();
  settings.listen = {{"127.0.0.1", 0}, {"127.0.0.1", 0}};
  EXPECT_TRUE(contradictions(settings).empty());
}

TEST(Contradictions, MakeNoLoop) {
  Settings settings = sample();
  settings.upstream = net::Socks5Proxy{.address = {"127.0.0.1", 1324}};
  EXPECT_NE(only_contradiction(settings).find("is this proxy itself"), std::string::npos);
  settings = sample();
  settings.inbound = {{{"127.0.0.1", 8333}, {"127.0.0.1", 8333}}};
  EXPECT_NE(only_contradiction(settings).find("is this proxy itself"), std::string::npos);
}

TEST(Contradictions, NameWhatIsMissing) {
  Settings settings = sample();
  settings.external = wire::NetEndpoint::of_node({"203.0.113.5", 8333});
  EXPECT_NE(only_contradiction(settings).find("give inbound too"), std::string::npos);
  settings = sample();
  settings.preserve_source = true;
  EXPECT_NE(only_contradiction(settings).find("give inbound too"), std::string::npos);
  settings = sample();
  settings.on_downgrade = OnDowngrade::kRefuse;
  EXPECT_NE(only_contradiction(settings).find("give downgrade-file too"), std::string::npos);
  settings.downgrade_memory = false;
  EXPECT_NE(only_contradiction(settings).find("leave no-downgrade-file out"), std::string::npos);
  settings = sample();
  settings.downgrade_file = settings.keylog_file = "one";
  EXPECT_NE(only_contradiction(settings).find("are the same file"), std::string::npos);
}

TEST(Contradictions, LetNoSettingBeForNothing) {
  Settings settings = sample();
  settings.downgrade_file = "memory.sqlite";
  settings.downgrade_memory = false;
  EXPECT_NE(only_contradiction(settings).find("give one of the two"), std::string::npos);
  settings.downgrade_memory = true;
  settings.on_downgrade = OnDowngrade::kRefuse;
  settings.policies.set_default(Policy::kV1Only);
  EXPECT_NE(only_contradiction(settings).find("v1-only speaks it with nobody"), std::string::npos);
  ASSERT_TRUE(settings.policies.add("a.example=prefer-v2"));
  EXPECT_TRUE(contradictions(settings).empty());
}

TEST(WantOfDescriptors, CountsBothEndsOfEveryConnectionAndNamesTheLimits) {
  Settings settings = sample();
  settings.limits.program_connections = 100;
  settings.limits.admission.connections = 1000;
  EXPECT_FALSE(want_of_descriptors(settings, 264));
  EXPECT_EQ(
      want_of_descriptors(settings, 263),
      "this process may open 263 file descriptors, but the 100 connections it may accept need "
      "264; connections beyond that will wait. Raise the limit (ulimit -Hn, or LimitNOFILE= in "
      "systemd), or lower program_connections (now 100) under [limits]");
  settings.inbound = {{{"0.0.0.0", 8333}, {"127.0.0.1", 18333}}};
  EXPECT_FALSE(want_of_descriptors(settings, 2264));
  EXPECT_NE(want_of_descriptors(settings, 2263)
                ->find("lower program_connections (now 100) or inbound_connections (now 1000)"),
            std::string::npos);
}

}  // namespace
}  // namespace veilwire::proxy

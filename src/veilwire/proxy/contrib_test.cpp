// What lies in contrib/ fits the program: the dashboard draws what the metrics page has, and all of
// it; the example of a configuration is one.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "veilwire/proxy/report/metrics.h"
#include "veilwire/proxy/settings/contradictions.h"
#include "veilwire/proxy/settings/settings_file.h"

namespace veilwire::proxy {
namespace {

std::string dashboard() {
  std::ifstream file(VEILWIRE_CONTRIB "/grafana/veilwire-proxy.json");
  return {std::istreambuf_iterator<char>(file), {}};
}

// With one event of each kind that shows nothing before its first.
std::string page() {
  Metrics metrics;
  metrics.on(MessageDropped{Direction::kOutbound, Side::kPeer,
                            *protocol::MessageType::from_name("tx"), "policy"});
  return metrics.text();
}

std::set<std::string> matches(const std::string& text, const std::string& form) {
  const std::regex compiled(form);
  std::set<std::string> all;
  for (std::sregex_iterator one(text.begin(), text.end(), compiled), end; one != end; ++one) {
    all.insert((*one)[1]);
  }
  return all;
}

TEST(Dashboard, EveryMetricInItExists) {
  const auto on_page = matches(page(), "(?:^|\n)(veilwire_proxy_[a-z_]+)");
  const auto drawn = matches(dashboard(), "(veilwire_proxy_[a-z_]+)");
  EXPECT_FALSE(drawn.empty());
  for (const auto& name : drawn) EXPECT_TRUE(on_page.contains(name)) << name;
}

TEST(Dashboard, ItDrawsEveryMetric) {
  const std::string text = dashboard();
  for (const auto& name : matches(page(), "# TYPE ([a-z_]+)")) {
    EXPECT_NE(text.find(name), std::string::npos) << name;
  }
}

TEST(Dashboard, EveryLabelInItExists) {
  auto on_page = matches(page(), "[{,]([a-z]+)=\"");
  on_page.insert("instance");  // Prometheus's own
  const std::string text = dashboard();
  for (const auto& label : matches(text, "\\{\\{ *([a-z_]+) *\\}\\}")) {
    EXPECT_TRUE(on_page.contains(label)) << label;
  }
  for (const auto& label : matches(text, "[{,] *([a-z_]+)=~?\\\\\"")) {
    EXPECT_TRUE(on_page.contains(label)) << label;
  }
}

// Each line that is commented out, as a person would put it into force.
std::string with_everything_in_force(std::string text) {
  return std::regex_replace(text, std::regex("(^|\n)# (?=\\[|[a-z_\"*.]+ = )"), "$1");
}

TEST(ExampleConfig, IsTakenAsItIsAndWithEverythingInForce) {
  std::ifstream file(VEILWIRE_CONTRIB "/systemd/proxy.toml");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(text.empty());
  const std::string full = with_everything_in_force(text);
  ASSERT_NE(full.find("\nips = true"), std::string::npos);
  for (const std::string& one : {text, full}) {
    const auto config = parse_settings(one, "proxy.toml");
    ASSERT_TRUE(config) << config.error().front();
    EXPECT_EQ(contradictions(*config), std::vector<std::string>{});
  }
}

}  // namespace
}  // namespace veilwire::proxy

// docs/proxy-reference.md leaves nothing out.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "veilwire/proxy/report/event.h"
#include "veilwire/proxy/report/metrics.h"
#include "veilwire/proxy/settings/table.h"

namespace veilwire::proxy {
namespace {

const std::string& reference() {
  static const std::string text = [] {
    std::ifstream file(VEILWIRE_DOCS "/proxy-reference.md");
    return std::string{std::istreambuf_iterator<char>(file), {}};
  }();
  return text;
}

// As the reference names something: in the first column of a table.
bool has_row(std::string_view name) {
  return reference().find("\n| `" + std::string(name) + "`") != std::string::npos;
}

TEST(ProxyReference, HasEverySettingAndItsOption) {
  for (const Setting& row : settings_table()) {
    EXPECT_TRUE(has_row(row.name())) << row.name();
    if (row.option.empty()) continue;
    EXPECT_NE(reference().find("`" + std::string(row.option)), std::string::npos) << row.option;
  }
}

TEST(ProxyReference, HasEveryPolicy) {
  for (const PolicyRow& row : kPolicies) EXPECT_TRUE(has_row(row.name)) << row.name;
}

TEST(ProxyReference, HasEveryRefusal) {
  for (std::uint8_t i = 0; !refusal_name(static_cast<Refusal>(i)).empty(); ++i) {
    const auto name = refusal_name(static_cast<Refusal>(i));
    EXPECT_TRUE(has_row(name)) << name;
  }
}

TEST(ProxyReference, HasEveryMetric) {
  const std::string page = Metrics().text();
  constexpr std::string_view kType = "# TYPE veilwire_proxy_";
  for (std::size_t at = page.find(kType); at != page.npos; at = page.find(kType, at)) {
    at += kType.size();
    const std::string name = page.substr(at, page.find(' ', at) - at);
    EXPECT_TRUE(has_row(name)) << name;
  }
}

}  // namespace
}  // namespace veilwire::proxy

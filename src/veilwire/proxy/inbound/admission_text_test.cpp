#include "veilwire/proxy/inbound/admission_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "veilwire/proxy/settings/table.h"

namespace veilwire::proxy {
namespace {

using limits::Admittance;

bool names_a_setting(std::string_view text) {
  return std::ranges::any_of(
      settings_table(), [&](const Setting& row) { return text.ends_with("(" + row.name() + ")"); });
}

TEST(AdmissionText, NamesTheLimitToRaise) {
  for (std::uint8_t i = 1; !admittance_name(Admittance{i}).empty(); ++i) {
    const auto text = admission_text(Admittance{i});
    EXPECT_TRUE(names_a_setting(text)) << text;
  }
}

TEST(AdmissionText, NamesLoopbacksOwnLimits) {
  EXPECT_EQ(admission_text(Admittance::kLoopbackRate),
            "too many new connections per second from loopback (limits.loopback_per_second)");
  EXPECT_EQ(admission_text(Admittance::kSourceRate),
            "too many new connections per second from one source (limits.source_per_second)");
}

}  // namespace
}  // namespace veilwire::proxy

#include "veilwire/proxy/settings/policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

namespace veilwire::proxy {
namespace {

TEST(Policy, HasNames) {
  for (const PolicyRow& row : kPolicies) EXPECT_EQ(policy_from_name(row.name), row.policy);
  EXPECT_FALSE(policy_from_name("V2-ONLY"));
  EXPECT_FALSE(policy_from_name(""));
  EXPECT_EQ(policy_names(), "prefer-v2, v2-only, v1-blocks-only or v1-only");
}

TEST(Policy, IsStricterTheLessIsSaidInTheClear) {
  const std::array order{Policy::kV1Only, Policy::kPreferV2, Policy::kV1BlocksOnly,
                         Policy::kV2Only};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < order.size(); ++j) {
      EXPECT_EQ(stricter(order[i], order[j]), order[std::max(i, j)]);
    }
  }
}

TEST(Policy, NoTwoAreEquallyStrict) {
  std::set<int> ranks;
  for (const PolicyRow& row : kPolicies) ranks.insert(row.strictness);
  EXPECT_EQ(ranks.size(), kPolicies.size());
}

TEST(Policy, DialsNoVersion1WhereNothingMayGoInTheClear) {
  for (const PolicyRow& row : kPolicies) {
    EXPECT_EQ(row.in_clear == InClear::kNothing, row.dial == transport::DialPolicy::kV2Only)
        << row.name;
  }
}

}  // namespace
}  // namespace veilwire::proxy

#include "veilwire/wire/rule.h"

#include <gtest/gtest.h>

#include <set>

namespace veilwire::wire {
namespace {

constexpr int kRuleCount = static_cast<int>(PayloadRule::kBadIndex) + 1;

TEST(PayloadRule, HasANameAndATextOfItsOwn) {
  std::set<std::string_view> words;
  for (int i = 0; i < kRuleCount; ++i) {
    words.insert(rule_name(static_cast<PayloadRule>(i)));
    words.insert(rule_text(static_cast<PayloadRule>(i)));
  }
  EXPECT_EQ(words.size(), 2 * kRuleCount);
  EXPECT_FALSE(words.contains("unknown"));
}

TEST(PayloadRule, HasAStableName) {
  EXPECT_EQ(rule_name(PayloadRule::kNonMinimalCompactSize), "non_minimal_compact_size");
  EXPECT_EQ(rule_text(PayloadRule::kTooMany), "a count is over what the protocol allows");
}

}  // namespace
}  // namespace veilwire::wire

#include "veilwire/proxy/settings/target_map.h"

#include <gtest/gtest.h>

namespace veilwire::proxy {
namespace {

TargetMap map(std::initializer_list<std::string_view> rules) {
  TargetMap out;
  for (const std::string_view rule : rules) {
    const auto added = out.add(rule);
    EXPECT_TRUE(added) << added.error();
  }
  return out;
}

TEST(TargetMap, LeavesATargetWithoutARuleAsItIs) {
  EXPECT_EQ(TargetMap().find({"A.example", 1}), (Endpoint{"A.example", 1}));
}

TEST(TargetMap, RedirectsOnePort) {
  const TargetMap rules = map({"a.example:8333=127.0.0.1:18444"});
  EXPECT_EQ(rules.find({"A.EXAMPLE.", 8333}), (Endpoint{"127.0.0.1", 18444}));
  EXPECT_EQ(rules.find({"a.example", 8334}), (Endpoint{"a.example", 8334}));
}

TEST(TargetMap, RedirectsEveryPortAndKeepsIt) {
  const TargetMap rules = map({"a.example=b.example", "c.example=[::1]:5"});
  EXPECT_EQ(rules.find({"a.example", 7}), (Endpoint{"b.example", 7}));
  EXPECT_EQ(rules.find({"c.example", 7}), (Endpoint{"::1", 5}));
}

TEST(TargetMap, PrefersTheRuleWithThePort) {
  const TargetMap rules = map({"1.2.3.4=a.example", "1.2.3.4:7=b.example"});
  EXPECT_EQ(rules.find({"1.2.3.4", 7}), (Endpoint{"b.example", 7}));
  EXPECT_EQ(rules.find({"1.2.3.4", 8}), (Endpoint{"a.example", 8}));
}

TEST(TargetMap, KnowsAddressesInEverySpelling) {
  const TargetMap rules = map({"[2001:db8::1]:7=a.example"});
  EXPECT_EQ(rules.find({"2001:DB8:0::0:1", 7}), (Endpoint{"a.example", 7}));
}

TEST(TargetMap, RedirectsOnce) {
  const TargetMap rules = map({"a.example=b.example", "b.example=a.example"});
  EXPECT_EQ(rules.find({"a.example", 1}), (Endpoint{"b.example", 1}));
}

TEST(TargetMap, RefusesWhatIsNoRule) {
  TargetMap rules;
  EXPECT_EQ(rules.add("a.example").error(), "'a.example' is not a redirection: write FROM=TO");
  for (const char* rule : {"=b.example", "a.example=", "a:1:2=b", "a=b:99999", "a=b=c"}) {
    EXPECT_FALSE(rules.add(rule)) << rule;
  }
  EXPECT_TRUE(rules.add("a.example:1=b.example"));
  EXPECT_EQ(rules.add("A.example:1=c.example").error(),
            "'A.example:1' is redirected already; leave one of the two out");
  EXPECT_EQ(rules.rule_count(), 1U);
}

TEST(TargetMap, RulesLaidOverOthersWin) {
  TargetMap rules;
  EXPECT_TRUE(rules.add("a.example=below"));
  EXPECT_TRUE(rules.add("b.example=below"));
  TargetMap over;
  EXPECT_TRUE(over.add("A.example=above"));
  rules.overlay(over);
  EXPECT_EQ(rules.find({"a.example", 1}).host, "above");
  EXPECT_EQ(rules.find({"b.example", 1}).host, "below");
}

}  // namespace
}  // namespace veilwire::proxy

#include "veilwire/proxy/settings/policy_rules.h"

#include <gtest/gtest.h>

namespace veilwire::proxy {
namespace {

PolicyRules table(std::initializer_list<std::string_view> rules) {
  PolicyRules out;
  for (const std::string_view rule : rules) {
    const auto added = out.add(rule);
    EXPECT_TRUE(added) << added.error();
  }
  return out;
}

std::string complaint(std::string_view rule) {
  PolicyRules out;
  const auto added = out.add(rule);
  return added ? "none" : added.error();
}

TEST(PolicyRules, GivesItsDefaultWhereNoRuleFits) {
  EXPECT_EQ(PolicyRules().of("a.example"), Policy::kPreferV2);
  PolicyRules rules(Policy::kV2Only);
  EXPECT_EQ(rules.of("1.2.3.4"), Policy::kV2Only);
  rules.set_default(Policy::kV1Only);
  EXPECT_EQ(rules.of("1.2.3.4"), Policy::kV1Only);
}

TEST(PolicyRules, PrefersTheLongestPrefix) {
  const PolicyRules rules = table({"10.0.0.0/8=v1-only", "10.1.0.0/16=v2-only",
                                   "10.1.2.3=v1-blocks-only", "0.0.0.0/0=prefer-v2"});
  EXPECT_EQ(rules.of("10.1.2.3"), Policy::kV1BlocksOnly);
  EXPECT_EQ(rules.of("10.1.2.4"), Policy::kV2Only);
  EXPECT_EQ(rules.of("10.2.0.1"), Policy::kV1Only);
  EXPECT_EQ(rules.of("11.0.0.1"), Policy::kPreferV2);
  EXPECT_EQ(rules.of("::ffff:10.2.0.1"), Policy::kV1Only);
}

TEST(PolicyRules, HasIpv6Networks) {
  const PolicyRules rules =
      table({"2001:db8::/32=v2-only", "2001:db8:1::/48=v1-only", "2001:db8:1::9=prefer-v2",
             "[2001:db8:1::8]=v1-blocks-only", "fc00::/7=v1-only"});
  EXPECT_EQ(rules.of("2001:db8:2::1"), Policy::kV2Only);
  EXPECT_EQ(rules.of("2001:DB8:1::1"), Policy::kV1Only);
  EXPECT_EQ(rules.of("2001:db8:1::9"), Policy::kPreferV2);
  EXPECT_EQ(rules.of("2001:db8:1:0::8"), Policy::kV1BlocksOnly);
  EXPECT_EQ(rules.of("fd00::1%eth0"), Policy::kV1Only);
}

TEST(PolicyRules, KeepsIpv4AndIpv6Apart) {
  const PolicyRules v6 = table({"::/0=v2-only"});
  EXPECT_EQ(v6.of("1.2.3.4"), Policy::kPreferV2);
  EXPECT_EQ(v6.of("2001:db8::1"), Policy::kV2Only);
  const PolicyRules v4 = table({"0.0.0.0/0=v2-only"});
  EXPECT_EQ(v4.of("1.2.3.4"), Policy::kV2Only);
  EXPECT_EQ(v4.of("::1"), Policy::kPreferV2);
}

TEST(PolicyRules, PrefersNamesToTheirEndsAndLongEndsToShortOnes) {
  const PolicyRules rules =
      table({"*.onion=v2-only", "*.example.org=v1-only", "*.seed.example.org=v1-blocks-only",
             "a.seed.example.org=v2-only"});
  EXPECT_EQ(rules.of("x.ONION."), Policy::kV2Only);
  EXPECT_EQ(rules.of("b.c.onion"), Policy::kV2Only);
  EXPECT_EQ(rules.of("a.example.org"), Policy::kV1Only);
  EXPECT_EQ(rules.of("b.seed.example.org"), Policy::kV1BlocksOnly);
  EXPECT_EQ(rules.of("A.Seed.Example.Org"), Policy::kV2Only);
  EXPECT_EQ(rules.of("example.org"), Policy::kPreferV2);
  EXPECT_EQ(rules.of("onion"), Policy::kPreferV2);
  EXPECT_EQ(rules.of("xonion"), Policy::kPreferV2);
}

TEST(PolicyRules, AreAllOfOnePolicyWhereNoRuleHasAnother) {
  PolicyRules rules(Policy::kV1Only);
  ASSERT_TRUE(rules.add("a.example", Policy::kV1Only));
  EXPECT_TRUE(rules.are_all(Policy::kV1Only));
  EXPECT_FALSE(rules.are_all(Policy::kV2Only));
  for (const char* pattern : {"b.example", "*.example", "10.0.0.0/8"}) {
    PolicyRules other = rules;
    ASSERT_TRUE(other.add(pattern, Policy::kPreferV2));
    EXPECT_FALSE(other.are_all(Policy::kV1Only)) << pattern;
  }
}

TEST(PolicyRules, RefusesWhatIsNoRule) {
  EXPECT_EQ(complaint("a.example"), "'a.example' is not a rule: write PATTERN=POLICY");
  EXPECT_EQ(complaint("a.example=v3"),
            "'a.example=v3' names no policy: write prefer-v2, v2-only, v1-blocks-only or v1-only "
            "after the '='");
  for (const char* rule : {"=v2-only", "*=v2-only", "*.=v2-only", "a b=v2-only", "a*b=v2-only",
                           "1.2.3.4.5:1:2=v2-only"}) {
    EXPECT_NE(complaint(rule).find("is not a pattern"), std::string::npos) << rule;
  }
  for (const char* rule : {"a.example:8333=v2-only", "1.2.3.4:8333=v1-only", "[::1]:1=v1-only"}) {
    EXPECT_NE(complaint(rule).find("names a port"), std::string::npos) << rule;
  }
}

TEST(PolicyRules, RefusesNetworksThatAreNone) {
  EXPECT_EQ(complaint("10.0.0.1/8=v1-only"),
            "'10.0.0.1/8' has bits set after its prefix: write 10.0.0.0/8");
  EXPECT_EQ(complaint("2001:db8::1/32=v1-only"),
            "'2001:db8::1/32' has bits set after its prefix: write 2001:db8::/32");
  for (const char* rule : {"10.0.0.0/33=v1-only", "10.0.0.0/=v1-only", "10.0.0.0/-1=v1-only",
                           "10.0.0.0/8x=v1-only", "::/129=v1-only"}) {
    EXPECT_NE(complaint(rule).find("needs a number from 0 to"), std::string::npos) << rule;
  }
  EXPECT_NE(complaint("a.example/8=v1-only").find("is not an address or network"),
            std::string::npos);
}

TEST(PolicyRules, RefusesASecondRuleForAPattern) {
  PolicyRules rules = table({"A.example=v1-only", "10.0.0.0/8=v1-only", "*.onion=v1-only"});
  for (const char* rule : {"a.example.=v1-only", "10.0.0.0/8=v2-only",
                           "::ffff:10.0.0.0/104=v2-only", "*.Onion=v2-only"}) {
    EXPECT_FALSE(rules.add(rule)) << rule;
  }
  EXPECT_EQ(rules.rule_count(), 3U);
  EXPECT_EQ(rules.of("10.0.0.1"), Policy::kV1Only);
}

// A forged answer of DNS chooses the address.
TEST(PolicyRules, AnAddressThatANameStandsForTightensTheDefaultAndNeverLoosensIt) {
  const std::initializer_list<std::string_view> rules{"10.0.0.0/8=v1-only", "11.0.0.0/8=v2-only"};
  PolicyRules loose = table(rules);
  EXPECT_EQ(loose.of_resolved("a.example", "10.1.2.3"), Policy::kPreferV2);
  EXPECT_EQ(loose.of_resolved("a.example", "11.1.2.3"), Policy::kV2Only);
  EXPECT_EQ(loose.of_resolved("a.example", "12.1.2.3"), Policy::kPreferV2);
  PolicyRules strict = table(rules);
  strict.set_default(Policy::kV2Only);
  EXPECT_EQ(strict.of_resolved("a.example", "10.1.2.3"), Policy::kV2Only);
}

TEST(PolicyRules, ARuleForTheNameIsTheLastWord) {
  const PolicyRules rules = table({"a.example=v1-only", "10.0.0.0/8=v2-only"});
  EXPECT_EQ(rules.of_resolved("a.example", "10.1.2.3"), Policy::kV1Only);
}

TEST(PolicyRules, AnAddressThatWasAskedForAsOneHasItsOwnRule) {
  PolicyRules rules = table({"10.0.0.0/8=v1-only"});
  rules.set_default(Policy::kV2Only);
  EXPECT_EQ(rules.of_resolved("10.1.2.3", "10.1.2.3"), Policy::kV1Only);
}

TEST(PolicyRules, RulesLaidOverOthersWin) {
  PolicyRules rules = table({"a.example=v1-only", "*.onion=v1-only", "10.0.0.0/8=v1-only"});
  rules.set_default(Policy::kV2Only);
  rules.overlay(table({"A.example=v2-only", "*.onion=v2-only", "10.0.0.0/8=v2-only"}));
  for (const char* host : {"a.example", "b.onion", "10.1.1.1"}) {
    EXPECT_EQ(rules.of(host), Policy::kV2Only) << host;
  }
  rules.overlay(table({"b.example=v1-only"}));
  EXPECT_EQ(rules.of("b.example"), Policy::kV1Only);
  EXPECT_EQ(rules.of("a.example"), Policy::kV2Only);
  EXPECT_EQ(rules.of("c.example"), Policy::kV2Only);
}

}  // namespace
}  // namespace veilwire::proxy

#include "veilwire/capi/names.h"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>

#include "veilwire/crypto/kernel.h"

namespace veilwire::capi {
namespace {

constexpr vw_rule kFirstRule = VW_RULE_V1_OTHER_NETWORK;
constexpr vw_rule kLastRule = VW_RULE_NO_TRANSPORT;

TEST(CNames, VersionIsThatOfTheBuild) {
  EXPECT_STREQ(vw_version_string(), VEILWIRE_VERSION);
  EXPECT_EQ(vw_version(), static_cast<std::uint32_t>(VW_VERSION_NUMBER));
}

TEST(CNames, KernelIsTheOneInUse) {
  EXPECT_EQ(vw_crypto_kernel(), crypto::kernel_name(crypto::active_kernel()));
}

TEST(CNames, EveryRuleHasItsOwnNameTextAndBlame) {
  std::set<std::string> names, texts;
  for (vw_rule rule = kFirstRule; rule <= kLastRule; ++rule) {
    EXPECT_TRUE(names.insert(vw_rule_name(rule)).second) << rule;
    EXPECT_TRUE(texts.insert(vw_rule_text(rule)).second) << rule;
    EXPECT_NE(vw_rule_blame(rule), VW_BLAME_NONE) << rule;
  }
  EXPECT_FALSE(names.contains("none"));
  EXPECT_FALSE(names.contains("unknown"));
}

TEST(CNames, EveryRuleOfTheTransportCrossesTheBorder) {
  for (int i = 0; i <= static_cast<int>(transport::Rule::kOutOfMemory); ++i) {
    const auto rule = static_cast<transport::Rule>(i);
    EXPECT_STREQ(vw_rule_name(to_c(rule)), std::string(transport::rule_name(rule)).c_str());
    EXPECT_STREQ(vw_rule_text(to_c(rule)), std::string(transport::rule_text(rule)).c_str());
    EXPECT_STREQ(vw_blame_name(vw_rule_blame(to_c(rule))),
                 std::string(transport::blame_name(transport::blame_for(rule))).c_str());
  }
}

TEST(CNames, EveryErrorHasItsOwnText) {
  std::set<std::string> texts;
  for (vw_error error = VW_OK; error >= VW_ERROR_BAD_KEY; --error) {
    EXPECT_TRUE(texts.insert(vw_error_text(error)).second) << error;
  }
  EXPECT_FALSE(texts.contains("unknown error"));
}

TEST(CNames, UnknownValuesHaveATextToo) {
  EXPECT_STREQ(vw_rule_name(VW_RULE_NONE), "none");
  EXPECT_STREQ(vw_rule_text(VW_RULE_NONE), "no rule was broken");
  EXPECT_EQ(vw_rule_blame(VW_RULE_NONE), VW_BLAME_NONE);
  EXPECT_STREQ(vw_rule_name(kLastRule + 1), "unknown");
  EXPECT_STREQ(vw_rule_name(-1), "unknown");
  EXPECT_EQ(vw_rule_blame(kLastRule + 1), VW_BLAME_NONE);
  EXPECT_STREQ(vw_blame_name(99), "unknown");
  EXPECT_STREQ(vw_error_text(1), "unknown error");
  EXPECT_STREQ(vw_error_text(VW_ERROR_BAD_KEY - 1), "unknown error");
}

}  // namespace
}  // namespace veilwire::capi

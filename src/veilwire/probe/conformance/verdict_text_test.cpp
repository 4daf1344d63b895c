#include "veilwire/probe/conformance/verdict_text.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace veilwire::probe::conformance {
namespace {

Verdict verdict_with(Demand demand, Outcome outcome, std::string seen) {
  return {"rekeys",
          demand,
          "Rekeying",
          "Ciphers rekey.",
          outcome,
          std::move(seen),
          std::chrono::milliseconds(12)};
}

TEST(VerdictText, SaysARuleInOneLine) {
  EXPECT_EQ(to_text(verdict_with(Demand::kMust, Outcome::kPass, "")),
            "pass    MUST   rekeys: Ciphers rekey.");
  EXPECT_EQ(to_text(verdict_with(Demand::kPolicy, Outcome::kFail, "It did not.")),
            "fail    POLICY rekeys: Ciphers rekey. (It did not.)");
}

TEST(VerdictText, CallsAMayThatIsNotDoneNoFailure) {
  EXPECT_EQ(to_text(verdict_with(Demand::kMay, Outcome::kFail, "Not done.")),
            "no      MAY    rekeys: Ciphers rekey. (Not done.)");
}

TEST(VerdictText, GivesJsonWithDocumentedFields) {
  const std::string line = to_json(verdict_with(Demand::kMust, Outcome::kUnclear, "a \"b\"\n"));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto object = boost::json::parse(line).as_object();
  EXPECT_EQ(object.size(), 7U);
  EXPECT_EQ(object.at("rule").as_string(), "rekeys");
  EXPECT_EQ(object.at("demand").as_string(), "MUST");
  EXPECT_EQ(object.at("clause").as_string(), "Rekeying");
  EXPECT_EQ(object.at("sentence").as_string(), "Ciphers rekey.");
  EXPECT_EQ(object.at("outcome").as_string(), "unclear");
  EXPECT_EQ(object.at("seen").as_string(), "a \"b\"\n");
  EXPECT_EQ(object.at("took_ms").as_int64(), 12);
}

TEST(VerdictText, SumsUp) {
  Summary summary{.pass = 3,
                  .fail = 1,
                  .unclear = 1,
                  .skipped = 6,
                  .must_fail = 0,
                  .must_unclear = 1,
                  .stopped = {}};
  EXPECT_EQ(to_text(summary),
            "11 rules: 3 passed, 1 failed, 1 unclear, 6 skipped. MUST rules: 0 failed, 1 unclear.");
  EXPECT_FALSE(boost::json::parse(to_json(summary)).at("passed").as_bool());
  EXPECT_FALSE(boost::json::parse(to_json(summary)).as_object().contains("stopped"));
  summary.stopped = "Why.";
  EXPECT_TRUE(to_text(summary).ends_with(" Stopped: Why."));
  EXPECT_EQ(boost::json::parse(to_json(summary)).at("stopped").as_string(), "Why.");
}

TEST(VerdictText, CountsOneRuleAsOne) {
  EXPECT_TRUE(
      to_text(Summary{.fail = 1, .must_fail = 1}).starts_with("1 rule: 0 passed, 1 failed"));
}

TEST(VerdictText, FailsAsAWholeOnlyWhereAMustDoes) {
  EXPECT_TRUE((Summary{.pass = 1, .fail = 2, .unclear = 1}.passed()));
  EXPECT_FALSE((Summary{.fail = 1, .must_fail = 1}.passed()));
  EXPECT_FALSE((Summary{.unclear = 1, .must_unclear = 1}.passed()));
  EXPECT_FALSE((Summary{.stopped = "Why."}.passed()));
}

}  // namespace
}  // namespace veilwire::probe::conformance

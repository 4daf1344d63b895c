#include "veilwire/peer/fault.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "veilwire/peer/session_config.h"

namespace veilwire::peer {
namespace {

constexpr Rule kAllRules[] = {
    Rule::kMalformedMessage, Rule::kProtocolTooOld, Rule::kSelfConnection,  Rule::kLateNegotiation,
    Rule::kHandshakeTimeout, Rule::kPingTimeout,    Rule::kTooManyFeatures, Rule::kEntropyFailed,
};

TEST(Rule, HasANameAndASentenceOfItsOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> sentences;
  for (const Rule rule : kAllRules) {
    EXPECT_FALSE(rule_text(rule).empty());
    names.insert(rule_name(rule));
    sentences.insert(rule_text(rule));
  }
  EXPECT_EQ(names.size(), std::size(kAllRules));
  EXPECT_EQ(sentences.size(), std::size(kAllRules));
  // The rules are numbered from zero without a gap: none is missing from this test.
  EXPECT_EQ(static_cast<std::size_t>(Rule::kEntropyFailed) + 1, std::size(kAllRules));
}

TEST(Rule, StatesTheFiguresOfTheConfiguration) {
  EXPECT_NE(rule_text(Rule::kProtocolTooOld).find(std::to_string(protocol::kLowestProtocolVersion)),
            std::string_view::npos);
  EXPECT_NE(rule_text(Rule::kTooManyFeatures).find(std::to_string(kMaxFeatures)),
            std::string_view::npos);
}

TEST(Fault, SaysWhatIsWrongWithAMalformedMessage) {
  EXPECT_EQ(fault_text({Rule::kSelfConnection}), rule_text(Rule::kSelfConnection));
  EXPECT_EQ(fault_text({Rule::kMalformedMessage, wire::Rule::kTruncated}),
            "the peer sent a malformed message: it ends before its last field");
}

}  // namespace
}  // namespace veilwire::peer

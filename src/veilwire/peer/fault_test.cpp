#include "veilwire/peer/fault.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "veilwire/peer/session_config.h"

namespace veilwire::peer {
namespace {

constexpr SessionRule kAllRules[] = {
    SessionRule::kMalformedMessage, SessionRule::kProtocolTooOld,   SessionRule::kSelfConnection,
    SessionRule::kLateNegotiation,  SessionRule::kHandshakeTimeout, SessionRule::kPingTimeout,
    SessionRule::kTooManyFeatures,  SessionRule::kEntropyFailed,
};

TEST(SessionRule, HasANameAndASentenceOfItsOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> sentences;
  for (const SessionRule rule : kAllRules) {
    EXPECT_FALSE(rule_text(rule).empty());
    names.insert(rule_name(rule));
    sentences.insert(rule_text(rule));
  }
  EXPECT_EQ(names.size(), std::size(kAllRules));
  EXPECT_EQ(sentences.size(), std::size(kAllRules));
  // The rules are numbered from zero without a gap: none is missing from this test.
  EXPECT_EQ(static_cast<std::size_t>(SessionRule::kEntropyFailed) + 1, std::size(kAllRules));
}

TEST(SessionRule, StatesTheFiguresOfTheConfiguration) {
  EXPECT_NE(rule_text(SessionRule::kProtocolTooOld)
                .find(std::to_string(protocol::kLowestProtocolVersion)),
            std::string_view::npos);
  EXPECT_NE(rule_text(SessionRule::kTooManyFeatures).find(std::to_string(kMaxFeatures)),
            std::string_view::npos);
}

TEST(SessionFault, SaysWhatIsWrongWithAMalformedMessage) {
  EXPECT_EQ(fault_text({SessionRule::kSelfConnection}), rule_text(SessionRule::kSelfConnection));
  EXPECT_EQ(fault_text({SessionRule::kMalformedMessage, wire::PayloadRule::kTruncated}),
            "the peer sent a malformed message: it ends before its last field");
}

}  // namespace
}  // namespace veilwire::peer

#include "veilwire/transport/fault.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "veilwire/transport/limits.h"

namespace veilwire::transport {
namespace {

constexpr Rule kAllRules[] = {
    Rule::kV1OtherNetwork,     Rule::kV1BadMagic,       Rule::kV1PayloadTooLong,
    Rule::kGarbageTooLong,     Rule::kContentsTooLong,  Rule::kAuthenticationFailed,
    Rule::kTooManyDecoysEarly, Rule::kTooManyDecoys,    Rule::kV1Refused,
    Rule::kHandshakeTimeout,   Rule::kBadConfiguration, Rule::kUsedAfterFork,
    Rule::kEntropyFailed,      Rule::kOutOfMemory,      Rule::kV1Answered,
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
  EXPECT_EQ(static_cast<std::size_t>(Rule::kOutOfMemory) + 1, std::size(kAllRules));
}

TEST(Rule, IsSomebodysFault) {
  EXPECT_EQ(blame_for(Rule::kV1OtherNetwork), Blame::kPeer);
  EXPECT_EQ(blame_for(Rule::kHandshakeTimeout), Blame::kPeer);
  EXPECT_EQ(blame_for(Rule::kBadConfiguration), Blame::kCaller);
  EXPECT_EQ(blame_for(Rule::kUsedAfterFork), Blame::kCaller);
  EXPECT_EQ(blame_for(Rule::kEntropyFailed), Blame::kSystem);
  EXPECT_EQ(blame_for(Rule::kOutOfMemory), Blame::kSystem);
  EXPECT_EQ(blame_name(Blame::kPeer), "peer");
  EXPECT_EQ(blame_name(Blame::kCaller), "caller");
  EXPECT_EQ(blame_name(Blame::kSystem), "system");
}

// The sentences state figures; these are the constants that they mean.
TEST(Rule, StatesTheFiguresOfTheLimits) {
  const auto says = [](Rule rule, std::size_t figure) {
    return rule_text(rule).find(std::to_string(figure)) != std::string_view::npos;
  };
  EXPECT_TRUE(says(Rule::kGarbageTooLong, kMaxGarbageBytes + kGarbageTerminatorBytes));
  EXPECT_TRUE(says(Rule::kContentsTooLong, kMaxContentsBytes));
  EXPECT_TRUE(says(Rule::kTooManyDecoysEarly, kMaxEarlyDecoyBytes));
  EXPECT_TRUE(says(Rule::kV1PayloadTooLong, kMaxPayloadBytes));
}

}  // namespace
}  // namespace veilwire::transport

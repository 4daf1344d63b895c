#include "veilwire/transport/dial_choice.h"

#include <gtest/gtest.h>

namespace veilwire::transport {
namespace {

using std::chrono::seconds;

constexpr TimePoint kStart{seconds(1000)};

// An attempt that has sent and received so much.
DialChoice attempt(DialPolicy policy, std::uint64_t sent, std::uint64_t received) {
  DialChoice choice(policy);
  choice.connected(kStart);
  choice.sent(sent);
  choice.received(received);
  return choice;
}

// -- Names ----------------------------------------------------------------------------------------

TEST(DialPolicy, HasANameThatReadsBack) {
  for (const auto policy : {DialPolicy::kPreferV2, DialPolicy::kV2Only, DialPolicy::kV1Only}) {
    EXPECT_EQ(dial_policy_from_name(dial_policy_name(policy)), policy);
  }
  EXPECT_EQ(dial_policy_name(DialPolicy::kPreferV2), "prefer-v2");
  EXPECT_EQ(dial_policy_name(DialPolicy::kV2Only), "v2-only");
  EXPECT_EQ(dial_policy_name(DialPolicy::kV1Only), "v1-only");
  for (const std::string_view wrong : {"", "v2", "V2-only", "v2-only "}) {
    EXPECT_EQ(dial_policy_from_name(wrong), std::nullopt) << wrong;
  }
}

TEST(VersionReason, HasAText) {
  EXPECT_EQ(version_reason_text(VersionReason::kV2), "v2");
  EXPECT_EQ(version_reason_text(VersionReason::kV1ByPolicy), "v1: by policy");
  EXPECT_EQ(version_reason_text(VersionReason::kV1PeerEnded), "v1: the peer dropped v2");
  EXPECT_EQ(version_reason_text(VersionReason::kV1Silence), "v1: the peer did not answer v2");
  EXPECT_EQ(version_reason_text(VersionReason::kV1Answered), "v1: the peer answered in v1");
}

// -- What the first attempt speaks ----------------------------------------------------------------

TEST(DialChoice, DialsVersion2UnlessThePolicyIsVersion1) {
  EXPECT_EQ(DialChoice(DialPolicy::kPreferV2).version(), Version::kV2);
  EXPECT_EQ(DialChoice(DialPolicy::kPreferV2).reason(), VersionReason::kV2);
  EXPECT_EQ(DialChoice(DialPolicy::kV2Only).version(), Version::kV2);
  EXPECT_EQ(DialChoice(DialPolicy::kV1Only).version(), Version::kV1);
  EXPECT_EQ(DialChoice(DialPolicy::kV1Only).reason(), VersionReason::kV1ByPolicy);
}

// -- When version 1 follows -----------------------------------------------------------------------

TEST(DialChoice, DialsVersion1WhereThePeerEndsItWithoutAByte) {
  DialChoice choice = attempt(DialPolicy::kPreferV2, 64, 0);
  EXPECT_EQ(choice.ended(AttemptEnd::kPeerEnded), DialStep::kDialAgainWithV1);
  EXPECT_EQ(choice.version(), Version::kV1);
  EXPECT_EQ(choice.reason(), VersionReason::kV1PeerEnded);
}

TEST(DialChoice, DialsVersion1AfterSilence) {
  DialChoice choice = attempt(DialPolicy::kPreferV2, 64, 0);
  ASSERT_TRUE(choice.on_deadline(kStart + kFallbackSilence));
  EXPECT_EQ(choice.ended(AttemptEnd::kSilence), DialStep::kDialAgainWithV1);
  EXPECT_EQ(choice.version(), Version::kV1);
  EXPECT_EQ(choice.reason(), VersionReason::kV1Silence);
}

TEST(DialChoice, DialsVersion1WhereThePeerAnswersInVersion1) {
  for (const std::uint64_t sent : {0U, 64U}) {
    DialChoice choice = attempt(DialPolicy::kPreferV2, sent, 16);
    EXPECT_EQ(choice.ended(AttemptEnd::kAnsweredV1), DialStep::kDialAgainWithV1);
    EXPECT_EQ(choice.version(), Version::kV1);
    EXPECT_EQ(choice.reason(), VersionReason::kV1Answered);
  }
  DialChoice strict = attempt(DialPolicy::kV2Only, 64, 16);
  EXPECT_EQ(strict.ended(AttemptEnd::kAnsweredV1), DialStep::kStop);
}

TEST(DialChoice, CountsAsSilentWhenTheDriverSays) {
  DialChoice choice(DialPolicy::kPreferV2, seconds(2));
  choice.connected(kStart);
  choice.sent(64);
  EXPECT_EQ(choice.next_deadline(), kStart + seconds(2));
  EXPECT_FALSE(choice.on_deadline(kStart + seconds(1)));
  EXPECT_TRUE(choice.on_deadline(kStart + seconds(2)));
}

TEST(DialChoice, DialsVersion1OnlyWhere24BytesHaveBeenSent) {
  EXPECT_EQ(attempt(DialPolicy::kPreferV2, 23, 0).ended(AttemptEnd::kPeerEnded), DialStep::kStop);
  EXPECT_EQ(attempt(DialPolicy::kPreferV2, 24, 0).ended(AttemptEnd::kPeerEnded),
            DialStep::kDialAgainWithV1);
}

TEST(DialChoice, CountsTheBytesOfAllWrites) {
  DialChoice choice = attempt(DialPolicy::kPreferV2, 20, 0);
  choice.sent(3);
  EXPECT_EQ(choice.next_deadline(), std::nullopt);
  choice.sent(1);
  EXPECT_EQ(choice.ended(AttemptEnd::kPeerEnded), DialStep::kDialAgainWithV1);
}

TEST(DialChoice, DoesNotDialAgainAfterAByteOfThePeers) {
  for (const auto end : {AttemptEnd::kPeerEnded, AttemptEnd::kSilence}) {
    DialChoice choice = attempt(DialPolicy::kPreferV2, 64, 1);
    EXPECT_EQ(choice.ended(end), DialStep::kStop);
    EXPECT_EQ(choice.version(), Version::kV2);
    EXPECT_EQ(choice.reason(), VersionReason::kV2);
  }
}

TEST(DialChoice, DoesNotDialAgainAfterAFaultOrAnEndOfOurs) {
  for (const auto end : {AttemptEnd::kFault, AttemptEnd::kOurs}) {
    DialChoice choice = attempt(DialPolicy::kPreferV2, 64, 0);
    EXPECT_EQ(choice.ended(end), DialStep::kStop);
    EXPECT_EQ(choice.version(), Version::kV2);
  }
}

TEST(DialChoice, DoesNotDialAgainWhatNeverConnected) {
  DialChoice choice(DialPolicy::kPreferV2);
  choice.sent(64);
  EXPECT_EQ(choice.ended(AttemptEnd::kPeerEnded), DialStep::kStop);
}

TEST(DialChoice, NeverDialsVersion1WherePolicySaysVersion2Only) {
  for (const auto end : {AttemptEnd::kPeerEnded, AttemptEnd::kSilence, AttemptEnd::kFault}) {
    DialChoice choice = attempt(DialPolicy::kV2Only, 64, 0);
    EXPECT_EQ(choice.ended(end), DialStep::kStop);
    EXPECT_EQ(choice.version(), Version::kV2);
  }
}

TEST(DialChoice, NeverDialsVersion2WherePolicySaysVersion1Only) {
  for (const auto end : {AttemptEnd::kPeerEnded, AttemptEnd::kSilence, AttemptEnd::kFault}) {
    DialChoice choice = attempt(DialPolicy::kV1Only, 64, 0);
    EXPECT_EQ(choice.ended(end), DialStep::kStop);
    EXPECT_EQ(choice.version(), Version::kV1);
    EXPECT_EQ(choice.reason(), VersionReason::kV1ByPolicy);
  }
}

TEST(DialChoice, DialsAgainAtMostOnce) {
  DialChoice choice = attempt(DialPolicy::kPreferV2, 64, 0);
  ASSERT_EQ(choice.ended(AttemptEnd::kPeerEnded), DialStep::kDialAgainWithV1);
  choice.connected(kStart + seconds(1));
  choice.sent(64);
  EXPECT_EQ(choice.next_deadline(), std::nullopt);
  EXPECT_FALSE(choice.on_deadline(kStart + seconds(100)));
  EXPECT_EQ(choice.ended(AttemptEnd::kPeerEnded), DialStep::kStop);
  EXPECT_EQ(choice.reason(), VersionReason::kV1PeerEnded);
}

TEST(DialChoice, TakesAnEndForTheAttemptOnlyOnce) {
  DialChoice choice = attempt(DialPolicy::kPreferV2, 64, 0);
  ASSERT_EQ(choice.ended(AttemptEnd::kOurs), DialStep::kStop);
  EXPECT_EQ(choice.ended(AttemptEnd::kPeerEnded), DialStep::kStop);
}

// A name with several addresses: what was sent to the first is nothing to the second.
TEST(DialChoice, ForgetsTheAttemptBefore) {
  DialChoice choice = attempt(DialPolicy::kPreferV2, 64, 0);
  choice.connected(kStart + seconds(5));
  EXPECT_EQ(choice.next_deadline(), std::nullopt);
  choice.sent(64);
  EXPECT_EQ(choice.next_deadline(), kStart + seconds(5) + kFallbackSilence);

  DialChoice answered = attempt(DialPolicy::kPreferV2, 64, 9);
  answered.connected(kStart + seconds(5));
  answered.sent(64);
  EXPECT_EQ(answered.ended(AttemptEnd::kPeerEnded), DialStep::kDialAgainWithV1);
}

// -- Silence --------------------------------------------------------------------------------------

TEST(DialChoice, SilenceIsTenSecondsFromTheConnection) {
  const DialChoice choice = attempt(DialPolicy::kPreferV2, 64, 0);
  EXPECT_EQ(choice.next_deadline(), kStart + seconds(10));
  EXPECT_FALSE(choice.on_deadline(kStart + seconds(10) - Duration(1)));
  EXPECT_TRUE(choice.on_deadline(kStart + seconds(10)));
}

TEST(DialChoice, HasNoDeadlineWhereVersion1CannotFollow) {
  const DialChoice cases[] = {
      DialChoice(DialPolicy::kPreferV2),      // not connected
      attempt(DialPolicy::kPreferV2, 23, 0),  // the peer has not been asked yet
      attempt(DialPolicy::kPreferV2, 64, 1),  // it has answered
      attempt(DialPolicy::kV2Only, 64, 0),    // the policies
      attempt(DialPolicy::kV1Only, 64, 0),
  };
  for (const DialChoice& choice : cases) {
    EXPECT_EQ(choice.next_deadline(), std::nullopt);
    EXPECT_FALSE(choice.on_deadline(kStart + seconds(1000)));
  }
}

TEST(DialChoice, HasNoDeadlineOnceTheAttemptIsOver) {
  DialChoice choice = attempt(DialPolicy::kPreferV2, 64, 0);
  (void)choice.ended(AttemptEnd::kFault);
  EXPECT_EQ(choice.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace veilwire::transport

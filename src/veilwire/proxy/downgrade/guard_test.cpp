#include "veilwire/proxy/downgrade/guard.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace veilwire::proxy {
namespace {

using enum Policy;
using enum OnDowngrade;
using transport::DialPolicy;
using transport::Version;
using transport::VersionReason;
using Keep = Lesson::Keep;

constexpr std::array kAllPolicies{kPreferV2, kV2Only, kV1BlocksOnly, kV1Only};
constexpr std::array kActions{kWarn, kRefuse};
constexpr std::array kSpoken{SpokeV2::kNo, SpokeV2::kYes, SpokeV2::kUnknown};
constexpr std::array kRecent{RecentAnswer::kNothing, RecentAnswer::kSpokeV1, RecentAnswer::kHungUp,
                             RecentAnswer::kIgnored};
constexpr std::array kEnds{TryEnd::kHungUp, TryEnd::kSilent, TryEnd::kAnsweredV1, TryEnd::kOther};

// A table has a row for each policy and action; in it a word for each of kSpoken, of one letter for
// each of what the test is about.
struct Row {
  Policy policy;
  OnDowngrade on_downgrade;
  std::array<std::string_view, kSpoken.size()> no_yes_unknown;
};
using Table = std::array<Row, kAllPolicies.size() * kActions.size()>;

// Calls `check` with the facts, the index in the word and the letter of each case.
template <typename Check>
void for_all(const Table& table, std::size_t letters, Check check) {
  for (const Row& row : table) {
    for (std::size_t spoken = 0; spoken < kSpoken.size(); ++spoken) {
      ASSERT_EQ(row.no_yes_unknown[spoken].size(), letters);
      for (std::size_t i = 0; i < letters; ++i) {
        SCOPED_TRACE(std::string(policy_name(row.policy)) +
                     (row.on_downgrade == kWarn ? ", warn" : ", refuse") + ", spoken " +
                     std::to_string(spoken) + ", case " + std::to_string(i));
        const TargetFacts facts{.policy = row.policy,
                                .on_downgrade = row.on_downgrade,
                                .has_memory = true,
                                .spoke_v2 = kSpoken[spoken]};
        check(facts, i, row.no_yes_unknown[spoken][i]);
      }
    }
  }
}

// -- What to dial ---------------------------------------------------------------------------------

// By recent answer: nothing, spoke version 1, hung up, ignored. p: version 2, then 1; 2, 1: only
// that; r: version 1, because of the recent answer.
constexpr Table kPlans{{
    {kPreferV2, kWarn, {"prrr", "pppp", "pppp"}},
    {kPreferV2, kRefuse, {"prrr", "2222", "2222"}},
    {kV2Only, kWarn, {"2222", "2222", "2222"}},
    {kV2Only, kRefuse, {"2222", "2222", "2222"}},
    {kV1BlocksOnly, kWarn, {"prrr", "pppp", "pppp"}},
    {kV1BlocksOnly, kRefuse, {"prrr", "2222", "2222"}},
    {kV1Only, kWarn, {"1111", "1111", "1111"}},
    {kV1Only, kRefuse, {"1111", "1111", "1111"}},
}};

TEST(DowngradeGuard, PlansEachDial) {
  for_all(kPlans, kRecent.size(), [](TargetFacts facts, std::size_t at, char letter) {
    facts.recent = kRecent[at];
    const DialPlan plan = DowngradeGuard(facts).plan();
    EXPECT_EQ(plan.dial, letter == 'p'   ? DialPolicy::kPreferV2
                         : letter == '2' ? DialPolicy::kV2Only
                                         : DialPolicy::kV1Only);
    EXPECT_EQ(plan.because, letter == 'r' ? facts.recent : RecentAnswer::kNothing);
    EXPECT_EQ(DowngradeGuard(facts).may_dial_v1(), letter != '2');
  });
}

// -- What is carried untouched --------------------------------------------------------------------

constexpr std::array kReasons{PassthroughReason::kProgramNotV1,
                              PassthroughReason::kTargetSpokeFirst,
                              PassthroughReason::kNobodySpoke};

// By kReasons. p: pass, P: pass, warned of; w: wait; r: refuse; R: refuse as a downgrade.
constexpr Table kCarries{{
    {kPreferV2, kWarn, {"ppp", "pPp", "ppp"}},
    {kPreferV2, kRefuse, {"pwr", "pRr", "pwr"}},
    {kV2Only, kWarn, {"rwr", "rwr", "rwr"}},
    {kV2Only, kRefuse, {"rwr", "rwr", "rwr"}},
    {kV1BlocksOnly, kWarn, {"rwr", "rwr", "rwr"}},
    {kV1BlocksOnly, kRefuse, {"rwr", "rwr", "rwr"}},
    {kV1Only, kWarn, {"ppp", "ppp", "ppp"}},
    {kV1Only, kRefuse, {"pwr", "pwr", "pwr"}},
}};

Carry carry_of(char letter) {
  switch (letter) {
    case 'p':
      return Carry::kPass;
    case 'P':
      return Carry::kPassWarned;
    case 'w':
      return Carry::kWait;
    case 'R':
      return Carry::kRefuseDowngrade;
    default:
      return Carry::kRefuse;
  }
}

TEST(DowngradeGuard, JudgesWhatIsNotTranslated) {
  for_all(kCarries, kReasons.size(), [](const TargetFacts& facts, std::size_t at, char letter) {
    EXPECT_EQ(DowngradeGuard(facts).judge(kReasons[at]), carry_of(letter));
  });
}

TEST(DowngradeGuard, PassesAProgramsOwnVersion2UnderEveryPolicyWhereThatIsAskedFor) {
  for_all(kCarries, kReasons.size(), [](TargetFacts facts, std::size_t at, char letter) {
    facts.pass_v2 = true;
    const bool is_program = kReasons[at] == PassthroughReason::kProgramNotV1;
    EXPECT_EQ(DowngradeGuard(facts).judge(kReasons[at]),
              is_program ? Carry::kPass : carry_of(letter));
  });
}

TEST(DowngradeGuard, PassesNothingWherePassthroughIsOff) {
  for_all(kCarries, kReasons.size(), [](TargetFacts facts, std::size_t at, char) {
    facts.passthrough = Passthrough::kRefuse;
    facts.pass_v2 = true;
    EXPECT_EQ(DowngradeGuard(facts).judge(kReasons[at]), Carry::kRefuse);
  });
}

TEST(DowngradeGuard, LimitsNothingForAMemoryThatIsNotThere) {
  const TargetFacts facts{.on_downgrade = kRefuse};
  for (const auto reason : kReasons) EXPECT_EQ(DowngradeGuard(facts).judge(reason), Carry::kPass);
}

// -- What a try has taught ------------------------------------------------------------------------

// By kEnds. h: the handshake failed; v: version 1 is refused; u: it is, for the memory cannot be
// read; d: a downgrade.
constexpr Table kFailures{{
    {kPreferV2, kWarn, {"hhhh", "hhhh", "hhhh"}},
    {kPreferV2, kRefuse, {"hhhh", "dddh", "uuuh"}},
    {kV2Only, kWarn, {"vhvh", "vhvh", "vhvh"}},
    {kV2Only, kRefuse, {"vhvh", "vhvh", "vhvh"}},
    {kV1BlocksOnly, kWarn, {"hhhh", "hhhh", "hhhh"}},
    {kV1BlocksOnly, kRefuse, {"hhhh", "dddh", "uuuh"}},
    {kV1Only, kWarn, {"hhhh", "hhhh", "hhhh"}},
    {kV1Only, kRefuse, {"hhhh", "hhhh", "hhhh"}},
}};

TEST(DowngradeGuard, RefusesAfterEachFailure) {
  for_all(kFailures, kEnds.size(), [](const TargetFacts& facts, std::size_t at, char letter) {
    const Lesson lesson = DowngradeGuard(facts).after_failure(kEnds[at]);
    EXPECT_EQ(lesson.keep, Keep::kAsItIs);
    EXPECT_EQ(lesson.refusal, letter == 'h'   ? Refusal::kHandshakeFailed
                              : letter == 'd' ? Refusal::kDowngraded
                                              : Refusal::kVersion1Refused);
    EXPECT_EQ(lesson.downgrade, letter == 'd' ? std::optional(kRefuse) : std::nullopt);
    EXPECT_EQ(lesson.text.empty(), letter == 'h' || letter == 'v');
  });
}

// By kEnds. -: nothing; h: it hung up; i: it ignored version 2.
constexpr Table kLeavings{{
    {kPreferV2, kWarn, {"hih-", "----", "----"}},
    {kPreferV2, kRefuse, {"hih-", "----", "----"}},
    {kV2Only, kWarn, {"----", "----", "----"}},
    {kV2Only, kRefuse, {"----", "----", "----"}},
    {kV1BlocksOnly, kWarn, {"hih-", "----", "----"}},
    {kV1BlocksOnly, kRefuse, {"hih-", "----", "----"}},
    {kV1Only, kWarn, {"----", "----", "----"}},
    {kV1Only, kRefuse, {"----", "----", "----"}},
}};

TEST(DowngradeGuard, LearnsFromATryWhoseProgramHasLeft) {
  for_all(kLeavings, kEnds.size(), [](const TargetFacts& facts, std::size_t at, char letter) {
    const Lesson expected{.keep = letter == 'h'   ? Keep::kHungUp
                                  : letter == 'i' ? Keep::kIgnored
                                                  : Keep::kAsItIs};
    EXPECT_EQ(DowngradeGuard(facts).after_leaving(kEnds[at]), expected);
  });
}

TEST(DowngradeGuard, LearnsNothingWhereVersion1CameFirst) {
  const TargetFacts facts{.recent = RecentAnswer::kIgnored};
  for (const TryEnd end : kEnds) EXPECT_EQ(DowngradeGuard(facts).after_leaving(end), Lesson());
}

constexpr std::array kReasonsOfV1{VersionReason::kV1ByPolicy, VersionReason::kV1PeerEnded,
                                  VersionReason::kV1Silence, VersionReason::kV1Answered};

// By kReasonsOfV1. -: nothing; k: keeps that it spoke version 1; w: a downgrade to be warned of; f:
// only forgets; d: a downgrade; u: refused, for the memory cannot be read.
constexpr Table kVersions{{
    {kPreferV2, kWarn, {"-kkk", "wwww", "ffff"}},
    {kPreferV2, kRefuse, {"-kkk", "dddd", "uuuu"}},
    {kV2Only, kWarn, {"-kkk", "wwww", "ffff"}},
    {kV2Only, kRefuse, {"-kkk", "dddd", "uuuu"}},
    {kV1BlocksOnly, kWarn, {"-kkk", "wwww", "ffff"}},
    {kV1BlocksOnly, kRefuse, {"-kkk", "dddd", "uuuu"}},
    {kV1Only, kWarn, {"----", "----", "----"}},
    {kV1Only, kRefuse, {"----", "----", "----"}},
}};

TEST(DowngradeGuard, JudgesAVersionInVersion1) {
  for_all(
      kVersions, kReasonsOfV1.size(), [](const TargetFacts& facts, std::size_t at, char letter) {
        const Lesson lesson = DowngradeGuard(facts).after_version(Version::kV1, kReasonsOfV1[at]);
        EXPECT_EQ(lesson.keep, letter == '-'   ? Keep::kAsItIs
                               : letter == 'k' ? Keep::kSpokeV1
                                               : Keep::kNoAnswer);
        const bool is_counted = letter == 'w' || letter == 'd';
        EXPECT_EQ(lesson.downgrade, is_counted ? std::optional(facts.on_downgrade) : std::nullopt);
        EXPECT_EQ(lesson.refusal, letter == 'd'   ? std::optional(Refusal::kDowngraded)
                                  : letter == 'u' ? std::optional(Refusal::kVersion1Refused)
                                                  : std::nullopt);
        EXPECT_EQ(lesson.text.empty(), !lesson.refusal);
      });
}

TEST(DowngradeGuard, RemembersAVersionInVersion2Always) {
  for_all(kVersions, kReasonsOfV1.size(), [](const TargetFacts& facts, std::size_t, char) {
    EXPECT_EQ(DowngradeGuard(facts).after_version(Version::kV2, VersionReason::kV2),
              (Lesson{.keep = Keep::kSpokeV2}));
  });
  EXPECT_EQ(DowngradeGuard::after_passing_v2(), (Lesson{.keep = Keep::kSpokeV2}));
}

TEST(DowngradeGuard, ForgetsWhatItOnlySupposedWhereVersion1IsNotAnsweredEither) {
  const Lesson nothing;
  const Lesson forgets{.keep = Keep::kNoAnswer};
  EXPECT_EQ(DowngradeGuard::after_no_version(RecentAnswer::kNothing), nothing);
  EXPECT_EQ(DowngradeGuard::after_no_version(RecentAnswer::kSpokeV1), nothing);
  EXPECT_EQ(DowngradeGuard::after_no_version(RecentAnswer::kHungUp), forgets);
  EXPECT_EQ(DowngradeGuard::after_no_version(RecentAnswer::kIgnored), forgets);
}

// -- What an attempt was --------------------------------------------------------------------------

net::DialFailure failure(net::DialError error, std::uint64_t received) {
  return {
      .phase = net::DialPhase::kHandshake, .error = error, .bytes_received = received, .text = {}};
}

TEST(TryEnd, IsToldByTheFailure) {
  EXPECT_EQ(try_end_of(failure(net::DialError::kPeerClosed, 0)), TryEnd::kHungUp);
  EXPECT_EQ(try_end_of(failure(net::DialError::kPeerClosed, 1)), TryEnd::kOther);
  EXPECT_EQ(try_end_of(failure(net::DialError::kTimedOut, 0)), TryEnd::kSilent);
  EXPECT_EQ(try_end_of(failure(net::DialError::kTimedOut, 64)), TryEnd::kOther);
  EXPECT_EQ(try_end_of(failure(net::DialError::kSystem, 0)), TryEnd::kOther);
  net::DialFailure answered = failure(net::DialError::kFault, 16);
  answered.fault = transport::Fault{transport::Rule::kV1Answered, transport::Blame::kPeer};
  EXPECT_EQ(try_end_of(answered), TryEnd::kAnsweredV1);
  answered.fault->rule = transport::Rule::kGarbageTooLong;
  EXPECT_EQ(try_end_of(answered), TryEnd::kOther);
  net::DialFailure unreached = failure(net::DialError::kTimedOut, 0);
  unreached.phase = net::DialPhase::kConnect;
  EXPECT_EQ(try_end_of(unreached), TryEnd::kOther);
  net::DialFailure second = failure(net::DialError::kPeerClosed, 0);
  second.version = Version::kV1;
  EXPECT_EQ(try_end_of(second), TryEnd::kOther);
}

TEST(TryEnd, IsSilenceOnlyOfATargetThatHasTakenOurKeyForLongEnough) {
  const net::DialProgress silent{
      .in_handshake = true, .handshake_duration = kTellingSilence, .bytes_sent = 64};
  EXPECT_EQ(try_end_of(silent), TryEnd::kSilent);
  const auto with = [&](auto change) {
    net::DialProgress progress = silent;
    change(progress);
    return try_end_of(progress);
  };
  EXPECT_EQ(with([](auto& one) { one.handshake_duration -= Duration(1); }), TryEnd::kOther);
  EXPECT_EQ(with([](auto& one) { one.bytes_sent = 23; }), TryEnd::kOther);
  EXPECT_EQ(with([](auto& one) { one.bytes_received = 1; }), TryEnd::kOther);
  EXPECT_EQ(with([](auto& one) { one.in_handshake = false; }), TryEnd::kOther);
  EXPECT_EQ(with([](auto& one) { one.version = Version::kV1; }), TryEnd::kOther);
}

}  // namespace
}  // namespace veilwire::proxy

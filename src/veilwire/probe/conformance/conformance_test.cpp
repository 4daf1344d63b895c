// The suite against a responder that breaks one rule at a time: exactly the verdicts that are meant
// must turn, and without a fault none.
#include "veilwire/probe/conformance/conformance.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <map>
#include <set>
#include <string>

#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/probe/conformance/testing/faulty_responder.h"
#include "veilwire/probe/conformance/testing/loopback_server.h"
#include "veilwire/probe/conformance/testing/own_responder.h"

namespace veilwire::probe::conformance::testing {
namespace {

using Outcomes = std::map<std::string, Outcome>;

Options options_for(const auto& responder) {
  Options options;
  options.target = responder.endpoint();
  options.magic = protocol::kRegtestMagic;
  options.thoroughness = Thoroughness::kQuick;
  options.pace = milliseconds(0);
  options.answer_timeout = milliseconds(2000);
  options.quiet_time = milliseconds(40);
  return options;
}

struct Judgement {
  Summary summary;
  Outcomes outcomes;
  std::map<std::string, std::string> seen;
};

Judgement judge(const Options& options) {
  crypto::SeededEntropy entropy(324);
  Judgement judgement;
  judgement.summary = run(options, entropy, [&](const Verdict& verdict) {
    judgement.outcomes[std::string(verdict.rule)] = verdict.outcome;
    judgement.seen[std::string(verdict.rule)] = verdict.seen;
  });
  return judgement;
}

std::set<std::string> rules_with(const Judgement& judgement, std::set<Outcome> outcomes) {
  std::set<std::string> rules;
  for (const auto& [rule, outcome] : judgement.outcomes) {
    if (outcomes.contains(outcome)) rules.insert(rule);
  }
  return rules;
}

struct Case {
  Defect fault;
  std::string name;
  std::set<std::string> fail;
  std::set<std::string> unclear{};
  // What depends on chance under this fault: not looked at.
  std::set<std::string> by_chance{};
};

std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.name; }

class FaultTest : public ::testing::TestWithParam<Case> {};

TEST_P(FaultTest, TurnsExactlyTheVerdictsMeant) {
  const FaultyResponder responder(GetParam().fault);
  Options options = options_for(responder);
  const bool speaks =
      GetParam().fault == Defect::kSpeaksFirst || GetParam().fault == Defect::kSpeaksAtAnyByte;
  if (speaks) options.quiet_time = milliseconds(2000);
  Judgement judgement = judge(options);
  for (const std::string& rule : GetParam().by_chance) judgement.outcomes.erase(rule);
  EXPECT_EQ(rules_with(judgement, {Outcome::kFail}), GetParam().fail);
  EXPECT_EQ(rules_with(judgement, {Outcome::kUnclear}), GetParam().unclear);
  for (const auto& [rule, outcome] : judgement.outcomes) {
    const bool explained = outcome == Outcome::kPass || !judgement.seen[rule].empty();
    EXPECT_TRUE(explained) << rule;
  }
}

const std::set<std::string> kFirstPacketFlips{"refuses_flipped_version_header",
                                              "refuses_flipped_version_contents",
                                              "refuses_flipped_version_tag"};
const std::set<std::string> kEarlyDecoys{
    "accepts_decoy_before_version",        "accepts_decoys_before_version",
    "accepts_empty_decoys_before_version", "accepts_bytes_one_by_one",
    "accepts_all_in_one_segment",          "does_not_read_early_decoys"};

std::set<std::string> operator+(std::set<std::string> a, const std::set<std::string>& b) {
  a.insert(b.begin(), b.end());
  return a;
}

std::vector<Case> cases() {
  return {
      {Defect::kNone, "None", {}},
      {Defect::kSpeaksFirst,
       "SpeaksFirst",
       {"silent_before_first_byte", "silent_within_v1_prefix", "v1_not_answered_in_v2",
        "v1_answered", "v1_of_other_network_dropped"}},
      {Defect::kSpeaksAtAnyByte,
       "SpeaksAtAnyByte",
       {"silent_within_v1_prefix", "v1_not_answered_in_v2", "v1_answered"}},
      {Defect::kWaitsForWholeKey, "WaitsForWholeKey", {"key_at_first_difference"}},
      {Defect::kWantsDifferenceEarly, "WantsDifferenceEarly", {"key_after_late_difference"}},
      {Defect::kRefusesV1, "RefusesV1", {"v1_answered"}},
      {Defect::kAnswersOtherNetwork, "AnswersOtherNetwork", {"v1_of_other_network_dropped"}},
      {Defect::kWantsGarbage, "WantsGarbage", {"accepts_no_garbage"}},
      {Defect::kTakesLittleGarbage,
       "TakesLittleGarbage",
       {"accepts_4095_bytes_of_garbage", "accepts_garbage_after_its_answer"}},
      {Defect::kWantsGarbageWithKey, "WantsGarbageWithKey", {"accepts_garbage_after_its_answer"}},
      {Defect::kForgetfulSearch, "ForgetfulSearch", {"accepts_garbage_like_the_terminator"}},
      {Defect::kWantsWholeLengths, "WantsWholeLengths", {"accepts_bytes_one_by_one"}},
      {Defect::kRefusesOddKeys, "RefusesOddKeys", {"accepts_every_key"}},
      {Defect::kTakes4096Garbage, "Takes4096Garbage", {"refuses_4096_bytes_of_garbage"}},
      {Defect::kTakesEndlessGarbage,
       "TakesEndlessGarbage",
       {"refuses_4096_bytes_of_garbage"},
       {"refuses_endless_garbage", "refuses_terminator_with_first_bit_flipped",
        "refuses_terminator_with_last_bit_flipped", "refuses_its_own_terminator",
        "refuses_flipped_key", "refuses_keys_of_other_network"}},
      {Defect::kChecksEndOfTerminator,
       "ChecksEndOfTerminator",
       {"refuses_terminator_with_first_bit_flipped"}},
      {Defect::kChecksStartOfTerminator,
       "ChecksStartOfTerminator",
       {"accepts_garbage_like_the_terminator", "refuses_terminator_with_last_bit_flipped"}},
      {Defect::kTakesOwnTerminator, "TakesOwnTerminator", {"refuses_its_own_terminator"}},
      {Defect::kNoGarbageAuthentication,
       "NoGarbageAuthentication",
       kFirstPacketFlips + std::set<std::string>{"refuses_wrong_garbage_authentication",
                                                 "refuses_flipped_garbage",
                                                 "refuses_unauthenticated_garbage",
                                                 "refuses_authentication_of_absent_garbage",
                                                 "refuses_terminator_in_authentication"},
       {},
       {"refuses_flipped_version_length"}},
      {Defect::kTakesMissingAad, "TakesMissingAad", {"refuses_unauthenticated_garbage"}},
      {Defect::kAadOnEveryPacket, "AadOnEveryPacket",
       kEarlyDecoys + std::set<std::string>{"refuses_garbage_authenticated_twice"}},
      {Defect::kAadOnVersionPacket, "AadOnVersionPacket",
       kEarlyDecoys + std::set<std::string>{"refuses_garbage_authenticated_late"}},
      {Defect::kAadWithTerminator, "AadWithTerminator", {"refuses_terminator_in_authentication"}},
      {Defect::kIgnoresTags,
       "IgnoresTags",
       kFirstPacketFlips +
           std::set<std::string>{
               "refuses_wrong_garbage_authentication", "refuses_flipped_garbage",
               "refuses_unauthenticated_garbage", "refuses_authentication_of_absent_garbage",
               "refuses_terminator_in_authentication", "refuses_garbage_authenticated_twice",
               "refuses_garbage_authenticated_late", "refuses_flipped_header",
               "refuses_flipped_contents", "refuses_flipped_tag", "refuses_flipped_decoy",
               "refuses_replay"},
       {},
       // A length that is wrong by one leaves every later length to chance.
       {"refuses_flipped_version_length", "refuses_flipped_length"}},
      {Defect::kWantsEmptyVersionPacket,
       "WantsEmptyVersionPacket",
       {"ignores_version_contents", "ignores_zero_version_contents",
        "ignores_large_version_contents"}},
      {Defect::kWantsSmallVersionPacket,
       "WantsSmallVersionPacket",
       {"ignores_large_version_contents"}},
      {Defect::kReadsHeaderBits,
       "ReadsHeaderBits",
       {"ignores_version_header_bits", "ignores_header_bits", "reads_the_ignore_bit_alone"}},
      {Defect::kRefusesEarlyDecoys, "RefusesEarlyDecoys", kEarlyDecoys},
      {Defect::kReadsDecoys, "ReadsDecoys", {"does_not_read_decoys", "reads_the_ignore_bit_alone"}},
      {Defect::kReadsEarlyDecoys, "ReadsEarlyDecoys", {"does_not_read_early_decoys"}},
      {Defect::kRefusesDecoys,
       "RefusesDecoys",
       {"ignores_decoys", "does_not_read_decoys", "reads_the_ignore_bit_alone",
        "accepts_largest_decoy", "rekeys_over_decoys"}},
      {Defect::kTakesOversize,
       "TakesOversize",
       {"refuses_oversize_in_handshake", "refuses_oversize", "refuses_longest_length"}},
      {Defect::kWantsSmallPackets, "WantsSmallPackets", {"accepts_largest_decoy"}},
      {Defect::kNoRekeyingOfSent, "NoRekeyingOfSent", {"rekeys", "own_packets_authenticate"}},
      {Defect::kNoRekeyingOfReceived, "NoRekeyingOfReceived", {"rekeys", "rekeys_over_decoys"}},
      {Defect::kRefusesLongForm,
       "RefusesLongForm",
       {"reads_long_form_of_short_type", "reads_both_forms_in_turn", "bears_surplus_bytes"}},
      {Defect::kRefusesSurplus, "RefusesSurplus", {"bears_surplus_bytes"}},
      {Defect::kRefusesUnknownIds, "RefusesUnknownIds", {"ignores_unknown_ids"}},
      {Defect::kRefusesUnknownNames, "RefusesUnknownNames", {"ignores_unknown_names"}},
      {Defect::kRefusesEmptyContents, "RefusesEmptyContents", {"ignores_empty_contents"}},
      {Defect::kRefusesShortNames, "RefusesShortNames", {"ignores_short_names"}},
      {Defect::kRefusesMalformedNames, "RefusesMalformedNames", {"ignores_malformed_names"}},
      {Defect::kLongGarbage, "LongGarbage", {"accepts_no_garbage", "own_garbage_at_most_4095"}},
      {Defect::kInitiatorsTerminator,
       "InitiatorsTerminator",
       {"accepts_no_garbage", "own_terminator_is_the_responders"}},
      {Defect::kUnauthenticatedGarbage,
       "UnauthenticatedGarbage",
       {"accepts_no_garbage", "own_first_packet_authenticates_garbage"}},
      {Defect::kTextInClear, "TextInClear",
       kFirstPacketFlips +
           std::set<std::string>{
               "refuses_wrong_garbage_authentication", "refuses_flipped_garbage",
               "refuses_unauthenticated_garbage", "refuses_authentication_of_absent_garbage",
               "refuses_terminator_in_authentication", "refuses_garbage_authenticated_twice",
               "refuses_garbage_authenticated_late", "refuses_flipped_version_length",
               "refuses_flipped_length", "refuses_flipped_header", "refuses_flipped_contents",
               "refuses_flipped_tag", "refuses_flipped_decoy", "refuses_replay",
               "own_packets_authenticate"}},
      {Defect::kOneKey, "OneKey", {"own_keys_differ"}},
      {Defect::kOneGarbage, "OneGarbage", {"own_garbage_bytes_differ"}},
      {Defect::kNoGarbage, "NoGarbage", {"own_garbage_lengths_vary"}, {"own_garbage_bytes_differ"}},
      {Defect::kVersionContents, "VersionContents", {"own_version_packet_is_empty"}},
      {Defect::kOddHeaders, "OddHeaders", {"own_header_bits_are_zero"}},
      {Defect::kLongNames, "LongNames", {"own_messages_use_ids"}},
      {Defect::kEmptyMessages, "EmptyMessages", {"own_contents_are_messages"}},
      {Defect::kKeepsHalfClosed, "KeepsHalfClosed", {"ends_after_half_close"}},
      {Defect::kForgetsAfterReset, "ForgetsAfterReset", {"survives_resets"}},
  };
}

INSTANTIATE_TEST_SUITE_P(Conformance, FaultTest, ::testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.name; });

// -- Time-outs ------------------------------------------------------------------------------------

const std::set<std::string> kTimeoutRules{
    "ends_silence_before_first_byte", "ends_silence_after_one_byte",
    "ends_silence_after_key",         "ends_silence_after_terminator",
    "ends_silence_after_handshake",   "ends_decoys_without_version_packet"};

Judgement judge_timeouts(Defect fault, milliseconds silence_timeout) {
  const FaultyResponder responder(fault, milliseconds(1000));
  Options options = options_for(responder);
  options.thoroughness = Thoroughness::kWhole;
  options.silence_timeout = silence_timeout;
  options.only = {kTimeoutRules.begin(), kTimeoutRules.end()};
  return judge(options);
}

// A responder's handshake is over with the version packet; what follows is its node's to end.
const std::set<std::string> kAfterHandshake{"ends_silence_after_handshake"};

TEST(ConformanceTimeouts, PassWhereSilenceEnds) {
  const Judgement judgement = judge_timeouts(Defect::kNone, milliseconds(4000));
  EXPECT_EQ(rules_with(judgement, {Outcome::kFail, Outcome::kUnclear}), kAfterHandshake);
  EXPECT_TRUE(judgement.summary.passed());
}

TEST(ConformanceTimeouts, FailWhereItDoesNot) {
  const Judgement judgement = judge_timeouts(Defect::kNeverTimesOut, milliseconds(300));
  EXPECT_EQ(rules_with(judgement, {Outcome::kFail}), kTimeoutRules);
}

TEST(ConformanceTimeouts, FailWhereDecoysPutItOff) {
  const Judgement judgement = judge_timeouts(Defect::kDecoysKeepAlive, milliseconds(4000));
  EXPECT_EQ(rules_with(judgement, {Outcome::kFail}),
            kAfterHandshake + std::set<std::string>{"ends_decoys_without_version_packet"});
}

TEST(ConformanceTimeouts, AreSkippedWhenQuick) {
  const FaultyResponder responder(Defect::kNone);
  Options options = options_for(responder);
  options.only = {kTimeoutRules.begin(), kTimeoutRules.end()};
  const Judgement judgement = judge(options);
  EXPECT_EQ(rules_with(judgement, {Outcome::kSkipped}), kTimeoutRules);
  EXPECT_EQ(judgement.summary.skipped, 6);
  EXPECT_TRUE(judgement.summary.passed());
}

// -- Our own --------------------------------------------------------------------------------------

TEST(Conformance, IsPassedByOurOwnResponder) {
  const OwnResponder responder;
  const Judgement judgement = judge(options_for(responder));
  EXPECT_EQ(rules_with(judgement, {Outcome::kFail, Outcome::kUnclear}), std::set<std::string>{});
  EXPECT_TRUE(judgement.summary.passed());
}

// -- The suite itself -----------------------------------------------------------------------------

TEST(Conformance, StopsWhereTheBaselineFails) {
  const FaultyResponder responder(Defect::kNone);
  Options options = options_for(responder);
  options.magic = protocol::kMainMagic;
  options.answer_timeout = milliseconds(200);
  const Judgement judgement = judge(options);
  EXPECT_EQ(judgement.outcomes.size(), 1U);
  ASSERT_TRUE(judgement.summary.stopped.has_value());
  EXPECT_FALSE(judgement.summary.passed());
}

TEST(Conformance, SaysThatTheTargetRefusesConnections) {
  Options options;
  {
    const FaultyResponder responder(Defect::kNone);
    options = options_for(responder);
  }
  const Judgement judgement = judge(options);
  EXPECT_EQ(*judgement.summary.stopped,
            "the baseline handshake failed. No connection: the target refused it.");
}

TEST(Conformance, SaysThatANameHasNoAddress) {
  Options options;
  options.target = {"name.invalid", 8333};
  const Judgement judgement = judge(options);
  ASSERT_TRUE(judgement.summary.stopped.has_value());
  EXPECT_TRUE(judgement.summary.stopped->starts_with("'name.invalid' has no address"));
}

TEST(Conformance, AsksNoResolverForAHiddenService) {
  Options options;
  options.target = {"example.onion", 8333};
  EXPECT_EQ(*judge(options).summary.stopped, "the conformance suite does not go through a proxy.");
}

TEST(Conformance, PlaysOnlyWhatIsAskedFor) {
  const FaultyResponder responder(Defect::kNone);
  Options options = options_for(responder);
  options.only = {"rekeys"};
  const Judgement judgement = judge(options);
  EXPECT_EQ(rules_with(judgement, {Outcome::kPass}), (std::set<std::string>{"baseline", "rekeys"}));
}

TEST(Conformance, KeepsThePace) {
  const FaultyResponder responder(Defect::kNone);
  Options options = options_for(responder);
  options.only = {"rekeys", "accepts_no_garbage"};
  options.pace = milliseconds(100);
  const auto start = Clock::now();
  judge(options);
  EXPECT_GE(Clock::now() - start, milliseconds(200));
}

TEST(Conformance, NamesEachRuleOnce) {
  std::set<std::string_view> names;
  for (const RequirementInfo& info : rule_list()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_TRUE(info.sentence.ends_with('.')) << info.name;
    EXPECT_FALSE(info.clause.empty()) << info.name;
  }
  EXPECT_EQ(rule_list().front().name, "baseline");
}

// Every rule can fail: each is in the expectations of some fault.
TEST(Conformance, HasAFaultForEveryRule) {
  std::set<std::string> turned = kTimeoutRules;
  for (const Case& one : cases()) turned = turned + one.fail + one.unclear + one.by_chance;
  for (const RequirementInfo& info : rule_list()) {
    if (info.name != "baseline") {
      EXPECT_TRUE(turned.contains(std::string(info.name))) << info.name;
    }
  }
}

// -- What is no responder, and a run that is stopped ----------------------------------------------

TEST(Conformance, NamesWhatIsNoResponder) {
  std::atomic<bool> stopping = false;
  const LoopbackServer ssh(
      [](int fd, int) {
        const std::string_view greeting = "SSH-2.0-OpenSSH_9.2\r\n";
        EXPECT_EQ(::send(fd, greeting.data(), greeting.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(greeting.size()));
        std::array<char, 4096> rest;
        while (::recv(fd, rest.data(), rest.size(), 0) > 0) {
        }
      },
      stopping);
  Options options = options_for(ssh);
  const Judgement judgement = judge(options);
  ASSERT_TRUE(judgement.summary.stopped);
  EXPECT_NE(judgement.summary.stopped->find("It is not a version 2 peer: an SSH server answered."),
            std::string::npos)
      << *judgement.summary.stopped;
}

TEST(Conformance, StopsWhenItIsTold) {
  const OwnResponder responder;
  std::atomic<bool> stop = false;
  Options options = options_for(responder);
  options.stop = &stop;
  int verdicts = 0;
  crypto::SeededEntropy entropy(324);
  const Summary summary = run(options, entropy, [&](const Verdict&) {
    ++verdicts;
    stop = true;
  });
  EXPECT_EQ(verdicts, 1);
  EXPECT_EQ(summary.stopped, "it was interrupted.");
  EXPECT_FALSE(summary.passed());
}

}  // namespace
}  // namespace veilwire::probe::conformance::testing

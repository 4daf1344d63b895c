// Dialling whatever may be at the other end, without a proxy: how each attempt ends, and which are
// followed by another.
#include "veilwire/net/dial.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/net/testing/dialling.h"
#include "veilwire/transport/testing/sources.h"

namespace veilwire::net {
namespace {

using namespace std::chrono_literals;
using testing::DialTest;
using testing::FullServer;
using testing::RawServer;
using testing::Task;
using transport::DialPolicy;
using transport::Rule;
using transport::Version;
using transport::VersionReason;
using transport::testing::filled;

// -- Success --------------------------------------------------------------------------------------

TEST_F(DialTest, SpeaksVersion2) {
  listen();
  const auto result = dialled(listener_->address());
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(result->reason, VersionReason::kV2);
  EXPECT_FALSE(result->before);
  EXPECT_GT(result->connect_duration, Duration::zero());
  EXPECT_GT(result->handshake_duration, Duration::zero());
  expect_conversation(result->connection);
  EXPECT_EQ(client_.user->version, Version::kV2);
}

TEST_F(DialTest, SpeaksVersion1WhereThePolicySaysSo) {
  listen();
  const auto result = dialled(listener_->address(), {.policy = DialPolicy::kV1Only});
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(result->reason, VersionReason::kV1ByPolicy);
  EXPECT_EQ(result->handshake_duration, Duration::zero());
  expect_conversation(result->connection);
  EXPECT_EQ(client_.user->version, Version::kV1);
}

TEST_F(DialTest, GoesOnWhereNobodyKeepsTheDial) {
  listen();
  bool done = false;
  std::weak_ptr<Dial> handle =
      dial(loop_.runtime(), listener_->address(), {}, keys_, entropy_,
           [&](const std::expected<Dialled, DialFailure>& result) { done = result.has_value(); });
  EXPECT_TRUE(loop_.run_until([&] { return done; }));
}

// -- Version 2, then version 1 --------------------------------------------------------------------

TEST_F(DialTest, FallsBackToVersion1WhereThePeerReadsAndCloses) {
  RawServer old(loop_, {read_and_close, speak_version_1});
  const auto result = dialled(old.address());
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(result->reason, VersionReason::kV1PeerEnded);
  ASSERT_TRUE(result->before);
  EXPECT_EQ(result->before->version, Version::kV2);
  EXPECT_EQ(result->before->phase, DialPhase::kHandshake);
  EXPECT_EQ(result->before->error, DialError::kPeerClosed);
  EXPECT_EQ(result->before->bytes_received, 0U);
  expect_version_1(result->connection);
  EXPECT_EQ(old.accepted(), 2U);
}

TEST_F(DialTest, FallsBackToVersion1WhereThePeerReadsAndResets) {
  RawServer old(loop_, {read_and_reset, speak_version_1});
  const auto result = dialled(old.address());
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(result->reason, VersionReason::kV1PeerEnded);
  expect_version_1(result->connection);
}

TEST_F(DialTest, FallsBackToVersion1WhereThePeerStaysSilent) {
  RawServer silent(loop_, {testing::wait_for_end, speak_version_1});
  const auto result = dialled(silent.address(), {.fallback_silence = 50ms});
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(result->reason, VersionReason::kV1Silence);
  ASSERT_TRUE(result->before);
  EXPECT_EQ(result->before->error, DialError::kTimedOut);
  expect_version_1(result->connection);
}

// As libbitcoin's and bcoin's do.
TEST_F(DialTest, FallsBackToVersion1WhereThePeerSpeaksItFirst) {
  RawServer old(loop_, {[](Tcp::socket& socket) -> Task<void> {
                          const Bytes version = testing::v1_message("version", filled(86));
                          co_await testing::write_bytes(socket, version);
                          co_await testing::wait_for_end(socket);
                        },
                        speak_version_1});
  const auto result = dialled(old.address());
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(result->reason, VersionReason::kV1Answered);
  ASSERT_TRUE(result->before);
  EXPECT_EQ(result->before->error, DialError::kFault);
  EXPECT_EQ(result->before->fault->rule, Rule::kV1Answered);
  expect_version_1(result->connection);
}

TEST_F(DialTest, AsksItsUserBeforeVersion1IsDialled) {
  RawServer old(loop_, {read_and_close, speak_version_1});
  DialConfig config;
  std::vector<DialFailure> asked;
  config.may_dial_v1 = [&](const DialFailure& failure) {
    asked.push_back(failure);
    return false;
  };
  const auto result = dialled(old.address(), std::move(config));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().version, Version::kV2);
  EXPECT_EQ(result.error().error, DialError::kPeerClosed);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].bytes_received, 0U);
  loop_.run_a_while();
  EXPECT_EQ(old.accepted(), 1U);
}

TEST_F(DialTest, TellsHowFarItHasCome) {
  RawServer silent(loop_, {testing::wait_for_end});
  start_dial(silent.address(), {});
  EXPECT_FALSE(dial_->progress().in_handshake);
  ASSERT_TRUE(loop_.run_until([this] { return dial_->progress().bytes_sent >= 64; }));
  loop_.run_a_while();
  const DialProgress progress = dial_->progress();
  EXPECT_TRUE(progress.in_handshake);
  EXPECT_EQ(progress.version, Version::kV2);
  EXPECT_EQ(progress.bytes_received, 0U);
  EXPECT_GE(progress.handshake_duration, 30ms);
  cancel();
  ASSERT_TRUE(loop_.run_until([this] { return !results_.empty(); }));
}

TEST_F(DialTest, DoesNotFallBackWhereThePolicyForbidsIt) {
  RawServer old(loop_, {read_and_close, speak_version_1});
  const auto result = dialled(old.address(), {.policy = DialPolicy::kV2Only});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().phase, DialPhase::kHandshake);
  EXPECT_EQ(result.error().error, DialError::kPeerClosed);
  EXPECT_EQ(
      result.error().text,
      "the peer closed the connection at our first bytes: it does not speak version 2, or refuses "
      "us");
  loop_.run_a_while();
  EXPECT_EQ(old.accepted(), 1U);
}

TEST_F(DialTest, DoesNotFallBackAfterAByteOfThePeers) {
  RawServer half(loop_, {[](Tcp::socket& socket) -> Task<void> {
                           co_await testing::read_bytes(socket, 64);
                           co_await testing::write_text(socket, "x");
                         },
                         speak_version_1});
  const auto result = dialled(half.address());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error, DialError::kPeerClosed);
  EXPECT_EQ(result.error().bytes_received, 1U);
  EXPECT_EQ(result.error().text, "the peer closed the connection in the middle of the handshake");
  loop_.run_a_while();
  EXPECT_EQ(half.accepted(), 1U);
}

TEST_F(DialTest, SaysWhyTheSecondAttemptFailed) {
  RawServer old(loop_, {read_and_close});  // and then it listens no more
  const auto result = dialled(old.address());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().version, Version::kV1);
  EXPECT_EQ(result.error().phase, DialPhase::kConnect);
  EXPECT_EQ(result.error().error, DialError::kRefused);
}

// -- Failures -------------------------------------------------------------------------------------

TEST_F(DialTest, SaysThatThePortIsRefused) {
  const auto result = dialled(refusing_address());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().phase, DialPhase::kConnect);
  EXPECT_EQ(result.error().error, DialError::kRefused);
  EXPECT_EQ(result.error().text, "nothing listens there: the connection was refused");
}

TEST_F(DialTest, SaysThatTheConnectionWasNotMadeInTime) {
  const FullServer full(loop_);
  const auto result = dialled(full.address(), {.connect_timeout = 100ms});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().phase, DialPhase::kConnect);
  EXPECT_EQ(result.error().error, DialError::kTimedOut);
  EXPECT_EQ(result.error().text, "the connection was not made in time");
}

TEST_F(DialTest, LeavesANameToAProxy) {
  const auto result = dialled({"localhost", 8333});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error, DialError::kSystem);
  EXPECT_EQ(result.error().text,
            "our own side could not make the connection: 'localhost' is not a numeric address");
}

TEST_F(DialTest, RecognisesAWebServer) {
  RawServer web(loop_, {[](Tcp::socket& socket) -> Task<void> {
                  co_await testing::read_bytes(socket, 64);
                  co_await testing::write_text(socket, "HTTP/1.1 400 Bad Request\r\n\r\n");
                }});
  const auto result = dialled(web.address());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().text, "a web server answered, not a version 2 peer");
  EXPECT_EQ(result.error().bytes_received, 28U);
  EXPECT_EQ(result.error().first_bytes, testing::bytes_of("HTTP/1.1 400 Bad"));
}

TEST_F(DialTest, SaysThatAPeerNeverStops) {
  RawServer noisy(loop_, {[](Tcp::socket& socket) -> Task<void> {
                    const Bytes noise = filled(10'000, 0x77);
                    for (;;) co_await testing::write_bytes(socket, noise);
                  }});
  const auto result = dialled(noisy.address());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error, DialError::kFault);
  ASSERT_TRUE(result.error().fault);
  EXPECT_EQ(result.error().fault->rule, Rule::kGarbageTooLong);
  EXPECT_EQ(result.error().text, transport::rule_text(Rule::kGarbageTooLong));
}

TEST_F(DialTest, SaysThatAPeerIsSilent) {
  RawServer silent(loop_, {testing::wait_for_end});
  const auto result = dialled(silent.address(), {.v2 = {.handshake_timeout = 50ms}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().phase, DialPhase::kHandshake);
  EXPECT_EQ(result.error().error, DialError::kTimedOut);
  EXPECT_EQ(result.error().text, "the peer took the connection and sent nothing");
}

TEST_F(DialTest, GuessesThatThePeerIsOnAnotherNetwork) {
  listen({.v2 = {.magic = protocol::kRegtestMagic, .garbage = transport::testing::no_garbage()}});
  // Time enough for the answer to come.
  const auto result = dialled(listener_->address(), {.v2 = {.handshake_timeout = 1s}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error, DialError::kTimedOut);
  EXPECT_EQ(result.error().text,
            "the peer answered with keys that do not fit ours: it may be on another network");
}

TEST_F(DialTest, SaysThatOurOwnEntropyFailed) {
  listen();
  transport::testing::FailingEntropy failing;
  transport::testing::CountingKeys keys(failing);
  std::optional<Result> result;
  dial(loop_.runtime(), listener_->address(), {}, keys, failing,
       [&](Result with) { result = std::move(with); });
  ASSERT_TRUE(loop_.run_until([&] { return result.has_value(); }));
  ASSERT_FALSE(*result);
  EXPECT_EQ(result->error().fault->rule, Rule::kEntropyFailed);
}

TEST_F(DialTest, LeavesNoDescriptorOpen) {
  RawServer old(loop_, {read_and_close, read_and_reset, testing::wait_for_end});
  const FullServer full(loop_);
  const Endpoint refusing = refusing_address();
  const DialConfig config{
      .policy = DialPolicy::kV2Only, .v2 = {.handshake_timeout = 50ms}, .connect_timeout = 50ms};
  const std::ptrdiff_t before = testing::open_descriptors();
  EXPECT_FALSE(dialled(refusing, config));
  EXPECT_FALSE(dialled(full.address(), config));
  EXPECT_FALSE(dialled({"name.example", 1}, config));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(dialled(old.address(), config));
  EXPECT_TRUE(loop_.run_until([&] { return testing::open_descriptors() == before - 1; }))
      << "the server has closed its own";
}

// -- Cancelling -----------------------------------------------------------------------------------

TEST_F(DialTest, IsCancelledBeforeItStarts) {
  listen();
  start_dial(listener_->address(), {});
  cancel();
  expect_cancelled(DialPhase::kConnect);
}

TEST_F(DialTest, IsCancelledWhileItConnects) {
  const FullServer full(loop_);
  start_dial(full.address(), {});
  loop_.run_a_while();
  cancel();
  expect_cancelled(DialPhase::kConnect);
}

TEST_F(DialTest, IsCancelledInTheHandshake) {
  RawServer silent(loop_, {testing::wait_for_end});
  start_dial(silent.address(), {});
  ASSERT_TRUE(loop_.run_until([&] { return silent.accepted() == 1; }));
  loop_.run_a_while();
  cancel();
  expect_cancelled(DialPhase::kHandshake);
}

TEST_F(DialTest, CancellingAfterTheEndDoesNothing) {
  listen();
  start_dial(listener_->address(), {});
  ASSERT_TRUE(loop_.run_until([this] { return !results_.empty(); }));
  cancel();
  loop_.run_a_while();
  ASSERT_EQ(results_.size(), 1U);
  ASSERT_TRUE(results_[0]);
  expect_conversation(results_[0]->connection);
}

}  // namespace
}  // namespace veilwire::net

// Whichever step of a connection goes wrong: it ends once, says why, and leaves nothing behind.
#include <gtest/gtest.h>

#include "veilwire/net/dial.h"
#include "veilwire/net/listen.h"
#include "veilwire/net/testing/faulty_calls.h"
#include "veilwire/net/testing/node.h"

namespace veilwire::net {
namespace {

using testing::FaultyCalls;
using testing::FaultyLoop;
using testing::Io;
using testing::is_over;
using testing::Loop;
using testing::Mishap;
using testing::Node;
using testing::run_with_each_step;
using testing::Side;
using transport::testing::filled;

class IoFaultsTest : public ::testing::TestWithParam<Mishap> {
 protected:
  // A dial, a message and its answer, the end.
  void dial_and_converse(FaultyCalls& calls) {
    Node node(peers_, Node::Speaks::kV1AndV2);
    node.answer(testing::converse);
    FaultyLoop tested(peers_, calls);
    std::vector<std::expected<Dialled, DialFailure>> results;
    dial(tested.runtime(), node.address(), {.policy = transport::DialPolicy::kV2Only}, keys_,
         entropy_, [&](auto result) { results.push_back(std::move(result)); });
    ASSERT_TRUE(peers_.run_until([&] { return !results.empty(); }));
    ASSERT_EQ(results.size(), 1U);
    if (!results[0]) return expect_failure(calls, results[0].error());
    Side ours;
    ours.start(std::move(results[0]->connection));
    results.clear();
    converse_to_the_end(calls, ours);
  }

  // The same on a connection that was accepted.
  void accept_and_converse(FaultyCalls& calls) {
    FaultyLoop tested(peers_, calls);
    Side ours;
    auto listener =
        Listener::open(tested.runtime(), {"127.0.0.1", 0}, {}, keys_, entropy_,
                       [&](std::shared_ptr<Connection> made) { ours.start(std::move(made)); });
    ASSERT_TRUE(listener) << listener.error();
    Side theirs;
    const auto dialling =
        dial(peers_.runtime(), (*listener)->address(), {.policy = transport::DialPolicy::kV2Only},
             keys_, entropy_, [&](std::expected<Dialled, DialFailure> result) {
               if (!result) return;
               theirs.user->when_message = [&] { std::ignore = theirs.push("pong", filled(8)); };
               theirs.start(std::move(result->connection));
             });
    ASSERT_TRUE(peers_.run_until([&] { return ours.connection != nullptr; }));
    converse_to_the_end(calls, ours);
    dialling->cancel();
    if (!is_over(theirs)) theirs.connection->abort();
    ASSERT_TRUE(peers_.run_until([&] { return is_over(theirs); }));
  }

  void converse_to_the_end(const FaultyCalls& calls, Side& ours) {
    const auto heard = [&] { return ours.user->ended() || !ours.user->messages.empty(); };
    ASSERT_TRUE(peers_.run_until([&] { return is_over(ours) || ours.user->established(); }));
    if (!is_over(ours)) std::ignore = ours.push("ping", filled(8));
    ASSERT_TRUE(peers_.run_until(heard));
    ours.connection->close();
    ASSERT_TRUE(peers_.run_until([&] { return ours.user->ended(); }));
    ASSERT_TRUE(peers_.run_until_idle());
    EXPECT_EQ(ours.user->ends.size(), 1U);
    const std::weak_ptr<Connection> connection = std::exchange(ours.connection, nullptr);
    EXPECT_TRUE(connection.expired());
    expect_end(calls, *ours.user);
  }

  // Closing in order needs no step but to be told of the peer's end.
  static void expect_end(const FaultyCalls& calls, const testing::Recorder& user) {
    if (!calls.met() || GetParam() == Mishap::kCutShort || user.reason() == EndReason::kOurs) {
      EXPECT_EQ(user.messages.size(), 1U);
      EXPECT_EQ(user.reason(), EndReason::kOurs);
    } else if (GetParam() == Mishap::kEnds && calls.met()->io == Io::kRead) {
      EXPECT_EQ(user.reason(), EndReason::kPeerClosed);
    } else {
      EXPECT_EQ(user.reason(), EndReason::kPeerReset);
    }
  }
  static void expect_failure(const FaultyCalls& calls, const DialFailure& failure) {
    ASSERT_TRUE(calls.met());
    ASSERT_NE(GetParam(), Mishap::kCutShort);
    if (calls.met()->io == Io::kConnect) {
      EXPECT_EQ(failure.phase, DialPhase::kConnect);
      EXPECT_EQ(failure.error, DialError::kRefused);
    } else {
      EXPECT_EQ(failure.phase, DialPhase::kHandshake);
      EXPECT_EQ(failure.error, DialError::kPeerClosed);
    }
  }

  Loop peers_;
  testing::FreshKeys keys_;
  crypto::SystemEntropy entropy_;
};

INSTANTIATE_TEST_SUITE_P(Mishaps, IoFaultsTest, ::testing::ValuesIn(testing::kAllMishaps),
                         testing::mishap_name);

TEST_P(IoFaultsTest, EndADialledConnectionOnce) {
  run_with_each_step(peers_, GetParam(), [this](FaultyCalls& calls) { dial_and_converse(calls); });
}

TEST_P(IoFaultsTest, EndAnAcceptedConnectionOnce) {
  run_with_each_step(peers_, GetParam(),
                     [this](FaultyCalls& calls) { accept_and_converse(calls); });
}

}  // namespace
}  // namespace veilwire::net

#include "veilwire/peer/keep_alive.h"

#include <gtest/gtest.h>

#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/peer/testing/failing_entropy.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/ping.h"

namespace veilwire::peer {
namespace {

using protocol::MessageKind;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr TimePoint kStart{std::chrono::hours(1)};
constexpr KeepAlive::Times kTimes{minutes(2), minutes(20)};

class KeepAliveTest : public ::testing::Test {
 protected:
  void start(PingForm form = PingForm::kWithNonce) { ASSERT_TRUE(keep_alive.start(kStart, form)); }
  // The nonce of the only message that waits, which is to be a ping.
  std::uint64_t take_ping() {
    const auto message = outbox.take();
    if (!message || message->kind() != MessageKind::kPing) {
      ADD_FAILURE() << "no ping waits";
      return 0;
    }
    EXPECT_FALSE(outbox.take());
    return wire::parse<wire::Ping>(message->payload)->nonce.value_or(0);
  }
  std::optional<Duration> hear_pong(TimePoint now, std::uint64_t nonce) {
    return keep_alive.on_pong(now, wire::serialize(wire::Pong{.nonce = nonce}));
  }
  void hear_ping(const wire::Ping& ping) { keep_alive.on_ping(wire::serialize(ping)); }

  crypto::SeededEntropy entropy{3};
  Outbox outbox;
  KeepAlive keep_alive{kTimes, entropy, outbox};
};

// -- Ours -----------------------------------------------------------------------------------------

TEST_F(KeepAliveTest, DoesNothingBeforeTheStart) {
  EXPECT_TRUE(keep_alive.ping(kStart));
  EXPECT_TRUE(keep_alive.on_deadline(kStart + minutes(100)));
  EXPECT_FALSE(outbox.take());
  EXPECT_EQ(keep_alive.next_deadline(), std::nullopt);
  EXPECT_FALSE(keep_alive.started());
}

TEST_F(KeepAliveTest, PingsAtTheStartAndTwoMinutesAfterEachPing) {
  start();
  EXPECT_EQ(hear_pong(kStart + milliseconds(30), take_ping()), milliseconds(30));
  EXPECT_EQ(keep_alive.next_deadline(), kStart + minutes(2));
  EXPECT_TRUE(keep_alive.on_deadline(kStart + minutes(2) - Duration(1)));
  EXPECT_FALSE(outbox.take());
  EXPECT_TRUE(keep_alive.on_deadline(kStart + minutes(2)));
  EXPECT_EQ(hear_pong(kStart + minutes(2) + milliseconds(7), take_ping()), milliseconds(7));
  EXPECT_EQ(keep_alive.next_deadline(), kStart + minutes(4));
}

TEST_F(KeepAliveTest, HasOnePingUnderWayAtMost) {
  start();
  take_ping();
  EXPECT_TRUE(keep_alive.ping(kStart + minutes(1)));
  EXPECT_TRUE(keep_alive.on_deadline(kStart + minutes(3)));
  EXPECT_FALSE(outbox.take());
}

TEST_F(KeepAliveTest, PingsWhenAskedToAndCountsTheIntervalFromThere) {
  start();
  hear_pong(kStart, take_ping());
  EXPECT_TRUE(keep_alive.ping(kStart + minutes(1)));
  EXPECT_EQ(hear_pong(kStart + minutes(1), take_ping()), Duration(0));
  EXPECT_EQ(keep_alive.next_deadline(), kStart + minutes(3));
}

TEST_F(KeepAliveTest, WaitsTwentyMinutesForAPong) {
  start();
  EXPECT_EQ(keep_alive.next_deadline(), kStart + minutes(20));
  EXPECT_TRUE(keep_alive.on_deadline(kStart + minutes(20) - Duration(1)));
  const auto late = keep_alive.on_deadline(kStart + minutes(20));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().rule, SessionRule::kPingTimeout);
}

TEST_F(KeepAliveTest, PingsAtOnceAfterAPongThatTookLongerThanTheInterval) {
  start();
  EXPECT_EQ(hear_pong(kStart + minutes(19), take_ping()), minutes(19));
  EXPECT_EQ(keep_alive.next_deadline(), kStart + minutes(2));
  EXPECT_TRUE(keep_alive.on_deadline(kStart + minutes(19)));
  EXPECT_NE(take_ping(), 0u);
}

TEST_F(KeepAliveTest, HasANonceOfItsOwnForEachPing) {
  start();
  const std::uint64_t first = take_ping();
  hear_pong(kStart, first);
  EXPECT_TRUE(keep_alive.ping(kStart));
  EXPECT_NE(take_ping(), first);
  EXPECT_EQ(hear_pong(kStart, first), std::nullopt);
}

TEST_F(KeepAliveTest, OnlyPingsWhenAskedToWhereTheIntervalHasNoEnd) {
  KeepAlive quiet({Duration::max(), minutes(20)}, entropy, outbox);
  ASSERT_TRUE(quiet.start(kStart, PingForm::kWithNonce));
  EXPECT_FALSE(outbox.take());
  EXPECT_EQ(quiet.next_deadline(), std::nullopt);
  ASSERT_TRUE(quiet.ping(kStart));
  EXPECT_NE(take_ping(), 0u);
  EXPECT_EQ(quiet.next_deadline(), kStart + minutes(20));
}

TEST_F(KeepAliveTest, WaitsForEverWhereTheTimeoutHasNoEnd) {
  KeepAlive patient({minutes(2), Duration::max()}, entropy, outbox);
  ASSERT_TRUE(patient.start(kStart, PingForm::kWithNonce));
  EXPECT_EQ(patient.next_deadline(), std::nullopt);
  EXPECT_TRUE(patient.on_deadline(kStart + std::chrono::hours(1000)));
}

TEST_F(KeepAliveTest, StopsWhereTheEntropyFails) {
  testing::FailingEntropy none(0);
  KeepAlive without(kTimes, none, outbox);
  const auto started = without.start(kStart, PingForm::kWithNonce);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().rule, SessionRule::kEntropyFailed);
  EXPECT_FALSE(outbox.take());
}

// -- Pongs that answer nothing --------------------------------------------------------------------

TEST_F(KeepAliveTest, IgnoresAPongWithAnotherNonce) {
  start();
  const std::uint64_t nonce = take_ping();
  EXPECT_EQ(hear_pong(kStart, nonce ^ 1), std::nullopt);
  EXPECT_EQ(keep_alive.next_deadline(), kStart + minutes(20));
  EXPECT_EQ(hear_pong(kStart + milliseconds(5), nonce), milliseconds(5));
}

TEST_F(KeepAliveTest, IgnoresAPongThatWasNotAskedFor) {
  start();
  const std::uint64_t nonce = take_ping();
  hear_pong(kStart, nonce);
  EXPECT_EQ(hear_pong(kStart, nonce), std::nullopt);
  EXPECT_EQ(hear_pong(kStart, 0), std::nullopt);
  EXPECT_EQ(keep_alive.next_deadline(), kStart + minutes(2));
}

TEST_F(KeepAliveTest, WaitsNoLongerAfterAPongWithNonceZero) {
  start();
  const std::uint64_t nonce = take_ping();
  EXPECT_EQ(hear_pong(kStart, 0), std::nullopt);
  EXPECT_EQ(keep_alive.next_deadline(), kStart + minutes(2));
  EXPECT_EQ(hear_pong(kStart, nonce), std::nullopt);
}

TEST_F(KeepAliveTest, WaitsNoLongerAfterAPongThatIsTooShort) {
  start();
  const std::uint64_t nonce = take_ping();
  EXPECT_EQ(keep_alive.on_pong(kStart, Bytes(7, 1)), std::nullopt);
  EXPECT_EQ(keep_alive.next_deadline(), kStart + minutes(2));
  EXPECT_EQ(hear_pong(kStart, nonce), std::nullopt);
}

TEST_F(KeepAliveTest, ReadsOverTrailingBytesOfAPong) {
  start();
  Bytes payload = wire::serialize(wire::Pong{.nonce = take_ping()});
  payload.push_back(9);
  EXPECT_EQ(keep_alive.on_pong(kStart, payload), Duration(0));
}

// -- The peer's pings -----------------------------------------------------------------------------

TEST_F(KeepAliveTest, AnswersEachPingOnceWithItsNonce) {
  start();
  take_ping();
  for (const std::uint64_t nonce : {std::uint64_t{0}, std::uint64_t{77}, ~std::uint64_t{0}}) {
    hear_ping({.nonce = nonce});
    const auto answer = outbox.take();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->kind(), MessageKind::kPong);
    EXPECT_EQ(wire::parse<wire::Pong>(answer->payload)->nonce, nonce);
    EXPECT_FALSE(outbox.take());
  }
}

TEST_F(KeepAliveTest, DoesNotAnswerAPingThatIsTooShort) {
  start();
  take_ping();
  for (std::size_t size = 0; size < 8; ++size) keep_alive.on_ping(Bytes(size, 1));
  EXPECT_FALSE(outbox.take());
}

TEST_F(KeepAliveTest, AnswersAPingWithTrailingBytes) {
  start();
  take_ping();
  keep_alive.on_ping(Bytes(32, 1));
  const auto answer = outbox.take();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->payload, Bytes(8, 1));
}

// -- Peers from before BIP 31 ---------------------------------------------------------------------

TEST_F(KeepAliveTest, PingsOldPeersWithoutANonceAndWaitsForNoPong) {
  start(PingForm::kWithoutNonce);
  const auto message = outbox.take();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind(), MessageKind::kPing);
  EXPECT_TRUE(message->payload.empty());
  EXPECT_EQ(keep_alive.next_deadline(), kStart + minutes(2));
  EXPECT_EQ(hear_pong(kStart, 0), std::nullopt);
  EXPECT_TRUE(keep_alive.on_deadline(kStart + minutes(2)));
  EXPECT_TRUE(outbox.take());
}

TEST_F(KeepAliveTest, DoesNotAnswerOldPeers) {
  start(PingForm::kWithoutNonce);
  (void)outbox.take();
  hear_ping({.nonce = std::nullopt});
  hear_ping({.nonce = 5});
  EXPECT_FALSE(outbox.take());
}

}  // namespace
}  // namespace veilwire::peer

#include "veilwire/peer/session.h"

#include <gtest/gtest.h>

#include "veilwire/peer/testing/failing_entropy.h"
#include "veilwire/peer/testing/lone_session.h"

namespace veilwire::peer {
namespace {

using protocol::MessageKind;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::kStart;
using testing::LoneSession;
using testing::version_of;

// -- Whose business a message is ------------------------------------------------------------------

TEST(Session, LeavesToItsUserWhatIsNotItsBusiness) {
  LoneSession one(Direction::kOutbound);
  one.shake_hands();
  for (const MessageKind kind :
       {MessageKind::kInv, MessageKind::kAddr, MessageKind::kHeaders, MessageKind::kUnknown}) {
    EXPECT_EQ(one.hear(kind, Bytes(5)), Handled::kByUser) << protocol::message_name(kind);
  }
  EXPECT_EQ(one.hear(wire::Ping{.nonce = 1}), Handled::kBySession);
  EXPECT_EQ(one.hear(wire::Pong{}), Handled::kBySession);
  EXPECT_FALSE(one.session.fault());
}

TEST(Session, IgnoresTheConversationBeforeTheVerack) {
  LoneSession one(Direction::kInbound);
  one.hear(version_of());
  (void)one.take_names();
  for (const MessageKind kind :
       {MessageKind::kPing, MessageKind::kPong, MessageKind::kInv, MessageKind::kFeeFilter,
        MessageKind::kGetAddr, MessageKind::kUnknown}) {
    EXPECT_EQ(one.hear(kind, Bytes(8)), Handled::kIgnored) << protocol::message_name(kind);
  }
  EXPECT_EQ(one.take_names(), "");
  EXPECT_FALSE(one.session.facts().feefilter);
  EXPECT_FALSE(one.session.fault());
}

// -- What the peer wishes -------------------------------------------------------------------------

TEST(Session, RemembersWhatThePeerWishesAndLeavesItToTheUserToo) {
  LoneSession one(Direction::kOutbound);
  one.shake_hands();
  EXPECT_EQ(one.hear(wire::SendHeaders{}), Handled::kByUser);
  EXPECT_EQ(one.hear(wire::SendCompact{.announce = 1, .version = 2}), Handled::kByUser);
  EXPECT_EQ(one.hear(wire::FeeFilter{.fee_rate = 1234}), Handled::kByUser);
  const PeerFacts& facts = one.session.facts();
  EXPECT_TRUE(facts.sendheaders);
  EXPECT_EQ(facts.compact_block_version, 2u);
  EXPECT_TRUE(facts.compact_high_bandwidth);
  EXPECT_EQ(facts.feefilter, 1234);
}

TEST(Session, HearsSendheadersAndSendcmpctFromTheVersionOn) {
  LoneSession one(Direction::kInbound);
  one.hear(version_of());
  EXPECT_EQ(one.hear(wire::SendHeaders{}), Handled::kByUser);
  EXPECT_EQ(one.hear(wire::SendCompact{.version = 2}), Handled::kByUser);
  EXPECT_TRUE(one.session.facts().sendheaders);
  EXPECT_EQ(one.session.facts().compact_block_version, 2u);
}

// BIP 152: a peer names each version that it speaks, the one it likes best first.
TEST(Session, RemembersTheHighestVersionOfSendcmpctAndItsLatestWish) {
  LoneSession one(Direction::kOutbound);
  one.shake_hands();
  one.hear(wire::SendCompact{.announce = 1, .version = 2});
  one.hear(wire::SendCompact{.announce = 0, .version = 1});
  EXPECT_EQ(one.session.facts().compact_block_version, 2u);
  EXPECT_TRUE(one.session.facts().compact_high_bandwidth);
  one.hear(wire::SendCompact{.announce = 0, .version = 2});
  EXPECT_FALSE(one.session.facts().compact_high_bandwidth);
}

TEST(Session, DoesNotRememberSenselessWishesAndGoesOn) {
  LoneSession one(Direction::kOutbound);
  one.shake_hands();
  EXPECT_EQ(one.hear(MessageKind::kSendCompact, Bytes(8)), Handled::kByUser);
  EXPECT_EQ(one.hear(MessageKind::kFeeFilter, Bytes(7)), Handled::kByUser);
  EXPECT_EQ(one.hear(wire::FeeFilter{.fee_rate = -1}), Handled::kByUser);
  EXPECT_EQ(one.hear(wire::FeeFilter{.fee_rate = 2'100'000'000'000'001}), Handled::kByUser);
  EXPECT_FALSE(one.session.facts().compact_block_version);
  EXPECT_FALSE(one.session.facts().feefilter);
  EXPECT_FALSE(one.session.fault());
  one.hear(wire::FeeFilter{.fee_rate = 2'100'000'000'000'000});
  EXPECT_EQ(one.session.facts().feefilter, 2'100'000'000'000'000);
}

// -- Time -----------------------------------------------------------------------------------------

TEST(Session, GivesUpAHandshakeThatIsNotDoneIn60Seconds) {
  for (const Direction direction : {Direction::kOutbound, Direction::kInbound}) {
    for (const bool with_version : {false, true}) {
      LoneSession one(direction);
      one.now = kStart + seconds(59);
      if (with_version) one.hear(version_of());
      EXPECT_EQ(one.session.next_deadline(), kStart + seconds(60));
      one.session.on_deadline(kStart + seconds(60) - Duration(1));
      EXPECT_FALSE(one.session.fault());
      one.session.on_deadline(kStart + seconds(60));
      EXPECT_EQ(one.broken_rule(), SessionRule::kHandshakeTimeout);
      EXPECT_FALSE(one.session.established());
    }
  }
}

TEST(Session, HasNoHandshakeTimeoutOnceItIsDone) {
  SessionConfig config;
  config.ping_interval = Duration::max();
  LoneSession one(Direction::kInbound, config);
  one.now = kStart + seconds(59);
  one.shake_hands();
  EXPECT_EQ(one.session.next_deadline(), std::nullopt);
  one.session.on_deadline(kStart + minutes(1000));
  EXPECT_TRUE(one.session.established());
}

TEST(Session, TakesAHandshakeTimeoutWithoutAnEnd) {
  SessionConfig config;
  config.handshake_timeout = Duration::max();
  LoneSession one(Direction::kInbound, config);
  EXPECT_EQ(one.session.next_deadline(), TimePoint::max());
  one.session.on_deadline(kStart + minutes(100'000));
  EXPECT_FALSE(one.session.fault());
}

TEST(Session, StopsWhereAPongDoesNotComeIn20Minutes) {
  LoneSession one(Direction::kOutbound);
  one.shake_hands();
  EXPECT_EQ(one.session.next_deadline(), kStart + kPingTimeout);
  one.session.on_deadline(kStart + kPingTimeout - Duration(1));
  EXPECT_FALSE(one.session.fault());
  one.session.on_deadline(kStart + kPingTimeout);
  EXPECT_EQ(one.broken_rule(), SessionRule::kPingTimeout);
  EXPECT_EQ(one.session.next_deadline(), std::nullopt);
}

// -- Round trips ----------------------------------------------------------------------------------

TEST(Session, MeasuresTheLastAndTheShortestRoundTrip) {
  LoneSession one(Direction::kOutbound);
  one.shake_hands();
  (void)one.take_events();
  for (const int trip : {50, 20, 70}) {
    one.session.ping(one.now);
    const std::uint64_t nonce = one.take_ping();
    one.now += milliseconds(trip);
    one.hear(wire::Pong{.nonce = nonce});
    const auto events = one.take_events();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(std::get<RoundTrip>(events.front()).duration, milliseconds(trip));
    EXPECT_EQ(one.session.facts().last_round_trip, milliseconds(trip));
  }
  EXPECT_EQ(one.session.facts().shortest_round_trip, milliseconds(20));
}

TEST(Session, TakesNoRoundTripFromAPongThatAnswersNothing) {
  LoneSession one(Direction::kOutbound);
  one.shake_hands();
  (void)one.take_events();
  const std::uint64_t nonce = one.take_ping();
  one.hear(wire::Pong{.nonce = nonce + 1});
  one.hear(wire::Pong{.nonce = 0});
  one.hear(wire::Pong{.nonce = nonce});
  EXPECT_TRUE(one.take_events().empty());
  EXPECT_FALSE(one.session.facts().last_round_trip);
  EXPECT_FALSE(one.session.fault());
}

TEST(Session, DoesNotPingBeforeTheHandshakeIsDone) {
  LoneSession one(Direction::kOutbound);
  (void)one.take_names();
  one.session.ping(kStart);
  one.hear(version_of());
  (void)one.take_names();
  one.session.ping(kStart);
  EXPECT_EQ(one.take_names(), "");
}

TEST(Session, WaitsForNoPongOfPeersFromBeforeIt) {
  LoneSession one(Direction::kInbound);
  one.shake_hands(60000);
  EXPECT_EQ(one.take_names(), "version verack ping");
  EXPECT_EQ(one.session.next_deadline(), kStart + kPingInterval);
  LoneSession newer(Direction::kInbound);
  newer.shake_hands(60001);
  EXPECT_EQ(newer.session.next_deadline(), kStart + kPingTimeout);
}

// -- Bounds ---------------------------------------------------------------------------------------

TEST(Session, AnswersAFloodOfPingsOneByOne) {
  LoneSession one(Direction::kInbound);
  one.shake_hands();
  (void)one.take_names();
  (void)one.take_events();
  for (std::uint64_t nonce = 0; nonce < 10'000; ++nonce) {
    one.hear(wire::Ping{.nonce = nonce});
    ASSERT_EQ(one.take_names(), "pong");
    ASSERT_FALSE(one.session.poll_event());
  }
}

TEST(Session, LeavesNothingBehindMessagesThatItDoesNotAnswer) {
  LoneSession one(Direction::kInbound);
  one.shake_hands();
  (void)one.take_names();
  (void)one.take_events();
  const Bytes payload(100, 1);
  for (int i = 0; i < 1000; ++i) {
    for (const MessageKind kind :
         {MessageKind::kPong, MessageKind::kVersion, MessageKind::kVerack,
          MessageKind::kSendHeaders, MessageKind::kSendCompact, MessageKind::kFeeFilter,
          MessageKind::kInv, MessageKind::kUnknown}) {
      one.hear(kind, payload);
    }
  }
  EXPECT_EQ(one.take_names(), "");
  EXPECT_TRUE(one.take_events().empty());
  EXPECT_FALSE(one.session.fault());
}

// -- Faults ---------------------------------------------------------------------------------------

TEST(Session, AFaultIsForEverAndLeavesNothingToSay) {
  LoneSession one(Direction::kInbound);
  one.shake_hands();
  one.hear(MessageKind::kFeature);
  ASSERT_EQ(one.broken_rule(), SessionRule::kLateNegotiation);
  EXPECT_FALSE(one.session.established());
  EXPECT_EQ(one.take_names(), "");
  EXPECT_EQ(one.session.next_deadline(), std::nullopt);

  EXPECT_EQ(one.hear(wire::Ping{.nonce = 5}), Handled::kIgnored);
  EXPECT_EQ(one.hear(version_of()), Handled::kIgnored);
  EXPECT_EQ(one.hear(MessageKind::kInv), Handled::kIgnored);
  one.session.ping(kStart);
  one.session.on_deadline(kStart + minutes(1000));
  EXPECT_EQ(one.take_names(), "");
  EXPECT_EQ(one.broken_rule(), SessionRule::kLateNegotiation);
}

TEST(Session, GivesTheEventOfBeforeAFaultAndWhatIsKnownOfThePeer) {
  LoneSession one(Direction::kOutbound);
  one.shake_hands();
  one.hear(MessageKind::kWtxidRelay);
  EXPECT_EQ(one.take_events().size(), 1u);
  EXPECT_TRUE(one.session.has_version());
  EXPECT_EQ(one.session.facts().user_agent, "/peer:1.0/");
}

TEST(Session, StopsWhereThereIsNoEntropyForAPing) {
  Nonces nonces;
  testing::FailingEntropy one_draw(1);
  Session session({}, Direction::kOutbound, nonces, one_draw, kStart);
  session.on_message(kStart, MessageKind::kVersion, wire::serialize(version_of()));
  session.on_message(kStart, MessageKind::kVerack, {});
  ASSERT_TRUE(session.fault());
  EXPECT_EQ(session.fault()->rule, SessionRule::kEntropyFailed);
  EXPECT_FALSE(session.poll_message());
}

}  // namespace
}  // namespace veilwire::peer

#include "veilwire/peer/version_handshake.h"

#include <gtest/gtest.h>

#include <string>

#include "veilwire/peer/testing/failing_entropy.h"
#include "veilwire/peer/testing/lone_session.h"

namespace veilwire::peer {
namespace {

using protocol::MessageKind;
using testing::LoneSession;
using testing::version_of;

constexpr Direction kBoth[] = {Direction::kOutbound, Direction::kInbound};

SessionConfig loud_config() {
  SessionConfig config;
  config.features = {{"BIP900v2", {1, 2}}, {"BIP900v1", {}}};
  config.say_sendheaders = true;
  config.say_sendcmpct = true;
  config.feefilter = 1000;
  return config;
}

SessionConfig mute_config() {
  SessionConfig config;
  config.offer_wtxidrelay = false;
  config.offer_addrv2 = false;
  config.ping_interval = Duration::max();
  return config;
}

wire::Feature feature(std::string id, Bytes data = {}) { return {std::move(id), std::move(data)}; }

// -- Who says what when ---------------------------------------------------------------------------

TEST(VersionHandshake, OutboundSaysItsVersionFirst) {
  LoneSession outbound(Direction::kOutbound);
  EXPECT_EQ(outbound.take_names(), "version");
  outbound.hear(version_of());
  EXPECT_EQ(outbound.take_names(), "wtxidrelay sendaddrv2 verack");
  EXPECT_FALSE(outbound.session.established());
  outbound.hear(wire::Verack{});
  EXPECT_EQ(outbound.take_names(), "ping");
  EXPECT_TRUE(outbound.session.established());
}

TEST(VersionHandshake, InboundSaysNothingBeforeThePeersVersion) {
  LoneSession inbound(Direction::kInbound);
  EXPECT_EQ(inbound.take_names(), "");
  inbound.hear(version_of());
  EXPECT_EQ(inbound.take_names(), "version wtxidrelay sendaddrv2 verack");
  inbound.hear(wire::Verack{});
  EXPECT_EQ(inbound.take_names(), "ping");
  EXPECT_TRUE(inbound.session.established());
}

TEST(VersionHandshake, SaysAllThatItIsConfiguredToSay) {
  for (const Direction direction : kBoth) {
    LoneSession one(direction, loud_config());
    (void)one.take_names();
    one.hear(version_of());
    const std::string negotiation = "wtxidrelay sendaddrv2 feature feature verack";
    EXPECT_TRUE(one.take_names().ends_with(negotiation));
    one.hear(wire::Verack{});
    EXPECT_EQ(one.take_names(), "sendheaders sendcmpct feefilter ping");
  }
}

TEST(VersionHandshake, SaysOnlyWhatItIsConfiguredToSay) {
  LoneSession one(Direction::kOutbound, mute_config());
  one.shake_hands();
  EXPECT_EQ(one.take_names(), "version verack");
}

TEST(VersionHandshake, SaysOnlyWhatThePeersVersionKnows) {
  const std::pair<std::int32_t, std::string_view> expected[] = {
      {70017,
       "version wtxidrelay sendaddrv2 feature feature verack sendheaders sendcmpct feefilter"},
      {70016, "version wtxidrelay sendaddrv2 verack sendheaders sendcmpct feefilter"},
      {70015, "version verack sendheaders sendcmpct feefilter"},
      {70014, "version verack sendheaders sendcmpct feefilter"},
      {70013, "version verack sendheaders feefilter"},
      {70012, "version verack sendheaders"},
      {70011, "version verack"},
      {31800, "version verack"},
      {std::numeric_limits<std::int32_t>::max(),
       "version wtxidrelay sendaddrv2 feature feature verack sendheaders sendcmpct feefilter"},
  };
  for (const auto& [version, names] : expected) {
    SessionConfig config = loud_config();
    config.ping_interval = Duration::max();
    LoneSession one(Direction::kInbound, config);
    one.shake_hands(version);
    EXPECT_EQ(one.take_names(), names) << version;
    EXPECT_TRUE(one.session.established());
  }
}

TEST(VersionHandshake, SaysOnlyWhatOurOwnVersionKnows) {
  SessionConfig config = loud_config();
  config.protocol_version = 70015;
  config.ping_interval = Duration::max();
  LoneSession one(Direction::kInbound, config);
  one.shake_hands();
  EXPECT_EQ(one.take_names(), "version verack sendheaders sendcmpct feefilter");
}

TEST(VersionHandshake, SaysOfItselfWhatIsConfigured) {
  SessionConfig config;
  config.services = protocol::kNodeP2pV2;
  config.user_agent = "/us:2/";
  config.start_height = 123;
  config.relay = true;
  config.unix_time = from_unix_seconds(1'600'000'000);
  config.addr_recv.port = 8333;
  config.feefilter = 4321;
  config.features = {{"BIP900", {5}}};
  LoneSession one(Direction::kOutbound, config);
  one.shake_hands();
  const auto messages = one.take_messages();
  const auto version = wire::parse<wire::Version>(messages.at(0).payload).value();
  EXPECT_EQ(version.protocol_version, protocol::kProtocolVersion);
  EXPECT_EQ(version.services, protocol::kNodeP2pV2);
  EXPECT_EQ(version.addr_from.services, protocol::kNodeP2pV2);
  EXPECT_EQ(version.addr_recv, config.addr_recv);
  EXPECT_EQ(version.user_agent, "/us:2/");
  EXPECT_EQ(version.start_height, 123);
  EXPECT_EQ(version.unix_time, from_unix_seconds(1'600'000'000));
  EXPECT_EQ(version.relay, 1);
  EXPECT_NE(version.nonce, 0u);
  EXPECT_EQ(wire::parse<wire::Feature>(messages.at(3).payload).value(), config.features.front());
  EXPECT_EQ(wire::parse<wire::FeeFilter>(messages.at(5).payload)->fee_rate, 4321);
}

TEST(VersionHandshake, RemembersThePeersVersion) {
  LoneSession one(Direction::kInbound);
  EXPECT_FALSE(one.session.has_version());
  wire::Version version = version_of(70016);
  version.relay = 0;
  version.user_agent = std::string(256, '\x1b');
  EXPECT_EQ(one.hear(version), Handled::kBySession);
  ASSERT_TRUE(one.session.has_version());
  const PeerFacts& facts = one.session.facts();
  EXPECT_EQ(facts.protocol_version, 70016);
  EXPECT_EQ(facts.services, protocol::kNodeNetwork | protocol::kNodeWitness);
  EXPECT_EQ(facts.unix_time, from_unix_seconds(1'700'000'000));
  EXPECT_EQ(facts.nonce, version.nonce);
  EXPECT_EQ(facts.user_agent, version.user_agent);
  EXPECT_EQ(facts.start_height, 800'000);
  EXPECT_FALSE(facts.relay);
}

// Peers from before BIP 37 end their version early.
TEST(VersionHandshake, TakesAVersionThatEndsEarly) {
  for (const auto end : {wire::VersionEnd::kAddrRecv, wire::VersionEnd::kNonce,
                         wire::VersionEnd::kUserAgent, wire::VersionEnd::kStartHeight}) {
    LoneSession one(Direction::kInbound);
    wire::Version version = version_of(31800);
    version.ends_after = end;
    one.hear(version);
    one.hear(wire::Verack{});
    EXPECT_TRUE(one.session.established());
    EXPECT_TRUE(one.session.facts().relay);
  }
}

// -- Order ----------------------------------------------------------------------------------------

TEST(VersionHandshake, IgnoresEverythingBeforeTheVersion) {
  for (const Direction direction : kBoth) {
    LoneSession one(direction);
    (void)one.take_names();
    for (const MessageKind kind :
         {MessageKind::kVerack, MessageKind::kWtxidRelay, MessageKind::kSendAddrV2,
          MessageKind::kSendTxReconciliation, MessageKind::kFeature, MessageKind::kSendHeaders,
          MessageKind::kSendCompact, MessageKind::kFeeFilter, MessageKind::kPing,
          MessageKind::kPong, MessageKind::kInv, MessageKind::kUnknown}) {
      EXPECT_EQ(one.hear(kind, Bytes(12, 1)), Handled::kIgnored) << protocol::message_name(kind);
    }
    EXPECT_EQ(one.take_names(), "");
    EXPECT_FALSE(one.session.fault());
    one.shake_hands();
    EXPECT_TRUE(one.session.established());
    EXPECT_FALSE(one.session.facts().wtxidrelay);
    EXPECT_FALSE(one.session.facts().sendheaders);
  }
}

TEST(VersionHandshake, IgnoresASecondVersion) {
  LoneSession one(Direction::kInbound);
  one.hear(version_of());
  (void)one.take_names();
  wire::Version second = version_of(1);
  second.user_agent = "/other/";
  EXPECT_EQ(one.hear(second), Handled::kIgnored);
  EXPECT_EQ(one.hear(MessageKind::kVersion, Bytes(3)), Handled::kIgnored);
  one.hear(wire::Verack{});
  EXPECT_EQ(one.hear(second), Handled::kIgnored);
  EXPECT_EQ(one.session.facts().user_agent, "/peer:1.0/");
  EXPECT_EQ(one.take_names(), "ping");
  EXPECT_TRUE(one.session.established());
}

TEST(VersionHandshake, IgnoresASecondVerack) {
  LoneSession one(Direction::kOutbound, loud_config());
  one.shake_hands();
  (void)one.take_names();
  (void)one.take_events();
  EXPECT_EQ(one.hear(wire::Verack{}), Handled::kIgnored);
  EXPECT_EQ(one.take_names(), "");
  EXPECT_TRUE(one.take_events().empty());
  EXPECT_FALSE(one.session.fault());
}

TEST(VersionHandshake, TellsOnceThatItIsDone) {
  LoneSession one(Direction::kOutbound);
  one.hear(version_of());
  EXPECT_TRUE(one.take_events().empty());
  one.hear(wire::Verack{});
  const auto events = one.take_events();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<HandshakeDone>(events.front()));
}

// -- Refusals -------------------------------------------------------------------------------------

TEST(VersionHandshake, RefusesVersionsOlderThan31800) {
  for (const std::int32_t version : {31799, 209, 0, -1, std::numeric_limits<std::int32_t>::min()}) {
    LoneSession one(Direction::kInbound);
    one.hear(version_of(version));
    EXPECT_EQ(one.broken_rule(), SessionRule::kProtocolTooOld) << version;
    EXPECT_EQ(one.take_names(), "");
    EXPECT_FALSE(one.session.has_version());
  }
}

TEST(VersionHandshake, RefusesAMalformedVersion) {
  const Bytes whole = wire::serialize(version_of());
  for (std::size_t size = 0; size < 46; ++size) {
    LoneSession one(Direction::kInbound);
    one.hear(MessageKind::kVersion, ByteView(whole).first(size));
    ASSERT_EQ(one.broken_rule(), SessionRule::kMalformedMessage) << size;
    EXPECT_EQ(one.session.fault()->payload_rule, wire::PayloadRule::kTruncated);
    EXPECT_EQ(one.take_names(), "");
  }
  LoneSession one(Direction::kInbound);
  wire::Version version = version_of();
  version.user_agent = std::string(257, 'a');
  one.hear(version);
  ASSERT_EQ(one.broken_rule(), SessionRule::kMalformedMessage);
  EXPECT_EQ(one.session.fault()->payload_rule, wire::PayloadRule::kTooLong);
}

TEST(VersionHandshake, ReadsOverTrailingBytes) {
  LoneSession one(Direction::kInbound);
  Bytes version = wire::serialize(version_of());
  version.resize(version.size() + 100, 0xee);
  one.hear(MessageKind::kVersion, version);
  one.hear(MessageKind::kWtxidRelay, Bytes(3));
  one.hear(MessageKind::kSendAddrV2, Bytes(3));
  one.hear(MessageKind::kVerack, Bytes(3));
  EXPECT_TRUE(one.session.established());
  EXPECT_TRUE(one.session.facts().wtxidrelay);
  EXPECT_TRUE(one.session.facts().addrv2);
}

TEST(VersionHandshake, RefusesNegotiationAfterTheVerack) {
  for (const MessageKind kind :
       {MessageKind::kWtxidRelay, MessageKind::kSendAddrV2, MessageKind::kFeature}) {
    for (const Direction direction : kBoth) {
      LoneSession one(direction);
      one.shake_hands();
      one.hear(kind);
      EXPECT_EQ(one.broken_rule(), SessionRule::kLateNegotiation) << protocol::message_name(kind);
    }
  }
}

// -- A connection to oneself ----------------------------------------------------------------------

struct SelfConnection : ::testing::Test {
  wire::Version say_version(Session& session) {
    return wire::parse<wire::Version>(session.poll_message()->payload).value();
  }
  Nonces nonces;
  crypto::SeededEntropy entropy{1};
};

TEST_F(SelfConnection, IsNoticedBeforeTheInboundSideSaysAWord) {
  Session dialled({}, Direction::kOutbound, nonces, entropy, testing::kStart);
  Session accepted({}, Direction::kInbound, nonces, entropy, testing::kStart);
  accepted.on_message(testing::kStart, MessageKind::kVersion,
                      wire::serialize(say_version(dialled)));
  ASSERT_TRUE(accepted.fault());
  EXPECT_EQ(accepted.fault()->rule, SessionRule::kSelfConnection);
  EXPECT_FALSE(accepted.poll_message());
}

TEST_F(SelfConnection, IsNoticedAmongManySessions) {
  std::vector<std::unique_ptr<Session>> dialled;
  for (int i = 0; i < 20; ++i) {
    dialled.push_back(std::make_unique<Session>(SessionConfig{}, Direction::kOutbound, nonces,
                                                entropy, testing::kStart));
  }
  for (const auto& one : dialled) {
    Session accepted({}, Direction::kInbound, nonces, entropy, testing::kStart);
    accepted.on_message(testing::kStart, MessageKind::kVersion, wire::serialize(say_version(*one)));
    EXPECT_TRUE(accepted.fault());
  }
}

TEST_F(SelfConnection, IsNoneWithTheSessionsOfAnotherProgram) {
  Nonces others;
  Session dialled({}, Direction::kOutbound, nonces, entropy, testing::kStart);
  Session accepted({}, Direction::kInbound, others, entropy, testing::kStart);
  accepted.on_message(testing::kStart, MessageKind::kVersion,
                      wire::serialize(say_version(dialled)));
  EXPECT_FALSE(accepted.fault());
}

// Who was dialled has seen our nonce; without this, it could have us refuse everybody who says it,
// for as long as the session lasts.
TEST_F(SelfConnection, IsLookedForOnlyWhileAHandshakeIsUnderWay) {
  Session dialled({}, Direction::kOutbound, nonces, entropy, testing::kStart);
  const std::uint64_t nonce = say_version(dialled).nonce;
  EXPECT_TRUE(nonces.contains(nonce));
  dialled.on_message(testing::kStart, MessageKind::kVersion, wire::serialize(version_of()));
  EXPECT_TRUE(nonces.contains(nonce));
  dialled.on_message(testing::kStart, MessageKind::kVerack, {});
  EXPECT_FALSE(nonces.contains(nonce));
}

TEST_F(SelfConnection, LeavesNothingBehindASessionThatEndsEarly) {
  std::uint64_t nonce = 0;
  {
    Session dialled({}, Direction::kOutbound, nonces, entropy, testing::kStart);
    nonce = say_version(dialled).nonce;
    EXPECT_TRUE(nonces.contains(nonce));
  }
  EXPECT_FALSE(nonces.contains(nonce));
}

// The peer that we dialled repeats our nonce: it proves nothing, and a nonce that an outbound
// session hears is not looked at.
TEST_F(SelfConnection, IsNotLookedForByTheOutboundSide) {
  Session dialled({}, Direction::kOutbound, nonces, entropy, testing::kStart);
  const wire::Version version = say_version(dialled);
  dialled.on_message(testing::kStart, MessageKind::kVersion, wire::serialize(version));
  EXPECT_FALSE(dialled.fault());
}

TEST_F(SelfConnection, IsNotSeenInAVersionWithoutANonce) {
  Session dialled({}, Direction::kOutbound, nonces, entropy, testing::kStart);
  LoneSession accepted(Direction::kInbound);
  wire::Version version = version_of();
  version.ends_after = wire::VersionEnd::kAddrRecv;
  accepted.hear(version);
  EXPECT_FALSE(accepted.session.fault());
}

// -- What the peer negotiates ---------------------------------------------------------------------

TEST(Negotiation, RemembersWhatThePeerOffers) {
  LoneSession one(Direction::kInbound);
  one.hear(version_of());
  EXPECT_EQ(one.hear(wire::WtxidRelay{}), Handled::kBySession);
  EXPECT_EQ(one.hear(wire::SendAddrV2{}), Handled::kBySession);
  EXPECT_EQ(one.hear(wire::SendTxReconciliation{.version = 3, .salt = 4}), Handled::kBySession);
  EXPECT_EQ(one.hear(feature("BIP900", {1, 2, 3})), Handled::kBySession);
  const PeerFacts& facts = one.session.facts();
  EXPECT_TRUE(facts.wtxidrelay);
  EXPECT_TRUE(facts.addrv2);
  EXPECT_EQ(facts.txrcncl_version, 3u);
  ASSERT_EQ(facts.features.size(), 1u);
  EXPECT_EQ(facts.features.front(), feature("BIP900", {1, 2, 3}));
}

TEST(Negotiation, IgnoresWtxidrelayOfPeersOlderThan70016) {
  LoneSession one(Direction::kInbound);
  one.hear(version_of(70015));
  EXPECT_EQ(one.hear(wire::WtxidRelay{}), Handled::kIgnored);
  EXPECT_EQ(one.hear(wire::SendAddrV2{}), Handled::kBySession);
  EXPECT_FALSE(one.session.facts().wtxidrelay);
  EXPECT_TRUE(one.session.facts().addrv2);
}

TEST(Negotiation, KeepsTheFirstSendtxrcncl) {
  LoneSession one(Direction::kInbound);
  one.hear(version_of());
  one.hear(wire::SendTxReconciliation{.version = 3});
  EXPECT_EQ(one.hear(wire::SendTxReconciliation{.version = 4}), Handled::kIgnored);
  EXPECT_EQ(one.session.facts().txrcncl_version, 3u);
}

TEST(Negotiation, IgnoresAMalformedOrLateSendtxrcncl) {
  LoneSession one(Direction::kInbound);
  one.hear(version_of());
  EXPECT_EQ(one.hear(MessageKind::kSendTxReconciliation, Bytes(11)), Handled::kIgnored);
  one.hear(MessageKind::kVerack, {});
  EXPECT_EQ(one.hear(MessageKind::kSendTxReconciliation, Bytes(12)), Handled::kIgnored);
  EXPECT_FALSE(one.session.fault());
  EXPECT_FALSE(one.session.facts().txrcncl_version);
}

TEST(Negotiation, KeepsFeaturesInTheirOrderAndTheFirstOfAnId) {
  LoneSession one(Direction::kInbound);
  one.hear(version_of());
  one.hear(feature("BIP900v2", {1}));
  one.hear(feature("BIP900v1", {2}));
  EXPECT_EQ(one.hear(feature("BIP900v2", {3})), Handled::kIgnored);
  const auto& features = one.session.facts().features;
  ASSERT_EQ(features.size(), 2u);
  EXPECT_EQ(features[0], feature("BIP900v2", {1}));
  EXPECT_EQ(features[1], feature("BIP900v1", {2}));
}

// BIP 434 asks for printable ASCII, but does not demand it.
TEST(Negotiation, TakesFeatureIdsOfAnyBytes) {
  LoneSession one(Direction::kInbound);
  one.hear(version_of());
  one.hear(feature("\x1b[2J\xff\n"));
  EXPECT_EQ(one.session.facts().features.size(), 1u);
}

TEST(Negotiation, IgnoresFeaturesOfPeersOlderThan70017) {
  LoneSession one(Direction::kInbound);
  one.hear(version_of(70016));
  EXPECT_EQ(one.hear(feature("BIP900")), Handled::kIgnored);
  EXPECT_EQ(one.hear(MessageKind::kFeature, Bytes(3)), Handled::kIgnored);
  EXPECT_TRUE(one.session.facts().features.empty());
  EXPECT_FALSE(one.session.fault());
}

TEST(Negotiation, RefusesMalformedFeatures) {
  Bytes trailing = wire::serialize(feature("BIP900", {1}));
  trailing.push_back(0);
  const std::pair<Bytes, wire::PayloadRule> cases[] = {
      {{}, wire::PayloadRule::kTruncated},
      {{4, 'a', 'b', 'c', 'd'}, wire::PayloadRule::kTruncated},
      {wire::serialize(feature("abc")), wire::PayloadRule::kBadValue},
      {wire::serialize(feature(std::string(81, 'a'))), wire::PayloadRule::kTooLong},
      {wire::serialize(feature("abcd", Bytes(513))), wire::PayloadRule::kTooLong},
      {trailing, wire::PayloadRule::kTrailingBytes},
  };
  for (const auto& [payload, rule] : cases) {
    LoneSession one(Direction::kInbound);
    one.hear(version_of());
    one.hear(MessageKind::kFeature, payload);
    ASSERT_EQ(one.broken_rule(), SessionRule::kMalformedMessage);
    EXPECT_EQ(one.session.fault()->payload_rule, rule);
  }
}

TEST(Negotiation, RefusesMoreThan64Features) {
  LoneSession one(Direction::kInbound);
  one.hear(version_of());
  for (int i = 0; i < 64; ++i) {
    one.hear(feature("feature" + std::to_string(i), Bytes(512)));
    one.hear(feature("feature0"));
  }
  EXPECT_FALSE(one.session.fault());
  EXPECT_EQ(one.session.facts().features.size(), kMaxFeatures);
  one.hear(feature("one more"));
  EXPECT_EQ(one.broken_rule(), SessionRule::kTooManyFeatures);
  EXPECT_EQ(one.session.facts().features.size(), kMaxFeatures);
}

// -- The machine's own failure --------------------------------------------------------------------

TEST(VersionHandshake, StopsWhereTheEntropyFails) {
  Nonces nonces;
  for (const Direction direction : kBoth) {
    testing::FailingEntropy none(0);
    Session session({}, direction, nonces, none, testing::kStart);
    session.on_message(testing::kStart, MessageKind::kVersion, wire::serialize(version_of()));
    ASSERT_TRUE(session.fault());
    EXPECT_EQ(session.fault()->rule, SessionRule::kEntropyFailed);
    EXPECT_FALSE(session.poll_message());
  }
}

}  // namespace
}  // namespace veilwire::peer

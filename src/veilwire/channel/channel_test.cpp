// Two channels, back to back: both handshakes, what the users hear and say, faults of either layer,
// and what a thousand of them occupy.
#include "veilwire/channel/channel.h"

#include <gtest/gtest.h>

#include "veilwire/channel/testing/couple.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/negotiation.h"
#include "veilwire/wire/ping.h"
#include "veilwire/wire/version.h"

namespace veilwire::channel {
namespace {

using protocol::MessageKind;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Couple;
using testing::Cut;
using testing::End;
using testing::kStart;
using transport::Version;

// Where a test plays the peer by hand.
struct Hand {
  Hand() : transport(transport::Role::kInitiator, {}, kStart) { (void)transport.poll_event(); }
  void say(End& to, const protocol::MessageView& message) {
    ASSERT_TRUE(transport.push(kStart, message));
    const ByteView bytes = transport.bytes_to_send();
    to.receive(kStart, bytes);
    transport.mark_sent(bytes.size());
  }
  transport::V1Transport transport;
};

// -- Both handshakes ------------------------------------------------------------------------------

TEST(Channel, ShakesHandsInBothLayersWhateverTheCut) {
  for (const Version version : {Version::kV1, Version::kV2}) {
    for (const Cut cut : transport::testing::kAllCuts) {
      Couple couple(version, cut);
      couple.run_for(seconds(1));
      for (End* end : {&couple.outbound, &couple.inbound}) {
        ASSERT_TRUE(end->channel.established()) << cut;
        EXPECT_EQ(end->happened, (std::vector<std::string>{"TransportEstablished",
                                                           "VersionReceived", "Established"}));
        EXPECT_EQ(end->transport->version, version);
        EXPECT_EQ(end->round_trips, 1);
      }
      EXPECT_EQ(couple.outbound.transport->session_id, couple.inbound.transport->session_id);
      EXPECT_EQ(couple.outbound.transport->session_id.has_value(), version == Version::kV2);
    }
  }
}

TEST(Channel, CarriesMessagesBothWays) {
  for (const Cut cut : transport::testing::kAllCuts) {
    Couple couple(Version::kV2, cut);
    couple.run_for(seconds(1));
    const Bytes block(100'000, 7);
    ASSERT_TRUE(couple.outbound.channel.push(couple.now(), {MessageKind::kGetAddr, {}}));
    ASSERT_TRUE(couple.inbound.channel.push(couple.now(), {MessageKind::kBlock, block}));
    couple.run_for(seconds(1));
    EXPECT_EQ(couple.inbound.messages,
              (std::vector<protocol::OwnedMessage>{{MessageKind::kGetAddr, {}}}));
    EXPECT_EQ(couple.outbound.messages,
              (std::vector<protocol::OwnedMessage>{{MessageKind::kBlock, block}}));
  }
}

TEST(Channel, LetsItsUserSpeakBetweenVersionAndVerack) {
  Couple couple;
  const auto speak = [](End& end) {
    end.when_event = [&end](TimePoint now, const Event& event) {
      if (!std::holds_alternative<VersionReceived>(event)) return;
      EXPECT_TRUE(end.channel.push(now, {MessageKind::kSendPackages, Bytes(8)}));
    };
  };
  speak(couple.outbound);
  speak(couple.inbound);
  couple.run_for(seconds(1));
  for (const End* end : {&couple.outbound, &couple.inbound}) {
    // The session hears it before verack, and nobody listens then: what counts is when it came.
    EXPECT_EQ(end->happened, (std::vector<std::string>{"TransportEstablished", "VersionReceived",
                                                       "ignored sendpackages", "Established"}));
  }
}

TEST(Channel, TakesNoMessageOfItsUsersBeforeThePeersVersion) {
  End end(protocol::Direction::kOutbound, Version::kV1, 1);
  EXPECT_EQ(end.channel.push(kStart, {MessageKind::kGetAddr, {}}).error(), PushError::kTooEarly);
}

TEST(Channel, GoesOnWithATransportThatIsEstablishedAlready) {
  auto transport = std::make_unique<transport::V1Transport>(transport::Role::kInitiator,
                                                            transport::V1Config{}, kStart);
  ASSERT_TRUE(transport->poll_event());
  crypto::SeededEntropy entropy(1);
  peer::Nonces nonces;
  peer::FixedFacts own;
  Channel channel(std::move(transport), protocol::Direction::kOutbound,
                  {std::make_shared<peer::SessionConfig>(), &own, &nonces, &entropy}, kStart);
  const auto event = channel.poll_event();
  ASSERT_TRUE(event);
  EXPECT_TRUE(std::holds_alternative<TransportEstablished>(*event));
  EXPECT_FALSE(channel.bytes_to_send().empty()) << "it says version";
}

// -- Time -----------------------------------------------------------------------------------------

TEST(Channel, KeepsAnHourOfPingsAndMeasuresTheDistance) {
  Couple couple;
  couple.run_for(minutes(60));
  for (const End* end : {&couple.outbound, &couple.inbound}) {
    EXPECT_TRUE(end->channel.established());
    EXPECT_NEAR(end->round_trips, 30, 2);
    EXPECT_EQ(end->channel.facts().last_round_trip, 2 * testing::kDelay);
  }
}

TEST(Channel, StopsWhereThePeerIsSilent) {
  Couple couple;
  couple.run_for(minutes(5));
  couple.link.cut();
  couple.run_for(peer::kPingInterval + peer::kPingTimeout);
  EXPECT_EQ(couple.outbound.rule(), "ping_timeout");
  EXPECT_EQ(couple.inbound.rule(), "ping_timeout");
  EXPECT_FALSE(couple.outbound.channel.next_deadline());
}

TEST(Channel, KeepsTheDeadlinesOfBothHandshakes) {
  End dialled(protocol::Direction::kOutbound, Version::kV2, 1);
  ASSERT_EQ(dialled.channel.next_deadline(), kStart + transport::kDefaultHandshakeTimeout);
  dialled.on_deadline(kStart + transport::kDefaultHandshakeTimeout);
  EXPECT_EQ(dialled.rule(), "handshake_timeout");
  EXPECT_TRUE(std::holds_alternative<transport::Fault>(*dialled.channel.fault()));

  End in_clear(protocol::Direction::kOutbound, Version::kV1, 1);
  in_clear.on_deadline(kStart + peer::kHandshakeTimeout);
  EXPECT_EQ(in_clear.rule(), "handshake_timeout");
  EXPECT_TRUE(std::holds_alternative<peer::SessionFault>(*in_clear.channel.fault()));
}

// -- Faults ---------------------------------------------------------------------------------------

void expect_stopped(End& end) {
  EXPECT_TRUE(end.channel.has_stopped());
  EXPECT_FALSE(end.channel.established());
  EXPECT_TRUE(end.channel.bytes_to_send().empty());
  EXPECT_EQ(end.channel.feed(kStart + minutes(1), Bytes(100)), 0U);
  EXPECT_EQ(end.channel.push(kStart + minutes(1), {MessageKind::kGetAddr, {}}).error(),
            PushError::kStopped);
  EXPECT_EQ(transport::blame_name(blame_for(*end.channel.fault())), "peer");
  EXPECT_FALSE(fault_text(*end.channel.fault()).empty());
}

TEST(Channel, AFaultOfTheTransportStopsIt) {
  Couple couple;
  couple.run_for(seconds(1));
  couple.link.on_the_way = [&](const End& to, Bytes& bytes) {
    if (&to == &couple.outbound) bytes.back() ^= 1;
  };
  ASSERT_TRUE(couple.inbound.channel.push(couple.now(), {MessageKind::kGetAddr, {}}));
  couple.run_for(seconds(1));
  EXPECT_EQ(couple.outbound.rule(), "authentication_failed");
  expect_stopped(couple.outbound);
}

TEST(Channel, AFaultOfTheConversationStopsIt) {
  Couple couple;
  couple.run_for(seconds(1));
  ASSERT_TRUE(couple.inbound.channel.push(couple.now(), {MessageKind::kWtxidRelay, {}}));
  couple.run_for(seconds(1));
  EXPECT_EQ(couple.outbound.rule(), "late_negotiation");
  EXPECT_TRUE(couple.outbound.channel.has_version());
  expect_stopped(couple.outbound);
}

// -- Back-pressure --------------------------------------------------------------------------------

TEST(Channel, StopsReadingFromWhoPingsAndReadsNoPong) {
  End end(protocol::Direction::kInbound, Version::kV1, 1);
  Hand hand;
  const wire::Version version{.protocol_version = protocol::kProtocolVersion, .nonce = 5};
  hand.say(end, wire::build(version));
  hand.say(end, wire::build(wire::Verack{}));
  ASSERT_TRUE(end.channel.established());
  std::size_t pings = 0;
  while (!end.channel.reading_paused()) {
    hand.say(end, wire::build(wire::Ping{.nonce = ++pings}));
    ASSERT_LT(pings, 100'000U);
  }
  EXPECT_LE(end.channel.unsent_bytes(), transport::kMaxUnsentBytes + 100);
  hand.say(end, wire::build(wire::Ping{.nonce = ++pings}));
  EXPECT_FALSE(end.inbox.empty());
  // It reads: all pongs come, none is lost.
  const Bytes pongs = end.take_sent();
  EXPECT_FALSE(end.channel.reading_paused());
  end.receive(kStart, {});
  const std::size_t rest = end.take_sent().size();
  EXPECT_GE(pongs.size() + rest, pings * (transport::kV1HeaderBytes + 8));
  EXPECT_TRUE(end.inbox.empty());
}

// -- Memory ---------------------------------------------------------------------------------------

TEST(Channel, AThousandCostLittle) {
  constexpr std::size_t kCount = 1000;
  constexpr std::size_t kEach = 700;
  EXPECT_LE(sizeof(Channel), kEach);
  std::vector<std::unique_ptr<Couple>> couples;
  for (std::size_t i = 0; i < kCount / 2; ++i) {
    couples.push_back(std::make_unique<Couple>());
    couples.back()->run_for(seconds(10));  // both established and idle
  }
  std::size_t transports = 0;
  for (const auto& couple : couples) {
    for (const End* end : {&couple->outbound, &couple->inbound}) {
      ASSERT_TRUE(end->channel.established());
      transports += end->channel.info().memory_bytes;
    }
  }
  EXPECT_LE(transports / kCount, 2048U);
  RecordProperty("channel_bytes", static_cast<int>(sizeof(Channel)));
  RecordProperty("session_bytes", static_cast<int>(sizeof(peer::Session)));
  RecordProperty("transport_bytes", static_cast<int>(transports / kCount));
}

}  // namespace
}  // namespace veilwire::channel

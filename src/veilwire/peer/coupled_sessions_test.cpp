// Two sessions, back to back: what one says the other hears, after a delay of virtual time.
#include <gtest/gtest.h>

#include <memory>

#include "veilwire/base/testing/link.h"
#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/peer/session.h"

namespace veilwire::peer {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr TimePoint kStart{hours(1)};

struct End {
  End(const SessionConfig& config, Direction direction, std::uint64_t seed)
      : entropy(seed),
        session(std::make_shared<SessionConfig>(config), direction, own, nonces, entropy, kStart) {}

  std::vector<protocol::OwnedMessage> take_sent() {
    std::vector<protocol::OwnedMessage> sent;
    do {
      while (auto message = session.poll_message()) sent.push_back(std::move(*message));
    } while (take_event());
    return sent;
  }
  void receive(TimePoint now, const std::vector<protocol::OwnedMessage>& messages) {
    for (const protocol::OwnedMessage& message : messages) {
      heard.emplace_back(message.type.name());
      session.on_message(now, message.kind(), message.payload);
    }
  }
  void on_deadline(TimePoint now) { session.on_deadline(now); }
  std::optional<TimePoint> next_deadline() const { return session.next_deadline(); }

  Nonces nonces;  // of its own: the ends are two programs
  crypto::SeededEntropy entropy;
  FixedFacts own;
  Session session;
  std::vector<std::string> heard;
  int done = 0;
  int round_trips = 0;

 private:
  bool take_event() {
    const auto event = session.poll_event();
    if (!event) return false;
    if (std::holds_alternative<HandshakeDone>(*event)) ++done;
    if (std::holds_alternative<RoundTrip>(*event)) ++round_trips;
    return true;
  }
};

class Couple {
 public:
  Couple(const SessionConfig& outbound, const SessionConfig& inbound,
         Duration delay = milliseconds(25))
      : outbound_(outbound, Direction::kOutbound, 1),
        inbound_(inbound, Direction::kInbound, 2),
        link_(outbound_, inbound_, kStart, delay) {}

  End& outbound() { return outbound_; }
  End& inbound() { return inbound_; }
  void cut() { link_.cut(); }
  void run_until(TimePoint end) { link_.run_until(end); }

 private:
  End outbound_;
  End inbound_;
  veilwire::testing::Link<End> link_;
};

// Every combination of what a side can say, one bit for each.
constexpr unsigned kOptions = 64;

SessionConfig config_of(unsigned options) {
  SessionConfig config;
  config.user_agent = "/end:" + std::to_string(options) + "/";
  config.offer_wtxidrelay = (options & 1) != 0;
  config.offer_addrv2 = (options & 2) != 0;
  if ((options & 4) != 0) config.features = {{"BIP900v2", {1}}, {"BIP900v1", {}}};
  config.say_sendheaders = (options & 8) != 0;
  config.say_sendcmpct = (options & 16) != 0;
  if ((options & 32) != 0) config.feefilter = 1000;
  config.relay = (options & 1) != 0;
  return config;
}

void expect_knows(const PeerFacts& facts, const SessionConfig& peer) {
  const std::int32_t common = std::min(peer.protocol_version, facts.protocol_version);
  EXPECT_EQ(facts.user_agent, peer.user_agent);
  EXPECT_EQ(facts.relay, peer.relay);
  EXPECT_EQ(facts.wtxidrelay, peer.offer_wtxidrelay && common >= protocol::kWtxidRelayVersion);
  EXPECT_EQ(facts.addrv2, peer.offer_addrv2 && common >= protocol::kSendAddrV2Version);
  EXPECT_EQ(facts.features,
            common >= protocol::kFeatureVersion ? peer.features : std::vector<Feature>{});
  EXPECT_EQ(facts.sendheaders, peer.say_sendheaders);
  EXPECT_EQ(facts.compact_block_version.has_value(), peer.say_sendcmpct);
  EXPECT_EQ(facts.feefilter, peer.feefilter);
}

TEST(CoupledSessions, ComeToKnowEachOtherWhateverTheySay) {
  for (unsigned options = 0; options < kOptions; ++options) {
    const SessionConfig ours = config_of(options);
    const SessionConfig theirs = config_of(kOptions - 1 - options);
    for (const auto& [a, b] : {std::pair{ours, theirs}, std::pair{ours, ours}}) {
      Couple couple(a, b);
      couple.run_until(kStart + seconds(1));
      ASSERT_TRUE(couple.outbound().session.established()) << options;
      ASSERT_TRUE(couple.inbound().session.established()) << options;
      EXPECT_EQ(couple.outbound().done, 1);
      EXPECT_EQ(couple.inbound().done, 1);
      expect_knows(couple.outbound().session.facts(), b);
      expect_knows(couple.inbound().session.facts(), a);
    }
  }
}

TEST(CoupledSessions, AgreeWhateverTheirVersions) {
  const std::int32_t versions[] = {31800, 60000, 60001, 70011, 70012, 70013,
                                   70014, 70015, 70016, 70017, 80000};
  for (const std::int32_t one : versions) {
    for (const std::int32_t other : versions) {
      SessionConfig a = config_of(7);
      SessionConfig b = config_of(7);
      a.protocol_version = one;
      b.protocol_version = other;
      Couple couple(a, b);
      couple.run_until(kStart + minutes(10));
      ASSERT_TRUE(couple.outbound().session.established()) << one << " " << other;
      ASSERT_TRUE(couple.inbound().session.established()) << one << " " << other;
      const bool features = std::min(one, other) >= protocol::kFeatureVersion;
      EXPECT_EQ(couple.inbound().session.facts().features.size(), features ? 2u : 0u);
      EXPECT_EQ(couple.outbound().round_trips > 0, std::min(one, other) >= protocol::kPongVersion);
    }
  }
}

TEST(CoupledSessions, TakeOneRoundTripAndAHalfForAHandshake) {
  Couple couple({}, {}, milliseconds(100));
  couple.run_until(kStart + milliseconds(199));
  EXPECT_FALSE(couple.outbound().session.established());
  couple.run_until(kStart + milliseconds(200));
  EXPECT_TRUE(couple.outbound().session.established());
  EXPECT_FALSE(couple.inbound().session.established());
  couple.run_until(kStart + milliseconds(300));
  EXPECT_TRUE(couple.inbound().session.established());
}

TEST(CoupledSessions, SayEachMessageOfTheHandshakeOnceAndInOrder) {
  SessionConfig config = config_of(kOptions - 1);
  config.ping_interval = Duration::max();
  Couple couple(config, config);
  couple.run_until(kStart + seconds(1));
  const std::vector<std::string> all = {"version",     "wtxidrelay", "sendaddrv2",
                                        "feature",     "feature",    "verack",
                                        "sendheaders", "sendcmpct",  "feefilter"};
  EXPECT_EQ(couple.outbound().heard, all);
  EXPECT_EQ(couple.inbound().heard, all);
}

TEST(CoupledSessions, KeepADayOfPingsAndMeasureTheirDistance) {
  Couple couple({}, {}, milliseconds(40));
  couple.run_until(kStart + hours(24));
  for (End* end : {&couple.outbound(), &couple.inbound()}) {
    EXPECT_TRUE(end->session.established());
    EXPECT_NEAR(end->round_trips, 24 * 30, 2);
    EXPECT_EQ(end->session.facts().last_round_trip, milliseconds(80));
    EXPECT_EQ(end->session.facts().shortest_round_trip, milliseconds(80));
  }
}

TEST(CoupledSessions, BothStopWhereTheLinkIsCut) {
  Couple couple({}, {});
  couple.run_until(kStart + minutes(5));
  couple.cut();
  couple.run_until(kStart + minutes(5) + kPingInterval + kPingTimeout);
  for (End* end : {&couple.outbound(), &couple.inbound()}) {
    ASSERT_TRUE(end->session.fault());
    EXPECT_EQ(end->session.fault()->rule, SessionRule::kPingTimeout);
  }
}

TEST(CoupledSessions, BothStopWhereTheLinkIsTooSlowForAHandshake) {
  Couple couple({}, {}, seconds(31));
  couple.run_until(kStart + minutes(2));
  for (End* end : {&couple.outbound(), &couple.inbound()}) {
    ASSERT_TRUE(end->session.fault());
    EXPECT_EQ(end->session.fault()->rule, SessionRule::kHandshakeTimeout);
  }
}

TEST(CoupledSessions, SaysTheSameFromTheSameSeed) {
  std::vector<Bytes> said[2];
  for (auto& one : said) {
    Nonces nonces;
    crypto::SeededEntropy entropy(9);
    FixedFacts own;
    Session session(std::make_shared<SessionConfig>(config_of(7)), Direction::kOutbound, own,
                    nonces, entropy, kStart);
    while (auto message = session.poll_message()) one.push_back(message->payload);
  }
  EXPECT_EQ(said[0], said[1]);
}

}  // namespace
}  // namespace veilwire::peer

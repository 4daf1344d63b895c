#include "veilwire/gossip/address_gossip.h"

#include <gtest/gtest.h>

#include <limits>

#include "veilwire/gossip/testing/gossip_rig.h"

namespace veilwire::gossip {
namespace {

using namespace std::chrono_literals;

using addr::testing::endpoint;
using addr::testing::heard;
using peer::PeerId;
using protocol::MessageKind;
using testing::Addresses;
using testing::GossipRig;
using testing::kLong;
using testing::onion;
using testing::payload_of;
using testing::Said;
using wire::NetworkId;

constexpr auto kInbound = GossipRig::kInbound;
constexpr auto kOutbound = GossipRig::kOutbound;

// -- What we ask for ------------------------------------------------------------------------------

TEST(GetAddr, IsSentToThoseWeDial) {
  GossipRig rig;
  const PeerId peer = rig.join(kOutbound);
  EXPECT_EQ(rig.said, (std::vector<Said>{{peer, MessageKind::kGetAddr, {}}}));
}

TEST(GetAddr, IsNotSentToThoseWhoDialledUs) {
  GossipRig rig;
  rig.join(kInbound);
  rig.pass(kLong);
  EXPECT_TRUE(rig.said.empty());
}

TEST(GetAddr, OfWhoDialledUsIsAnsweredOnce) {
  GossipRig rig;
  rig.fill_book(500);
  const PeerId peer = rig.join(kInbound);
  rig.ask(peer);
  EXPECT_TRUE(rig.said.empty());  // it waits like all others
  rig.pass(kLong);
  EXPECT_EQ(rig.told(peer).size(), rig.book.size() * 23 / 100);
  // Another answer than before would be there by now.
  rig.fill_book(500);
  rig.pass(30h);
  rig.ask(peer);
  EXPECT_EQ(rig.gossip.waiting_for(peer), 0u);
}

TEST(GetAddr, IsAnsweredWithNothingElse) {
  GossipRig rig;
  const PeerId peer = rig.join_listener();
  const PeerId sender = rig.join(kInbound);
  const addr::HeardAddress unreachable = onion(1, rig.wall());
  rig.gossip.set_reachable({NetworkId::kIpv4});
  rig.hear(sender, {unreachable});
  EXPECT_EQ(rig.gossip.waiting_for(peer), 1u);
  rig.ask(peer);
  EXPECT_EQ(rig.gossip.waiting_for(peer), 0u);
}

TEST(GetAddr, OfWhomWeDialledIsNotAnswered) {
  GossipRig rig;
  rig.fill_book(500);
  const PeerId peer = rig.join(kOutbound);
  rig.ask(peer);
  rig.pass(kLong);
  EXPECT_TRUE(rig.told(peer).empty());
}

TEST(GetAddr, IsAnsweredWith1000AtMostInOneMessage) {
  GossipRig rig;
  rig.fill_book(9000);
  const PeerId peer = rig.join(kInbound);
  rig.ask(peer);
  rig.pass(kLong);
  ASSERT_EQ(rig.said.size(), 1u);
  EXPECT_EQ(rig.said[0].addresses.size(), 1000u);
}

TEST(GetAddr, IsAnsweredWithoutBannedAndDiscouragedAddresses) {
  GossipRig rig;
  rig.fill_book(200);
  rig.book.for_each([&rig](const addr::Entry& entry) {
    const wire::NetAddress& address = entry.endpoint.address;
    if (entry.hash % 2 == 0) rig.bans.ban(rig.wall(), addr::Subnet(address), 1000h);
    if (entry.hash % 2 == 1) rig.discouraged.insert(address);
  });
  const PeerId peer = rig.join(kInbound);
  rig.ask(peer);
  EXPECT_EQ(rig.gossip.waiting_for(peer), 0u);
}

TEST(BlockRelayOnlyPeers, ExchangeNothingWithUs) {
  GossipRig rig;
  rig.gossip.set_own(rig.moment(), {heard("1.2.3.4")});
  rig.fill_book(100);
  const PeerId dialled = rig.join({.direction = kOutbound, .takes_addresses = false});
  const PeerId dialler = rig.join({.direction = kInbound, .takes_addresses = false});
  const std::size_t before = rig.book.size();
  for (const PeerId peer : {dialled, dialler}) {
    rig.ask(peer);
    rig.hear(peer, rig.some(1));
    rig.hear(peer, MessageKind::kAddr, Bytes{1, 2, 3});
  }
  rig.hear(rig.join_listener(), rig.some(1));
  rig.pass(100h);
  EXPECT_TRUE(rig.told(dialled).empty());
  EXPECT_TRUE(rig.told(dialler).empty());
  EXPECT_EQ(rig.count(MessageKind::kGetAddr), 0u);
  EXPECT_TRUE(rig.unreadable.empty());
  EXPECT_EQ(rig.book.size(), before + 1);  // the listener's
}

// -- What is taken --------------------------------------------------------------------------------

TEST(AddressesTaken, AreOneInTenSeconds) {
  GossipRig rig;
  const PeerId flooder = rig.join(kInbound);
  for (int i = 0; i < 1000; ++i) {
    rig.hear(flooder, MessageKind::kAddr, payload_of(MessageKind::kAddr, rig.some(1000)));
    rig.now += 1s;
  }
  EXPECT_LE(rig.book.size(), 1u + 1000 / 10);
  EXPECT_GT(rig.book.size(), 90u);
}

TEST(AddressesTaken, AreAWholeAnswerToOurGetaddrAndThenTheRateOfAll) {
  GossipRig rig;
  const PeerId peer = rig.join(kOutbound);
  const Addresses answer = rig.some(1000);
  rig.hear(peer, answer);
  const auto is_known = [&rig](const auto& each) {
    return rig.book.find(each.endpoint) != std::nullopt;
  };
  // Where two have one place, the second finds it taken.
  EXPECT_GT(std::ranges::count_if(answer, is_known), 800);
  const std::size_t before = rig.book.size();
  rig.hear(peer, rig.some(1000));
  EXPECT_LE(rig.book.size(), before + 1);
}

TEST(AddressesTaken, AreThoseOfFullNodes) {
  GossipRig rig;
  addr::HeardAddress address = heard("1.2.3.4");
  address.services = protocol::kNodeWitness;
  rig.hear(rig.join_listener(), {address});
  EXPECT_EQ(rig.book.size(), 0u);
  address.services = protocol::kNodeNetworkLimited;
  rig.hear(rig.join_listener(), {address});
  EXPECT_EQ(rig.book.size(), 1u);
}

TEST(AddressesTaken, AreThoseWeCanReach) {
  GossipRig rig;
  rig.gossip.set_reachable({NetworkId::kIpv4});
  rig.hear(rig.join_listener(), {onion(1, rig.wall())});
  EXPECT_EQ(rig.book.size(), 0u);
}

TEST(AddressesTaken, AreTwoHoursOlderThanTheirSenderSays) {
  GossipRig rig;
  rig.hear(rig.join_listener(), {heard("1.2.3.4", rig.wall())});
  EXPECT_EQ(rig.book.find(endpoint("1.2.3.4"))->time, rig.wall() - 2h);
}

TEST(MalformedAddresses, AreNamedAndNothingOfThemIsTaken) {
  GossipRig rig;
  const PeerId peer = rig.join(kOutbound);
  rig.join_listener();
  for (const MessageKind kind : {MessageKind::kAddr, MessageKind::kAddrV2}) {
    Bytes cut = payload_of(kind, rig.some(3));
    cut.pop_back();
    rig.hear(peer, kind, cut);
  }
  Bytes too_many{0xfd, 0xe9, 0x03};  // 1001
  too_many.resize(3 + 1001 * 30);
  rig.hear(peer, MessageKind::kAddr, too_many);
  std::vector<wire::PayloadRule> rules;
  for (const Unreadable& each : rig.unreadable) {
    EXPECT_EQ(each.peer, peer);
    rules.push_back(each.rule);
  }
  using enum wire::PayloadRule;
  EXPECT_EQ(rules, (std::vector{kTruncated, kTruncated, kTooMany}));
  rig.pass(kLong);
  EXPECT_EQ(rig.book.size(), 0u);
  EXPECT_EQ(rig.count(MessageKind::kAddrV2), 0u);
}

// -- What we tell of ourselves --------------------------------------------------------------------

TEST(OwnAddress, IsToldSoonAndThenAboutOnceADay) {
  GossipRig rig;
  rig.gossip.set_own(rig.moment(), {heard("1.2.3.4", UnixTime())});
  const PeerId peer = rig.join(kOutbound);
  rig.pass(kLong);
  ASSERT_EQ(rig.told(peer).size(), 1u);
  EXPECT_GT(rig.told(peer)[0].time, rig.wall() - kLong / 1s * 1s);
  for (int hour = 0; hour < 100 * 24; ++hour) rig.pass(1h);
  EXPECT_NEAR(static_cast<double>(rig.told(peer).size()), 101, 30);
}

TEST(OwnAddress, IsNotToldBeforeItIsSet) {
  GossipRig rig;
  const PeerId peer = rig.join_listener();
  rig.pass(100h);
  EXPECT_TRUE(rig.said.empty());
  EXPECT_FALSE(rig.gossip.next_deadline());
  rig.gossip.set_own(rig.moment(), {heard("1.2.3.4")});
  rig.pass(kLong);
  EXPECT_EQ(rig.told(peer).size(), 1u);
}

TEST(OwnAddress, IsToldAgainAfterItWasUnsetForDays) {
  GossipRig rig;
  const PeerId peer = rig.join_listener();
  rig.gossip.set_own(rig.moment(), {heard("1.2.3.4")});
  rig.pass(kLong);
  rig.gossip.set_own(rig.moment(), {});
  rig.pass(10'000h);
  EXPECT_EQ(rig.told(peer).size(), 1u);
  rig.gossip.set_own(rig.moment(), {heard("1.2.3.4")});
  rig.pass(24h * 45);
  EXPECT_GT(rig.told(peer).size(), 1u);
}

// At the end of a full answer to getaddr it would be over the peer's rate.
TEST(OwnAddress, IsToldInAMessageOfItsOwn) {
  GossipRig rig;
  rig.fill_book(9000);
  rig.gossip.set_own(rig.moment(), {heard("1.2.3.4")});
  const PeerId peer = rig.join(kInbound);
  rig.ask(peer);
  rig.pass(kLong);
  ASSERT_EQ(rig.said.size(), 2u);
  EXPECT_EQ(rig.said[0].addresses.size() + rig.said[1].addresses.size(), 1001u);
  EXPECT_EQ(std::min(rig.said[0].addresses.size(), rig.said[1].addresses.size()), 1u);
}

using Endpoints = std::vector<wire::NetEndpoint>;

// What a peer is told of us, by the network that joins us.
Endpoints told_over(NetworkId network, const Addresses& own) {
  GossipRig rig;
  rig.gossip.set_own(rig.moment(), own);
  const GossipPeer facts{.takes_addrv2 = true, .audience = {.network = network}};
  const PeerId peer = rig.join_listener(facts);
  rig.pass(kLong);
  Endpoints out;
  for (const addr::HeardAddress& each : rig.told(peer)) out.push_back(each.endpoint);
  return out;
}

TEST(OwnAddress, IsTheOneOfTheNetworkThatJoinsUs) {
  const addr::HeardAddress v4 = heard("1.2.3.4");
  const addr::HeardAddress v6 = heard("2a00::1");
  const addr::HeardAddress hidden = onion(1, UnixTime());
  const Addresses own{v4, v6, hidden};
  EXPECT_EQ(told_over(NetworkId::kIpv4, own), Endpoints{v4.endpoint});
  EXPECT_EQ(told_over(NetworkId::kIpv6, own), Endpoints{v6.endpoint});
  EXPECT_EQ(told_over(NetworkId::kTorV3, own), Endpoints{hidden.endpoint});
  EXPECT_EQ(told_over(NetworkId::kIpv6, {v4}), Endpoints{v4.endpoint});
}

TEST(OwnAddress, OfAHiddenServiceIsNeverToldBesideAnother) {
  const addr::HeardAddress v4 = heard("1.2.3.4");
  const addr::HeardAddress hidden = onion(1, UnixTime());
  EXPECT_EQ(told_over(NetworkId::kIpv4, {hidden}), Endpoints{});
  EXPECT_EQ(told_over(NetworkId::kTorV3, {v4}), Endpoints{});
  EXPECT_EQ(told_over(NetworkId::kI2p, {hidden}), Endpoints{});
  EXPECT_EQ(told_over(NetworkId::kIpv4, {hidden, v4}), Endpoints{v4.endpoint});
}

// -- All of it ------------------------------------------------------------------------------------

// Everything that a peer can do, from a seed.
void any_step(GossipRig& rig, crypto::Dice& dice) {
  const PeerId peer = PeerId::of(1 + dice.below(static_cast<std::uint32_t>(rig.next_id)));
  switch (dice.below(8)) {
    case 0:
      rig.join(dice.below(2) == 0 ? kInbound : kOutbound);
      break;
    case 1:
      rig.ask(peer);
      break;
    case 2:
      rig.gossip.remove_peer(peer);
      break;
    case 3:
      rig.gossip.set_own(rig.moment(), dice.below(2) == 0 ? Addresses{} : rig.some(2));
      break;
    case 4:
      rig.pass(std::chrono::seconds(dice.below(3600)));
      break;
    default:
      rig.hear(peer, rig.some(1 + dice.below(12)));
  }
}

TEST(Gossip, DoesTheSameFromTheSameSeed) {
  std::vector<std::vector<Said>> runs;
  for (const std::uint64_t seed : {1u, 1u, 2u}) {
    GossipRig rig(seed);
    crypto::Dice dice = crypto::Dice::of_seed(3);
    for (int i = 0; i < 500; ++i) any_step(rig, dice);
    runs.push_back(rig.said);
  }
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_NE(runs[0], runs[2]);
}

TEST(Gossip, HasNoDeadlineInThePast) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    GossipRig rig(seed);
    crypto::Dice dice = crypto::Dice::of_seed(seed);
    for (int i = 0; i < 300; ++i) {
      any_step(rig, dice);
      const auto next = rig.gossip.next_deadline();
      EXPECT_TRUE(!next || *next > rig.now);
    }
  }
}

TEST(Gossip, HasNoDeadlineWhereNothingWaits) {
  GossipRig rig;
  for (int i = 0; i < 20; ++i) rig.join_listener();
  EXPECT_FALSE(rig.gossip.next_deadline());
  rig.hear(PeerId::of(1), rig.some(1));
  EXPECT_TRUE(rig.gossip.next_deadline());
  rig.pass(kLong);
  EXPECT_FALSE(rig.gossip.next_deadline());
}

TEST(Gossip, SpeaksNotOfARemovedPeer) {
  GossipRig rig;
  const PeerId peer = PeerId::of(1);
  rig.gossip.add_peer(rig.moment(), peer, {.direction = kOutbound});
  rig.gossip.on_message(rig.moment(), peer, MessageKind::kAddr, Bytes{1});
  const PeerId other = PeerId::of(2);
  rig.gossip.add_peer(rig.moment(), other, {.direction = kOutbound});
  rig.gossip.remove_peer(peer);
  rig.hear(other, {});
  rig.hear(other, rig.some(1));
  rig.gossip.on_message(rig.moment(), peer, MessageKind::kGetAddr, {});
  rig.pass(100h);
  EXPECT_EQ(rig.said, (std::vector<Said>{{other, MessageKind::kGetAddr, {}}}));
  EXPECT_TRUE(rig.unreadable.empty());
  EXPECT_EQ(rig.gossip.waiting_for(peer), 0u);
}

TEST(Gossip, SurvivesEveryTimeOfTheWall) {
  using Limits = std::numeric_limits<std::int64_t>;
  // On the wire: 1970, and the most that 32 bits hold.
  const Addresses absurd{heard("1.2.3.4", UnixTime()),
                         heard("5.6.7.8", from_unix_seconds(0xffff'ffff))};
  for (const std::int64_t wall : {Limits::min(), Limits::min() + 600, std::int64_t{-1},
                                  std::int64_t{0}, std::int64_t{0xffff'ffff}, Limits::max()}) {
    GossipRig rig;
    const GossipMoment moment{rig.now, from_unix_seconds(wall)};
    const auto hear = [&](std::uint64_t id, MessageKind kind, const Bytes& payload) {
      rig.gossip.on_message(moment, PeerId::of(id), kind, payload);
    };
    rig.gossip.set_own(moment, {heard("9.8.7.6", UnixTime::max())});
    for (std::uint64_t id = 1; id <= 20; ++id) {
      rig.gossip.add_peer(moment, PeerId::of(id), {.direction = kInbound});
      hear(id, MessageKind::kAddr, payload_of(MessageKind::kAddr, absurd));
      hear(id, MessageKind::kGetAddr, {});
    }
    for (int i = 0; i < 20; ++i) {
      const auto next = rig.gossip.next_deadline();
      if (next) rig.gossip.on_deadline({*next, moment.wall});
    }
    rig.drain();
    EXPECT_GE(rig.said.size(), 20u) << wall;
    EXPECT_TRUE(rig.unreadable.empty());
  }
}

}  // namespace
}  // namespace veilwire::gossip

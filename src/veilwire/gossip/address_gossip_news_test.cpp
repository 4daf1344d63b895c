#include <gtest/gtest.h>

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
using testing::Said;
using wire::NetworkId;

constexpr auto kInbound = GossipRig::kInbound;
constexpr auto kOutbound = GossipRig::kOutbound;

class News : public ::testing::Test {
 protected:
  News() {
    for (int i = 0; i < 20; ++i) rig.join_listener();
    sender = rig.join_listener();
    rig.pass(100s);  // the rate lets ten in, and one more
  }
  std::size_t told_peers(const wire::NetEndpoint& endpoint) const {
    return rig.told_of(endpoint).size();
  }

  GossipRig rig;
  PeerId sender{};
  const wire::NetEndpoint news = endpoint("1.2.3.4");
};

TEST_F(News, GoToTwoPeersAndNeverToTheirSender) {
  const Addresses all = rig.some(10);
  rig.hear(sender, all);
  EXPECT_TRUE(rig.said.empty());
  rig.pass(kLong);
  for (const addr::HeardAddress& each : all) {
    EXPECT_EQ(told_peers(each.endpoint), 2u);
    EXPECT_FALSE(rig.told_of(each.endpoint).contains(sender));
  }
}

TEST_F(News, AreTenAtMost) {
  rig.hear(sender, rig.some(11));
  rig.pass(kLong);
  EXPECT_TRUE(rig.said.empty());
  EXPECT_GT(rig.book.size(), 0u);
}

TEST_F(News, AreYoungerThanTenMinutes) {
  const addr::HeardAddress young = heard("1.2.3.4", rig.wall() - 599s);
  const addr::HeardAddress old = heard("5.6.7.8", rig.wall() - 600s);
  rig.hear(sender, {young, old});
  rig.pass(kLong);
  EXPECT_EQ(told_peers(young.endpoint), 2u);
  EXPECT_EQ(told_peers(old.endpoint), 0u);
}

TEST_F(News, AreRoutable) {
  rig.hear(sender, {heard("192.168.0.1", rig.wall()), heard("127.0.0.1", rig.wall())});
  rig.pass(kLong);
  EXPECT_TRUE(rig.said.empty());
  EXPECT_EQ(rig.book.size(), 0u);
}

TEST_F(News, AreNoAnswerToOurGetaddr) {
  const PeerId dialled = rig.join(kOutbound);
  rig.said.clear();
  const Addresses answer = rig.some(2);
  rig.hear(dialled, answer);
  rig.pass(kLong);
  EXPECT_TRUE(rig.said.empty());
  rig.hear(dialled, {heard(news, rig.wall())});  // the answer has come
  rig.pass(kLong);
  EXPECT_EQ(told_peers(news), 2u);
}

TEST_F(News, OfBannedAndDiscouragedAddressesAreNeitherKeptNorPassedOn) {
  rig.bans.ban(rig.wall(), addr::Subnet::from_text("1.2.3.0/24").value());
  rig.discouraged.insert(endpoint("5.6.7.8").address);
  rig.hear(sender, {heard("1.2.3.4", rig.wall()), heard("5.6.7.8", rig.wall())});
  rig.pass(kLong);
  EXPECT_TRUE(rig.said.empty());
  EXPECT_EQ(rig.book.size(), 0u);
}

TEST_F(News, OfAnUnreachableNetworkGoToOnePeerOrTwo) {
  rig.gossip.set_reachable({NetworkId::kIpv4});
  std::array<int, 3> addresses_told_to{};
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    rig.now += 10s;
    const addr::HeardAddress address = onion(seed, rig.wall());
    rig.hear(sender, {address});
    rig.pass(kLong);
    ++addresses_told_to.at(told_peers(address.endpoint));
  }
  EXPECT_EQ(addresses_told_to[0], 0);
  EXPECT_NEAR(addresses_told_to[1], 50, 20);
}

TEST_F(News, AreSaidOnceToAPeer) {
  const PeerId second = rig.join(kInbound);
  const PeerId third = rig.join(kInbound);
  for (const PeerId each : {sender, second}) rig.hear(each, {heard(news, rig.wall())});
  rig.pass(kLong);
  rig.hear(third, {heard(news, rig.wall())});
  rig.pass(kLong);
  EXPECT_GE(rig.said.size(), 2u);
  std::set<PeerId> told;
  for (const Said& each : rig.said) {
    EXPECT_EQ(each.addresses.size(), 1u);
    EXPECT_TRUE(told.insert(each.to).second);
  }
}

TEST_F(News, AreNotSaidToAPeerThatSaysThemWhileTheyWait) {
  rig.hear(sender, {heard(news, rig.wall())});
  for (std::uint64_t id = 1; id <= 20; ++id) {
    rig.hear(PeerId::of(id), {heard(news, rig.wall())});
  }
  rig.pass(kLong);
  EXPECT_EQ(told_peers(news), 0u);
}

TEST_F(News, OfWhatAddrCannotCarryGoToThoseWhoTakeAddrV2) {
  GossipRig old_rig;
  std::set<PeerId> takers;
  for (int i = 0; i < 20; ++i) old_rig.join_listener({.takes_addrv2 = false});
  for (int i = 0; i < 2; ++i) takers.insert(old_rig.join_listener());
  const addr::HeardAddress address = onion(1, old_rig.wall());
  old_rig.hear(old_rig.join_listener({.takes_addrv2 = false}), {address});
  old_rig.pass(kLong);
  EXPECT_EQ(old_rig.told_of(address.endpoint), takers);
  EXPECT_EQ(old_rig.count(MessageKind::kAddr), 0u);
}

TEST_F(News, WithATimeThatMakesNoSenseAreNone) {
  rig.hear(sender, {heard("1.2.3.4", UnixTime()), heard("5.6.7.8", rig.wall() + 601s),
                    heard("6.7.8.9", from_unix_seconds(0xffff'ffff))});
  rig.pass(kLong);
  EXPECT_TRUE(rig.said.empty());
  EXPECT_EQ(rig.book.find(endpoint("1.2.3.4"))->time, rig.wall() - kLong / 1s * 1s - 122h);
}

TEST(AddrOnlyPeers, AreToldInAddrAndOnlyWhatItCarries) {
  GossipRig rig;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const addr::HeardAddress address = onion(seed, rig.wall());
    rig.book.add(rig.wall(), {&address, 1}, address.endpoint.address, {}, rig.dice);
  }
  rig.fill_book(50);
  const PeerId peer = rig.join({.direction = kInbound, .takes_addrv2 = false});
  rig.ask(peer);
  rig.pass(kLong);
  ASSERT_EQ(rig.said.size(), 1u);
  EXPECT_EQ(rig.said[0].kind, MessageKind::kAddr);
  EXPECT_LT(rig.said[0].addresses.size(), rig.book.size() * 23 / 100);
  for (const addr::HeardAddress& each : rig.said[0].addresses) {
    EXPECT_EQ(each.endpoint.address.network(), NetworkId::kIpv4);
  }
}

TEST(SilentInboundPeers, AreToldNothingUntilTheySpeakOfAddresses) {
  GossipRig rig;
  rig.gossip.set_own(rig.moment(), {heard("9.8.7.6")});
  const PeerId silent = rig.join(kInbound);
  const PeerId sender = rig.join(kInbound);
  rig.hear(sender, rig.some(1));
  rig.pass(100h);
  EXPECT_TRUE(rig.told(silent).empty());
  rig.hear(silent, {});
  rig.hear(sender, rig.some(1));
  rig.pass(kLong);
  EXPECT_EQ(rig.told(silent).size(), 2u);
}

// Who gets one address told at a time, where all else is the same.
std::set<PeerId> targets_at(UnixTime wall) {
  GossipRig rig(1, wall);
  for (int i = 0; i < 20; ++i) rig.join_listener();
  rig.hear(rig.join_listener(), {heard("1.2.3.4", rig.wall())});
  rig.pass(kLong);
  return rig.told_of(endpoint("1.2.3.4"));
}

TEST(TargetsOfNews, AreTheSameForADayAndThenOthers) {
  std::vector<int> changes;
  std::set<PeerId> before = targets_at(addr::testing::kNow);
  for (int hour = 1; hour <= 4 * 24; ++hour) {
    const std::set<PeerId> targets = targets_at(addr::testing::kNow + std::chrono::hours(hour));
    EXPECT_EQ(targets.size(), 2u);
    if (targets != before) changes.push_back(hour);
    before = targets;
  }
  ASSERT_EQ(changes.size(), 4u);
  for (std::size_t i = 1; i < changes.size(); ++i) EXPECT_EQ(changes[i], changes[i - 1] + 24);
}

TEST(TargetsOfNews, AreEveryPeerEquallyOften) {
  GossipRig rig;
  for (int i = 0; i < 10; ++i) rig.join_listener();
  const PeerId sender = rig.join_listener();
  for (int i = 0; i < 500; ++i) {
    rig.pass(10s);
    rig.hear(sender, rig.some(1));
  }
  rig.pass(kLong);
  for (std::uint64_t id = 1; id <= 10; ++id) {
    EXPECT_NEAR(static_cast<double>(rig.told(PeerId::of(id)).size()), 100, 35) << id;
  }
}

TEST(WaitingAddresses, AreNeverOver1000) {
  GossipRig rig;
  rig.fill_book(9000);
  const PeerId peer = rig.join(kInbound);
  rig.ask(peer);
  EXPECT_EQ(rig.gossip.waiting_for(peer), 1000u);
  const Addresses news = rig.some(1);
  rig.hear(rig.join_listener(), news);
  EXPECT_EQ(rig.gossip.waiting_for(peer), 1000u);
  rig.pass(kLong);
  EXPECT_EQ(rig.told(peer).size(), 1000u);
  EXPECT_TRUE(rig.told_of(news[0].endpoint).contains(peer));
}

TEST(WaitingAddresses, AreSentAfter30SecondsInTheMean) {
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    GossipRig rig(seed);
    rig.join_listener();
    rig.hear(rig.join_listener(), rig.some(1));
    sum += std::chrono::duration<double>(*rig.gossip.next_deadline() - rig.now).count();
  }
  EXPECT_NEAR(sum / 300, 30, 5);
}

}  // namespace
}  // namespace veilwire::gossip

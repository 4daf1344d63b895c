#include "veilwire/addr/answers.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "veilwire/addr/testing/addresses.h"

namespace veilwire::addr {
namespace {

using testing::ipv4;
using testing::kNow;
using wire::NetworkId;

constexpr Audience kOverIpv4{.network = NetworkId::kIpv4};
constexpr Audience kOverOnion{.network = NetworkId::kTorV3};
constexpr Audience kOverI2p{.network = NetworkId::kI2p};

class GetAddrAnswers : public ::testing::Test {
 protected:
  // Addresses of all networks, seen up to `oldest` ago.
  void fill(std::uint32_t count, seconds oldest = hours(24)) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const wire::NetEndpoint each{
          testing::random_address(kNetworks.at(i % kNetworks.size()), dice), 8333};
      const seconds age(dice.below(static_cast<std::uint32_t>(oldest.count())));
      const HeardAddress address = testing::heard(each, kNow - age);
      book.add(kNow, {&address, 1}, ipv4(dice.below(5000), 1), {}, dice);
    }
  }
  std::vector<HeardAddress> ask(const Audience& audience, Duration after = {},
                                seconds wall_after = {}) {
    const auto answer = answers.answer(TimePoint() + after, kNow + wall_after, audience, book);
    return {answer.begin(), answer.end()};
  }
  // How much earlier an answer says that addresses were last seen.
  std::map<wire::NetEndpoint, seconds> ageing_in(const std::vector<HeardAddress>& answer) const {
    std::map<wire::NetEndpoint, seconds> out;
    for (const HeardAddress& each : answer) {
      out[each.endpoint] = book.find(each.endpoint)->time - each.time;
    }
    return out;
  }

  crypto::Dice dice = crypto::Dice::of_seed(1);
  AddressBook book{{}, {}, {1, 2}};
  Answers answers{{3, 4}, crypto::Dice::of_seed(2)};
};

TEST_F(GetAddrAnswers, Have23PercentOfTheBookAnd1000AtMost) {
  fill(1000);
  EXPECT_EQ(ask(kOverIpv4).size(), book.size() * 23 / 100);
  fill(9000);
  EXPECT_EQ(ask(kOverOnion).size(), 1000u);
}

TEST_F(GetAddrAnswers, AreTheSameForAnAudienceFor21To27Hours) {
  fill(1000);
  const auto first = ask(kOverIpv4);
  fill(1000);
  EXPECT_EQ(ask(kOverIpv4, hours(21) - seconds(1)), first);
  EXPECT_NE(ask(kOverIpv4, hours(27) + seconds(1)), first);
}

TEST_F(GetAddrAnswers, EndAtDifferentTimes) {
  fill(100);
  std::set<Duration> lives;
  for (std::uint16_t port = 1; port <= 10; ++port) {
    const Audience audience{NetworkId::kIpv4, {ipv4(1, 1), port}};
    const auto first = ask(audience);
    Duration life = hours(21);
    while (ask(audience, life) == first) life += minutes(30);
    EXPECT_LE(life, hours(27) + minutes(30));
    lives.insert(life);
  }
  EXPECT_GT(lives.size(), 4u);
}

TEST_F(GetAddrAnswers, DifferBetweenAudiences) {
  fill(1000);
  EXPECT_NE(ask(kOverIpv4), ask(kOverOnion));
  EXPECT_NE(ask({NetworkId::kIpv4, {ipv4(1, 1), 8333}}),
            ask({NetworkId::kIpv4, {ipv4(2, 1), 8333}}));
}

TEST_F(GetAddrAnswers, TellTheTimesOfTheAskersOwnNetworkAsTheyAre) {
  fill(2000);
  int own = 0;
  for (const auto& [endpoint, ageing] : ageing_in(ask(kOverOnion))) {
    if (endpoint.address.network() != NetworkId::kTorV3) continue;
    EXPECT_EQ(ageing, seconds(0));
    ++own;
  }
  EXPECT_GT(own, 20);
}

TEST_F(GetAddrAnswers, AgeTheAddressesOfOtherNetworksBy1To10Days) {
  fill(4000);
  seconds least = hours(1000);
  seconds most{};
  for (const auto& [endpoint, ageing] : ageing_in(ask(kOverOnion))) {
    if (endpoint.address.network() == NetworkId::kTorV3) continue;
    least = std::min(least, ageing);
    most = std::max(most, ageing);
  }
  EXPECT_GE(least, hours(24));
  EXPECT_LT(least, hours(2 * 24));
  EXPECT_LE(most, hours(10 * 24));
  EXPECT_GT(most, hours(9 * 24));
}

TEST_F(GetAddrAnswers, AgeNothingPastTheHorizonAndLeaveOutOldOnesOfOtherNetworks) {
  fill(4000, hours(29 * 24));
  int old = 0;
  for (const HeardAddress& each : ask(kOverOnion)) {
    EXPECT_GE(each.time, kNow - kHorizon);
    const seconds age = kNow - book.find(each.endpoint)->time;
    const bool is_own = each.endpoint.address.network() == NetworkId::kTorV3;
    EXPECT_TRUE(is_own || age <= kHorizon - kMostAgeing);
    old += age > kHorizon - kMostAgeing ? 1 : 0;
  }
  EXPECT_GT(old, 0);
}

// No address is told with one time to two audiences, nor with a difference that another has too.
TEST_F(GetAddrAnswers, CannotBeLinkedAcrossNetworksByTheirTimes) {
  fill(4000);
  const auto onion = ageing_in(ask(kOverOnion));
  const auto i2p = ageing_in(ask(kOverI2p));
  std::map<seconds, int> differences;
  int shared = 0;
  for (const auto& [endpoint, ageing] : onion) {
    const NetworkId network = endpoint.address.network();
    if (network == NetworkId::kTorV3 || network == NetworkId::kI2p) continue;
    const auto other = i2p.find(endpoint);
    if (other == i2p.end()) continue;
    ++shared;
    ++differences[other->second - ageing];
  }
  EXPECT_GT(shared, 80);
  for (const auto& [difference, count] : differences) EXPECT_LE(count, 2);
}

// The mean of many answers would otherwise tell.
TEST_F(GetAddrAnswers, AgeAnAddressByTheSameUntilItIsSeenAgain) {
  fill(100);
  const auto first = ageing_in(ask(kOverOnion));
  const auto next = ageing_in(ask(kOverOnion, hours(28), hours(28)));
  int shared = 0;
  for (const auto& [endpoint, ageing] : first) {
    const auto other = next.find(endpoint);
    if (other == next.end()) continue;
    EXPECT_EQ(other->second, ageing);
    ++shared;
  }
  EXPECT_GT(shared, 0);
}

// Otherwise its time would change by the same in all answers.
TEST_F(GetAddrAnswers, AgeAnAddressOtherwiseOnceItIsSeenAgain) {
  fill(8);
  const auto before = ageing_in(ask(kOverOnion));
  ASSERT_FALSE(before.empty());
  int changed = 0;
  for (const auto& [endpoint, ageing] : before) book.connected(kNow + hours(27), endpoint);
  for (std::uint16_t port = 1; port < 40; ++port) {
    // Another answer each time, since one has only 23 % of the book.
    Answers again({3, 4}, crypto::Dice::of_seed(port));
    for (const HeardAddress& each : again.answer({}, kNow + hours(28), kOverOnion, book)) {
      const auto found = before.find(each.endpoint);
      if (found == before.end() || found->second == seconds(0)) continue;
      EXPECT_NE(book.find(each.endpoint)->time - each.time, found->second);
      ++changed;
    }
  }
  EXPECT_GT(changed, 0);
}

TEST_F(GetAddrAnswers, OfMoreThan16AudiencesAreSharedByNetwork) {
  fill(1000);
  for (std::uint16_t port = 1; port <= 16; ++port) ask({NetworkId::kIpv4, {ipv4(1, 1), port}});
  const auto shared = ask({NetworkId::kIpv4, {ipv4(1, 1), 17}});
  for (std::uint16_t port = 18; port < 1000; ++port) {
    EXPECT_EQ(ask({NetworkId::kIpv4, {ipv4(1, 1), port}}), shared);
    ask({NetworkId::kTorV3, {ipv4(1, 1), port}});
  }
  EXPECT_LE(answers.audience_count(), kMaxAudiences + kNetworks.size());
}

TEST_F(GetAddrAnswers, OfAnEmptyBookAreNotKept) {
  EXPECT_TRUE(ask(kOverIpv4).empty());
  fill(100);
  EXPECT_FALSE(ask(kOverIpv4, minutes(1)).empty());
}

}  // namespace
}  // namespace veilwire::addr

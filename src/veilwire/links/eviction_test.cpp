#include "veilwire/links/eviction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

namespace veilwire::links {
namespace {

using namespace std::chrono_literals;
using peer::PeerId;
using Candidates = std::vector<EvictionCandidate>;

constexpr TimePoint kStart{1000h};

// So many peers, each in a group of its own, that came a minute apart: the last is the youngest. By
// every other mark all are equal.
Candidates peers(std::uint64_t count, std::uint64_t first = 1) {
  Candidates peers(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    peers[i].id = PeerId::of(first + i);
    peers[i].keyed_group = 1000 + first + i;
    peers[i].connected = kStart + std::chrono::minutes(first + i);
  }
  return peers;
}

// In which order they go, until all that are left are protected.
std::vector<std::uint64_t> evicted(Candidates candidates) {
  std::vector<std::uint64_t> order;
  while (const auto victim = peer_to_evict(candidates)) {
    order.push_back(victim->value());
    std::erase_if(candidates, [&](const auto& each) { return each.id == *victim; });
  }
  return order;
}

bool is_protected(const Candidates& candidates, std::uint64_t id) {
  const auto order = evicted(candidates);
  return std::ranges::find(order, id) == order.end();
}

// The youngest of a hundred peers, whom only what `mark` gives him can save.
bool saves_the_youngest(const std::function<void(EvictionCandidate&)>& mark) {
  Candidates candidates = peers(100);
  candidates.back().keyed_group = 0;
  EXPECT_FALSE(is_protected(candidates, 100));
  mark(candidates.back());
  return is_protected(candidates, 100);
}

// Fifty of two hundred peers, the youngest, are of one group, from which the victims come. All of them
// have the mark: how many does it save?
std::size_t saved_of_the_youngest(const std::function<void(EvictionCandidate&)>& mark) {
  Candidates candidates = peers(200);
  for (std::size_t i = 150; i < 200; ++i) {
    candidates[i].keyed_group = 1;
    mark(candidates[i]);
  }
  for (std::size_t i = 0; i < 8; ++i) candidates[i].lowest_ping = 1ms;  // who have those places
  std::size_t gone = 0;
  while (const auto victim = peer_to_evict(candidates)) {
    const auto place = std::ranges::find(candidates, *victim, &EvictionCandidate::id);
    if (place->keyed_group != 1) break;
    candidates.erase(place);
    ++gone;
  }
  return 50 - gone;
}

TEST(Eviction, FindsNobodyWhereThereIsNobody) { EXPECT_FALSE(peer_to_evict({})); }

TEST(Eviction, NeverTakesAPeerWeDialledOrPromisedAPlace) {
  Candidates candidates = peers(100);
  for (std::size_t i = 0; i < 100; ++i) {
    candidates[i].kind = i % 2 == 0 ? CandidateKind::kOutbound : CandidateKind::kInboundForLife;
  }
  EXPECT_TRUE(evicted(candidates).empty());
}

TEST(Eviction, SparesTwentyEightByMarksAndHalfOfTheRest) {
  // The places of peers that relay blocks only are theirs alone.
  EXPECT_FALSE(peer_to_evict(peers(20)));
  EXPECT_TRUE(peer_to_evict(peers(21)));
  Candidates candidates = peers(29);
  for (std::size_t i = 20; i < 29; ++i) {
    candidates[i].relays_transactions = false;
    candidates[i].keyed_group = 0;
  }
  EXPECT_TRUE(peer_to_evict(candidates));
  candidates.pop_back();
  EXPECT_FALSE(peer_to_evict(candidates));
}

TEST(Eviction, ProtectsFourByTheirKeyedNetworkGroup) {
  EXPECT_TRUE(saves_the_youngest([](auto& peer) { peer.keyed_group = 5000; }));
  Candidates candidates = peers(100);
  for (auto& each : candidates) each.keyed_group = 10'000 - each.keyed_group;  // the oldest first
  for (std::uint64_t i = 95; i < 100; ++i) candidates[i].keyed_group = 20'000 + i;
  EXPECT_EQ(evicted(candidates).front(), 96u);
}

TEST(Eviction, ProtectsEightByTheLowestPing) {
  EXPECT_TRUE(saves_the_youngest([](auto& peer) { peer.lowest_ping = 5ms; }));
  EXPECT_EQ(saved_of_the_youngest([](auto& peer) { peer.lowest_ping = 1us; }), 8u);
}

TEST(Eviction, ProtectsFourByTheLatestTransaction) {
  EXPECT_TRUE(saves_the_youngest([](auto& peer) { peer.last_transaction = kStart; }));
  EXPECT_EQ(saved_of_the_youngest([](auto& peer) { peer.last_transaction = kStart; }), 4u);
}

TEST(Eviction, PrefersForTransactionsPeersThatRelayThemAndHaveNoFilter) {
  Candidates candidates = peers(100);
  for (std::size_t i = 0; i < 99; ++i) candidates[i].has_bloom_filter = true;
  candidates.back().keyed_group = 0;
  EXPECT_TRUE(is_protected(candidates, 100));
  candidates.back().relays_transactions = false;
  candidates.back().last_block = EvictionCandidate::kNever;
  for (std::size_t i = 0; i < 20; ++i) {  // who take the places by block
    candidates[i].last_block = kStart;
    candidates[i].relays_transactions = i < 10;
  }
  EXPECT_FALSE(is_protected(candidates, 100));
}

TEST(Eviction, ProtectsEightThatRelayBlocksOnlyByTheirLatestBlock) {
  EXPECT_EQ(saved_of_the_youngest([](auto& peer) { peer.relays_transactions = false; }), 8u);
  EXPECT_EQ(saved_of_the_youngest([](auto& peer) {
              peer.relays_transactions = false;
              peer.last_block = kStart;
            }),
            12u);
}

TEST(Eviction, ProtectsFourByTheLatestBlock) {
  EXPECT_TRUE(saves_the_youngest([](auto& peer) { peer.last_block = kStart; }));
  EXPECT_EQ(saved_of_the_youngest([](auto& peer) { peer.last_block = kStart; }), 4u);
}

TEST(Eviction, ProtectsHalfOfTheRestByTheirUptime) {
  // 20 by marks, all of them the oldest; of the 80 others the 40 oldest. The youngest goes first.
  Candidates candidates = peers(100);
  for (auto& each : candidates) each.keyed_group = 1;
  EXPECT_EQ(*peer_to_evict(candidates), PeerId::of(100));
  for (std::size_t i = 0; i < 60; ++i) candidates[i].is_discouraged = true;
  EXPECT_EQ(*peer_to_evict(candidates), PeerId::of(100));
  candidates[60].is_discouraged = true;
  EXPECT_EQ(*peer_to_evict(candidates), PeerId::of(61));
}

TEST(Eviction, KeepsAQuarterForOnionI2pCjdnsAndLocalPeersWhateverTheirUptime) {
  for (const auto network : {CandidateNetwork::kOnion, CandidateNetwork::kI2p,
                             CandidateNetwork::kCjdns, CandidateNetwork::kLocal}) {
    // 20 by marks, and a quarter of 80.
    Candidates candidates = peers(100);
    for (auto& each : candidates) each.keyed_group = 1;
    for (std::size_t i = 80; i < 100; ++i) {
      candidates[i].network = network;
      candidates[i].is_discouraged = true;
    }
    EXPECT_FALSE(candidates[peer_to_evict(candidates)->value() - 1].is_discouraged);
    candidates[79].network = network;
    EXPECT_EQ(*peer_to_evict(candidates), PeerId::of(100));
  }
}

TEST(Eviction, SharesThatQuarterAmongTheNetworksTheRarestFirst) {
  // Twenty places: 2 CJDNS peers are all safe, of 40 onion peers 18 are.
  Candidates candidates = peers(100);
  for (auto& each : candidates) each.keyed_group = 1;
  for (std::size_t i = 58; i < 98; ++i) candidates[i].network = CandidateNetwork::kOnion;
  candidates[98].network = candidates[99].network = CandidateNetwork::kCjdns;
  std::set<std::uint64_t> spared;
  for (std::size_t i = 58; i < 100; ++i) {
    Candidates others = candidates;
    others[i].is_discouraged = true;
    if (*peer_to_evict(others) != others[i].id) spared.insert(others[i].id.value());
  }
  EXPECT_EQ(spared.size(), 20u);
  EXPECT_TRUE(spared.contains(99) && spared.contains(100) && spared.contains(59 + 17));
}

TEST(Eviction, TakesTheYoungestOfTheLargestGroup) {
  Candidates candidates = peers(100);
  for (const std::size_t i : {70u, 75u, 80u}) candidates[i].keyed_group = 7;
  for (const std::size_t i : {90u, 99u}) candidates[i].keyed_group = 8;
  EXPECT_EQ(*peer_to_evict(candidates), PeerId::of(81));
}

TEST(Eviction, TakesOfGroupsEquallyLargeTheOneWithTheYoungest) {
  Candidates candidates = peers(100);
  for (const std::size_t i : {70u, 80u}) candidates[i].keyed_group = 8;
  for (const std::size_t i : {69u, 81u}) candidates[i].keyed_group = 7;
  EXPECT_EQ(*peer_to_evict(candidates), PeerId::of(82));
}

TEST(Eviction, TakesADiscouragedPeerFirst) {
  Candidates candidates = peers(100);
  for (const std::size_t i : {95u, 96u, 97u}) candidates[i].keyed_group = 7;
  candidates[70].is_discouraged = true;
  EXPECT_EQ(*peer_to_evict(candidates), PeerId::of(71));
}

// -- A flood ----------------------------------------------------------------------------------------

constexpr std::size_t kPlaces = 114;

// All places are taken; so many come one after the other, a second apart. How many of the first lose
// their place.
std::size_t driven_out(Candidates candidates, const EvictionCandidate& attacker) {
  const std::uint64_t first_attacker = candidates.back().id.value() + 1;
  for (std::uint64_t i = 0; i < 500; ++i) {
    const auto victim = peer_to_evict(candidates);
    if (!victim) break;
    std::erase_if(candidates, [&](const auto& each) { return each.id == *victim; });
    EvictionCandidate& newcomer = candidates.emplace_back(attacker);
    newcomer.id = PeerId::of(first_attacker + i);
    newcomer.connected = kStart + 200h + std::chrono::seconds(i);
  }
  return kPlaces - static_cast<std::size_t>(std::ranges::count_if(
                       candidates, [&](const auto& e) { return e.id.value() < first_attacker; }));
}

// Peers of many networks as they are, connected for hours, up to three of a group.
Candidates honest_peers(std::uint32_t seed) {
  std::mt19937 dice(seed);
  Candidates honest = peers(kPlaces);
  for (auto& each : honest) {
    each.keyed_group = (dice() % 60) << 24;
    each.lowest_ping = std::chrono::milliseconds(20 + dice() % 300);
    if (dice() % 4 > 0) each.last_transaction = kStart + 100h + std::chrono::seconds(dice() % 9999);
    if (dice() % 4 == 0) each.last_block = kStart + 100h + std::chrono::seconds(dice() % 9999);
    each.relays_transactions = dice() % 8 > 0;
    if (dice() % 6 == 0) each.network = CandidateNetwork::kOnion;
  }
  return honest;
}

TEST(Eviction, HonestPeersStayUnderAFloodFromOneGroup) {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    // Until the flood's is the largest group: as many as the largest one of theirs has.
    EXPECT_LE(driven_out(honest_peers(seed), {.keyed_group = 1}), 8u) << seed;
  }
  Candidates of_many_groups = honest_peers(1);
  for (auto& each : of_many_groups) each.keyed_group = each.id.value() << 32;
  EXPECT_EQ(driven_out(of_many_groups, {.keyed_group = 1}), 1u);
}

TEST(Eviction, AFloodThatIsBestByEveryMarkDrivesOutNoMoreThanItsPlaces) {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    for (const bool relays_transactions : {false, true}) {
      const std::size_t gone =
          driven_out(honest_peers(seed), {.keyed_group = ~0ull,
                                          .lowest_ping = 1us,
                                          .last_block = kStart + 999h,
                                          .last_transaction = kStart + 999h,
                                          .relays_transactions = relays_transactions});
      EXPECT_LE(gone, 28u + 8u) << seed;
    }
  }
}

// -- Against the rules written out slowly -------------------------------------------------------------

class NaiveEviction {
 public:
  explicit NaiveEviction(Candidates candidates) : left_(std::move(candidates)) {}

  std::optional<PeerId> victim() {
    std::erase_if(left_, [](const auto& e) { return e.kind != CandidateKind::kInbound; });
    save(4, anybody, [](const auto& e) { return e.keyed_group; });
    save(8, anybody, [](const auto& e) { return -e.lowest_ping.count(); });
    save(4, anybody, [](const auto& e) {
      return std::tuple(e.last_transaction, e.relays_transactions ? 1 : 0,
                        e.has_bloom_filter ? 0 : 1);
    });
    const auto block_time = [](const auto& e) { return e.last_block; };
    save(8, [](const auto& e) { return !e.relays_transactions; }, block_time);
    save(4, anybody, block_time);
    save_by_uptime();
    if (std::ranges::any_of(left_, &EvictionCandidate::is_discouraged)) {
      std::erase_if(left_, [](const auto& e) { return !e.is_discouraged; });
    }
    return chosen();
  }

 private:
  static bool anybody(const EvictionCandidate&) { return true; }
  static constexpr auto nothing = [](const EvictionCandidate&) { return 0; };

  // One after the other: the best that counts goes. How many went.
  template <typename Counts, typename Value>
  std::size_t save(std::size_t count, Counts counts, Value value) {
    std::size_t saved = 0;
    for (; saved < count; ++saved) {
      const EvictionCandidate* best = nullptr;
      for (const EvictionCandidate& each : left_) {
        if (!counts(each)) continue;
        const bool is_first = best == nullptr;
        if (is_first || value(each) > value(*best) ||
            (value(each) == value(*best) && came_before(each, *best))) {
          best = &each;
        }
      }
      if (best == nullptr) break;
      const PeerId id = best->id;
      std::erase_if(left_, [id](const auto& e) { return e.id == id; });
    }
    return saved;
  }
  static bool came_before(const EvictionCandidate& a, const EvictionCandidate& b) {
    return a.connected != b.connected ? a.connected < b.connected : a.id < b.id;
  }
  std::size_t count_of(CandidateNetwork network) const {
    return static_cast<std::size_t>(
        std::ranges::count(left_, network, &EvictionCandidate::network));
  }
  void save_by_uptime() {
    const std::size_t half = left_.size() / 2;
    std::size_t saved = 0;
    std::vector<CandidateNetwork> networks{CandidateNetwork::kCjdns, CandidateNetwork::kI2p,
                                           CandidateNetwork::kLocal, CandidateNetwork::kOnion};
    std::ranges::sort(networks, {}, [&](auto each) { return std::pair(count_of(each), each); });
    for (;;) {
      std::erase_if(networks, [&](auto network) { return count_of(network) == 0; });
      if (networks.empty() || saved >= half / 2) break;
      const std::size_t share = std::max<std::size_t>((half / 2 - saved) / networks.size(), 1);
      for (const auto network : networks) {
        const std::size_t count = std::min(share, half / 2 - saved);
        saved += save(count, [&](const auto& e) { return e.network == network; }, nothing);
      }
    }
    save(half - saved, anybody, nothing);
  }
  std::optional<PeerId> chosen() const {
    std::map<std::uint64_t, Candidates> groups;
    for (const auto& each : left_) groups[each.keyed_group].push_back(each);
    std::optional<EvictionCandidate> victim;
    std::size_t largest = 0;
    for (auto& [_, group] : groups) {
      const EvictionCandidate youngest = *std::ranges::max_element(group, came_before);
      if (group.size() > largest || (group.size() == largest && came_before(*victim, youngest))) {
        victim = youngest;
        largest = group.size();
      }
    }
    return victim ? std::optional(victim->id) : std::nullopt;
  }

  Candidates left_;
};

// Few different values, so that there are many equal ones.
Candidates random_candidates(std::mt19937& dice) {
  Candidates candidates = peers(dice() % 160);
  const auto values = 1 + dice() % 40;
  const auto rare = 1 + dice() % 12;
  const auto some = [&] { return dice() % values; };
  const auto seldom = [&] { return dice() % rare == 0; };
  for (auto& each : candidates) {
    each.keyed_group = some();
    each.connected = kStart + std::chrono::seconds(some());
    each.lowest_ping = std::chrono::milliseconds(some());
    each.last_block = seldom() ? kStart + std::chrono::seconds(some()) : EvictionCandidate::kNever;
    if (seldom()) each.last_transaction = kStart + std::chrono::seconds(some());
    if (seldom()) each.network = static_cast<CandidateNetwork>(dice() % 5);
    if (seldom()) each.kind = static_cast<CandidateKind>(dice() % 3);
    each.relays_transactions = !seldom();
    each.has_bloom_filter = seldom();
    each.is_discouraged = dice() % 100 == 0;
  }
  return candidates;
}

TEST(Eviction, ChoosesAsTheRulesWrittenOutSlowlyDoInWhateverOrder) {
  std::mt19937 dice(7);
  std::size_t victims = 0;
  for (int round = 0; round < 1000; ++round) {
    Candidates candidates = random_candidates(dice);
    const auto expected = NaiveEviction(candidates).victim();
    ASSERT_EQ(peer_to_evict(candidates), expected) << round;
    std::ranges::reverse(candidates);
    ASSERT_EQ(peer_to_evict(candidates), expected) << round;
    victims += expected ? 1 : 0;
  }
  EXPECT_GT(victims, 500u);
}

}  // namespace
}  // namespace veilwire::links

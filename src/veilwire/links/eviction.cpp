#include "veilwire/links/eviction.h"

#include <algorithm>
#include <array>
#include <bit>
#include <tuple>
#include <utility>
#include <vector>

namespace veilwire::links {
namespace {

using Pointer = const EvictionCandidate*;
// Those that nothing protects yet. The protected ones lie before it.
using Rest = std::span<Pointer>;

// -- Marks: whether a is better than b, by a total order ----------------------------------------------

bool is_older(Pointer a, Pointer b) {
  return a->connected != b->connected ? a->connected < b->connected : a->id < b->id;
}

// By what `value` gives: the greater the better.
template <typename Value>
auto greatest(Value value) {
  return [value](Pointer a, Pointer b) {
    const auto of_a = value(a);
    const auto of_b = value(b);
    return of_a != of_b ? of_a > of_b : is_older(a, b);
  };
}

// Lambdas rather than functions, so that they are inlined.
constexpr auto group_of = [](Pointer peer) { return peer->keyed_group; };
constexpr auto quickness = [](Pointer peer) { return -peer->lowest_ping; };
constexpr auto last_block = [](Pointer peer) { return peer->last_block; };
// Where none has sent any: those that could, and who asked for all.
constexpr auto last_transaction = [](Pointer peer) {
  return std::tuple(peer->last_transaction, peer->relays_transactions, !peer->has_bloom_filter);
};

// -- Protection -------------------------------------------------------------------------------------

// Above so many a heap of the best is slower than a division by a pivot.
constexpr std::size_t kFew = 8;

// The best `count` of those up to `end` are protected.
template <typename Better>
Rest protect_before(Rest rest, Rest::iterator end, std::size_t count, Better is_better) {
  count = std::min(count, static_cast<std::size_t>(end - rest.begin()));
  const auto last = rest.begin() + static_cast<std::ptrdiff_t>(count);
  if (last == end) return rest.subspan(count);
  if (count <= kFew) {
    std::partial_sort(rest.begin(), last, end, is_better);
  } else {
    std::nth_element(rest.begin(), last, end, is_better);
  }
  return rest.subspan(count);
}

template <typename Better>
Rest protect(Rest rest, std::size_t count, Better is_better) {
  return protect_before(rest, rest.end(), count, is_better);
}

template <typename Counts, typename Better>
Rest protect_of_those(Rest rest, Counts counts, std::size_t count, Better is_better) {
  const auto others = std::partition(rest.begin(), rest.end(), counts);
  return protect_before(rest, others, count, is_better);
}

struct CountedNetwork {
  CandidateNetwork network{};
  std::size_t peers = 0;
};

// The rarest network first, which so gets its share whole; of equally rare ones the one that is
// named first. REQUIRES: none of them is clear.
std::array<CountedNetwork, 4> networks_of(Rest rest) {
  std::array<CountedNetwork, 4> networks{{{CandidateNetwork::kCjdns},
                                          {CandidateNetwork::kI2p},
                                          {CandidateNetwork::kLocal},
                                          {CandidateNetwork::kOnion}}};
  for (const Pointer peer : rest) {
    ++std::ranges::find(networks, peer->network, &CountedNetwork::network)->peers;
  }
  std::ranges::sort(networks, {},
                    [](const auto& each) { return std::pair(each.peers, each.network); });
  return networks;
}

// Shared equally among the networks that have peers; what one does not need the others get.
Rest protect_networks(Rest rest, std::size_t places) {
  const auto clear = std::partition(rest.begin(), rest.end(), [](Pointer peer) {
    return peer->network != CandidateNetwork::kClear;
  });
  const Rest all(rest.begin(), clear);
  Rest others = all;
  auto networks = networks_of(all);
  while (places > 0) {
    const auto sharers = std::ranges::count_if(networks, [](const auto& n) { return n.peers > 0; });
    if (sharers == 0) break;
    const std::size_t share = std::max<std::size_t>(places / static_cast<std::size_t>(sharers), 1);
    for (CountedNetwork& each : networks) {
      const std::size_t count = std::min({share, each.peers, places});
      const auto is_there = [&each](Pointer peer) { return peer->network == each.network; };
      others = protect_of_those(others, is_there, count, is_older);
      each.peers -= count;
      places -= count;
    }
  }
  return rest.subspan(all.size() - others.size());
}

Rest protect_by_uptime(Rest rest) {
  const std::size_t places = rest.size() / 2;
  const Rest others = protect_networks(rest, places / 2);
  return protect(others, places - (rest.size() - others.size()), is_older);
}

Rest protect_by_marks(Rest rest) {
  rest = protect(rest, kEvictionPlaces.by_group, greatest(group_of));
  rest = protect(rest, kEvictionPlaces.by_ping, greatest(quickness));
  rest = protect(rest, kEvictionPlaces.by_transaction, greatest(last_transaction));
  rest = protect_of_those(
      rest, [](Pointer peer) { return !peer->relays_transactions; },
      kEvictionPlaces.by_block_without_transactions, greatest(last_block));
  return protect(rest, kEvictionPlaces.by_block, greatest(last_block));
}

// -- The victim -------------------------------------------------------------------------------------

// The discouraged ones, where there are any.
Rest least_wanted(Rest rest) {
  const auto others =
      std::partition(rest.begin(), rest.end(), [](Pointer peer) { return peer->is_discouraged; });
  return others == rest.begin() ? rest : Rest(rest.begin(), others);
}

struct Group {
  Pointer youngest = nullptr;  // nobody: the place is free
  std::size_t size = 0;
};

// Groups by their keys: a table with more places than groups, of which a taken one leads to the next.
// Half as dear as sorting.
class Groups {
 public:
  explicit Groups(std::size_t at_most) : groups_(std::bit_ceil(2 * at_most)) {}

  void add(Pointer peer) {
    Group& group = place_of(peer->keyed_group);
    if (group.youngest == nullptr || is_older(group.youngest, peer)) group.youngest = peer;
    ++group.size;
  }
  std::span<const Group> places() const { return groups_; }

 private:
  Group& place_of(std::uint64_t key) {
    std::size_t place = (key ^ key >> 32) & (groups_.size() - 1);
    while (groups_[place].youngest != nullptr && groups_[place].youngest->keyed_group != key) {
      place = (place + 1) & (groups_.size() - 1);
    }
    return groups_[place];
  }

  std::vector<Group> groups_;
};

// Of groups equally large the one with the youngest. REQUIRES: somebody.
Pointer youngest_of_largest_group(Rest rest) {
  Groups groups(rest.size());
  for (const Pointer peer : rest) groups.add(peer);
  Group largest;
  for (const Group& each : groups.places()) {
    if (each.size < largest.size || each.youngest == nullptr) continue;
    if (each.size > largest.size || is_older(largest.youngest, each.youngest)) largest = each;
  }
  return largest.youngest;
}

}  // namespace

std::optional<peer::PeerId> peer_to_evict(std::span<const EvictionCandidate> candidates) {
  std::vector<Pointer> inbound;
  inbound.reserve(candidates.size());
  for (const EvictionCandidate& each : candidates) {
    if (each.kind == CandidateKind::kInbound) inbound.push_back(&each);
  }
  const Rest rest = protect_by_uptime(protect_by_marks(inbound));
  if (rest.empty()) return std::nullopt;
  return youngest_of_largest_group(least_wanted(rest))->id;
}

}  // namespace veilwire::links

#include "veilwire/links/eviction.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

namespace veilwire::links {
namespace {

using Pointer = const EvictionCandidate*;
// Those that nothing protects yet. The protected ones lie before it.
using Rest = std::span<Pointer>;

// -- Marks: whether a is better than b, by a total order ----------------------------------------------

bool is_older(Pointer a, Pointer b) {
  return std::tie(a->connected, a->id) < std::tie(b->connected, b->id);
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

std::uint64_t group_of(Pointer peer) { return peer->keyed_group; }
Duration quickness(Pointer peer) { return -peer->lowest_ping; }
TimePoint last_block(Pointer peer) { return peer->last_block; }
// Where none has sent any: those that could, and who asked for all.
std::tuple<TimePoint, bool, bool> last_transaction(Pointer peer) {
  return {peer->last_transaction, peer->relays_transactions, !peer->has_bloom_filter};
}

// -- Protection -------------------------------------------------------------------------------------

// Above so many a heap of the best is slower than a division by a pivot.
constexpr std::size_t kFew = 8;

// The best `count` of those up to `end` are protected.
template <typename Better>
Rest protect_before(Rest rest, Rest::iterator end, std::size_t count, Better is_better) {
  count = std::min(count, static_cast<std::size_t>(end - rest.begin()));
  const auto last = rest.begin() + static_cast<std::ptrdiff_t>(count);
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

// The rarest network first, which so gets its share whole; of equally rare ones in this order.
std::array<CountedNetwork, 4> networks_of(Rest rest) {
  std::array<CountedNetwork, 4> networks{{{CandidateNetwork::kCjdns},
                                          {CandidateNetwork::kI2p},
                                          {CandidateNetwork::kLocal},
                                          {CandidateNetwork::kOnion}}};
  for (CountedNetwork& each : networks) {
    each.peers = static_cast<std::size_t>(
        std::ranges::count(rest, each.network, [](Pointer peer) { return peer->network; }));
  }
  std::ranges::stable_sort(networks, {}, &CountedNetwork::peers);
  return networks;
}

// Shared equally among the networks that have peers; what one does not need the others get.
Rest protect_networks(Rest rest, std::size_t places) {
  auto networks = networks_of(rest);
  while (places > 0) {
    const auto sharers = std::ranges::count_if(networks, [](const auto& n) { return n.peers > 0; });
    if (sharers == 0) break;
    const std::size_t share = std::max<std::size_t>(places / static_cast<std::size_t>(sharers), 1);
    for (CountedNetwork& each : networks) {
      const std::size_t count = std::min({share, each.peers, places});
      const auto is_there = [&each](Pointer peer) { return peer->network == each.network; };
      rest = protect_of_those(rest, is_there, count, is_older);
      each.peers -= count;
      places -= count;
    }
  }
  return rest;
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

// The youngest of the largest group; of groups equally large the one with the youngest.
Pointer youngest_of_largest_group(Rest rest) {
  std::ranges::sort(rest, [](Pointer a, Pointer b) {
    return a->keyed_group != b->keyed_group ? a->keyed_group < b->keyed_group : is_older(b, a);
  });
  Pointer victim = nullptr;
  std::ptrdiff_t largest = 0;
  for (auto group = rest.begin(); group != rest.end();) {
    const auto end = std::find_if(group, rest.end(), [group](Pointer peer) {
      return peer->keyed_group != (*group)->keyed_group;
    });
    const std::ptrdiff_t size = end - group;
    if (size > largest || (size == largest && is_older(victim, *group))) {
      victim = *group;
      largest = size;
    }
    group = end;
  }
  return victim;
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

// Whom to evict of 250 inbound peers.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "veilwire/links/eviction.h"

namespace veilwire::bench {
namespace {

std::vector<links::EvictionCandidate> made_candidates(std::size_t count, std::mt19937& dice) {
  std::vector<links::EvictionCandidate> candidates(count);
  for (std::size_t i = 0; i < count; ++i) {
    links::EvictionCandidate& each = candidates[i];
    each.id = peer::PeerId::of(i + 1);
    each.keyed_group = std::uint64_t{dice() % 150} << 32;
    each.connected = TimePoint(std::chrono::seconds(dice() % 1'000'000));
    each.lowest_ping = std::chrono::microseconds(20'000 + dice() % 300'000);
    if (dice() % 2 == 0)
      each.last_transaction = TimePoint(std::chrono::seconds(dice() % 1'000'000));
    if (dice() % 4 == 0) each.last_block = TimePoint(std::chrono::seconds(dice() % 1'000'000));
    each.relays_transactions = dice() % 8 > 0;
    each.network = static_cast<links::CandidateNetwork>(dice() % 8 > 4 ? dice() % 5 : 0);
  }
  return candidates;
}

// 64 lists in turn: a processor that sees the same one again and again learns its branches by heart.
void evict(benchmark::State& state) {
  std::mt19937 dice(1);
  std::vector<std::vector<links::EvictionCandidate>> lists;
  for (int i = 0; i < 64; ++i) {
    lists.push_back(made_candidates(static_cast<std::size_t>(state.range(0)), dice));
  }
  std::size_t turn = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(links::peer_to_evict(lists[turn++ % lists.size()]));
  }
}
BENCHMARK(evict)->Arg(114)->Arg(250);

}  // namespace
}  // namespace veilwire::bench

#include "veilwire/app/speed/interleaved.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace veilwire::app {
namespace {

using Clock = std::chrono::steady_clock;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

double time_round(Contestant& contestant) {
  contestant.prepare();
  const auto start = Clock::now();
  contestant.work();
  const std::chrono::duration<double, std::nano> taken = Clock::now() - start;
  return taken.count() / static_cast<double>(contestant.operations());
}

std::vector<std::vector<double>> run_in_turn(std::span<Contestant* const> contestants,
                                             Duration budget) {
  // The first round of each fills caches and wakes vector units; it does not count.
  for (Contestant* contestant : contestants) time_round(*contestant);
  std::vector<std::vector<double>> times(contestants.size());
  const auto end = Clock::now() + budget;
  for (std::size_t turn = 0; turn < kFewestRounds || Clock::now() < end; ++turn) {
    for (std::size_t i = 0; i < contestants.size(); ++i) {
      const std::size_t at = (turn + i) % contestants.size();
      times[at].push_back(time_round(*contestants[at]));
    }
  }
  return times;
}

Rounds run_in_turn(Contestant& ours, Contestant& reference, Duration budget) {
  Contestant* const both[] = {&ours, &reference};
  auto times = run_in_turn(both, budget);
  return {std::move(times[0]), std::move(times[1])};
}

Comparison compare(const Rounds& rounds) {
  std::vector<double> ratios(rounds.ours.size());
  for (std::size_t i = 0; i < ratios.size(); ++i) ratios[i] = rounds.reference[i] / rounds.ours[i];
  return {median(rounds.ours), median(rounds.reference), median(std::move(ratios))};
}

}  // namespace veilwire::app

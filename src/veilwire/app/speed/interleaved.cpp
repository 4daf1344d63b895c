#include "veilwire/app/speed/interleaved.h"

#include <algorithm>
#include <chrono>

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

Rounds run_in_turn(Contestant& ours, Contestant& reference, Duration budget) {
  // The first round of each fills caches and wakes vector units; it does not count.
  time_round(ours);
  time_round(reference);
  Rounds rounds;
  const auto end = Clock::now() + budget;
  while (rounds.ours.size() < kFewestRounds || Clock::now() < end) {
    if (rounds.ours.size() % 2 == 0) {
      rounds.ours.push_back(time_round(ours));
      rounds.reference.push_back(time_round(reference));
    } else {
      rounds.reference.push_back(time_round(reference));
      rounds.ours.push_back(time_round(ours));
    }
  }
  return rounds;
}

Comparison compare(const Rounds& rounds) {
  std::vector<double> ratios(rounds.ours.size());
  for (std::size_t i = 0; i < ratios.size(); ++i) ratios[i] = rounds.reference[i] / rounds.ours[i];
  return {median(rounds.ours), median(rounds.reference), median(std::move(ratios))};
}

}  // namespace veilwire::app

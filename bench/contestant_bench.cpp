#include "contestant_bench.h"

#include <exception>
#include <utility>

namespace veilwire::bench {
namespace {

void run(benchmark::State& state, app::Contestant& contestant, std::size_t bytes) {
  const auto operations = static_cast<double>(contestant.operations());
  double seconds = 0;
  for (auto _ : state) {
    const double round = app::time_round(contestant) * operations * 1e-9;
    state.SetIterationTime(round);
    seconds += round;
  }
  const double total = operations * static_cast<double>(state.iterations());
  state.counters["each"] = benchmark::Counter(seconds / total);
  if (bytes > 0) {
    state.SetBytesProcessed(static_cast<std::int64_t>(total * static_cast<double>(bytes)));
  }
}

}  // namespace

void register_contestant(const std::string& name, std::size_t bytes, MakeContestant make) {
  benchmark::RegisterBenchmark(name.c_str(), [make = std::move(make),
                                              bytes](benchmark::State& state) {
    try {
      run(state, *make(), bytes);
    } catch (const std::exception& failure) {
      state.SkipWithError(failure.what());
    }
  })->UseManualTime();
}

}  // namespace veilwire::bench

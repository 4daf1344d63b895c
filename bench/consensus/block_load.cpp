// What check_block() takes for the real blocks of the test data, with all coins at hand: on one
// thread beside the time that was spent in libsecp256k1 in the very same run, and on two.
//
// usage: block_load [ROUNDS]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "curve_time.h"
#include "veilwire/consensus/testing/real_blocks.h"
#include "veilwire/host/thread_pool.h"

namespace {

using namespace veilwire;
using namespace veilwire::consensus;
namespace data = veilwire::consensus::testing;
using std::chrono::nanoseconds;
using Clock = std::chrono::steady_clock;

double milliseconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e6; }

template <typename Work>
nanoseconds time_of(Work work) {
  const auto begin = Clock::now();
  work();
  return Clock::now() - begin;
}

// Of this thread's processor: what else the machine does is left out.
nanoseconds processor_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

template <typename Work>
nanoseconds processor_time_of(Work work) {
  const nanoseconds begin = processor_time();
  work();
  return processor_time() - begin;
}

struct Figures {
  nanoseconds reading{};          // parsing, ids, matching
  nanoseconds without_scripts{};  // and all the rest but scripts
  nanoseconds on_one{};           // check_block() with scripts
  nanoseconds curve{};            // of that, in libsecp256k1
  nanoseconds on_two{};
  long signatures = 0;
};

void keep_least(nanoseconds& kept, nanoseconds time) {
  kept = kept.count() == 0 ? time : std::min(kept, time);
}

void require(const Verdict& verdict) {
  if (verdict) return;
  std::fprintf(stderr, "refused: %s\n", failure_text(verdict.error()).c_str());
  std::exit(1);
}

void measure(const data::PlacedBlock& placed, const Bytes& bytes, Figures& figures) {
  std::shared_ptr<const ParsedBlock> block;
  Bytes copy = bytes;
  const auto reading =
      processor_time_of([&] { block = ParsedBlock::parse(std::move(copy)).value(); });
  keep_least(figures.reading, reading);
  const auto coins = placed.coins.gather(*block);
  host::ThreadPool nobody(0);
  host::ThreadPool helper(1);
  const auto check = [&](Executor& executor, const CheckScope& scope) {
    return time_of([&] { require(check_block(block, placed.context, coins, executor, scope)); });
  };
  const auto rest = processor_time_of([&] {
    require(check_block(block, placed.context, coins, nobody,
                        {.scripts = CheckScope::Scripts::kLeftOut}));
  });
  keep_least(figures.without_scripts, reading + rest);

  const bench::CurveTime before = bench::curve_time();
  const nanoseconds on_one = check(nobody, {});
  const bench::CurveTime after = bench::curve_time();
  if (figures.on_one.count() == 0 || on_one < figures.on_one) {
    figures.on_one = on_one;
    figures.curve = after.spent - before.spent;
    figures.signatures = after.signatures - before.signatures;
  }
  keep_least(figures.on_two, check(helper, {}));
}

void measure_block(const data::RealBlock& which, int rounds) {
  const auto bytes = wire::testing::read_real(which.file(".bin"));
  const auto spent = wire::testing::read_real(which.file("_spent_utxos.json.xz"));
  if (!bytes || !spent) {
    std::printf("%-9s %7u  skipped: no data under %s\n", which.network.c_str(), which.height,
                VEILWIRE_TEST_DATA);
    return;
  }
  const auto json = data::json_of(data::unpacked_xz(*spent));
  const data::PlacedBlock placed(which, *bytes, json.as_array());
  Figures figures;
  for (int i = 0; i < rounds; ++i) measure(placed, *bytes, figures);
  const auto inputs = static_cast<double>(which.inputs);
  std::printf("%-9s %7u %7zu %7ld %8.2f %8.2f %9.2f %9.2f %7.3f %9.2f %6.2f\n",
              which.network.c_str(), which.height, which.inputs, figures.signatures,
              milliseconds(figures.reading), milliseconds(figures.without_scripts),
              1000 * milliseconds(figures.on_one) / inputs,
              1000 * milliseconds(figures.curve) / inputs,
              milliseconds(figures.on_one) / milliseconds(figures.curve),
              1000 * milliseconds(figures.on_two) / inputs,
              milliseconds(figures.on_one) / milliseconds(figures.on_two));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  std::printf(
      "network    height  inputs    sigs  read ms   all ms one us/in curve us/in  ratio"
      " two us/in  times\n");
  for (const data::RealBlock& which : data::kRealBlocks) measure_block(which, rounds);
}

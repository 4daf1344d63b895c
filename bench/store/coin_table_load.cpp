// What the table of coins takes on a disk: checkpoints, look-ups of old coins as the worst block of
// history makes them (367891 spends 20 000 of them), and a walk over all.
//
// usage: coin_table_load FOLDER [MILLIONS [CACHE_MIB]]     (10 and 50); FOLDER must be new
//
// Each checkpoint adds a million coins (../coins/made_coins.h) and spends a tenth as many old ones.
// "On the disk" is with the file pages dropped, where the system lets us (/proc/sys/vm/drop_caches).
// Every round asks for other coins.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "../coins/made_coins.h"
#include "veilwire/store/coin_table.h"

namespace {

using namespace veilwire;
using namespace veilwire::bench;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kTransactionsEach = 500'000;
constexpr std::size_t kInputsOfWorstBlock = 20'000;
constexpr int kRounds = 5;

double milliseconds(const auto& work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

void must(bool done, const char* what) {
  if (done) return;
  std::fprintf(stderr, "coin_table_load: %s failed\n", what);
  std::exit(1);
}

// In kB, as the system counts it.
std::size_t memory(const char* name) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name)) return std::stoul(line.substr(line.find(':') + 1));
  }
  return 0;
}

bool drop_file_pages() {
  std::ofstream file("/proc/sys/vm/drop_caches");
  return static_cast<bool>(file << "1" << std::flush);
}

class Load {
 public:
  Load(const std::string& folder, std::size_t cache_mib)
      : files_(host::system_files()),
        table_(
            store::CoinTable::open(*files_, folder, {}, {.cache_bytes = cache_mib << 20}).value()) {
  }

  void write_checkpoint(std::uint32_t number) {
    coins::ChangeTable changes({1, number});
    for (std::uint64_t i = 0; i < kTransactionsEach; ++i) made_.add(changes, transactions_++);
    for (std::uint64_t i = 0; number > 0 && i < kTransactionsEach / 5; ++i) {
      const std::uint64_t old = mixed(i * 31 + number) % (transactions_ - kTransactionsEach);
      changes.remove({txid_of(old), 0});
    }
    const double time = milliseconds([&] {
      const coins::Tip tip{.block = txid_of(number), .height = protocol::Height::of(number + 1)};
      must(table_->apply(changes, tip).has_value(), "a checkpoint");
    });
    std::printf(
        "checkpoint %2u: 1.0 M coins, %.1f M old ones spent: %5.0f ms, %4.0f MB on the disk\n",
        number + 1, number > 0 ? 0.1 : 0.0, time,
        static_cast<double>(table_->bytes_on_disk()) / 1e6);
  }
  // The second outputs, which are never spent.
  void look_up(const char* how) {
    std::vector<double> times;
    for (int round = 0; round < kRounds; ++round) {
      std::vector<wire::Outpoint> wanted;
      for (std::size_t i = 0; i < kInputsOfWorstBlock; ++i) {
        wanted.push_back({txid_of(mixed(++asked_) % transactions_), 1});
      }
      std::ranges::sort(wanted);
      wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
      times.push_back(milliseconds([&] {
        const auto found = table_->get_many(wanted);
        must(found && found->at(0) && found->at(wanted.size() - 1), "a look-up");
      }));
    }
    std::ranges::sort(times);
    std::printf("%zu old coins, %s: median %.0f ms, %.0f to %.0f\n", kInputsOfWorstBlock, how,
                times[kRounds / 2], times.front(), times.back());
  }
  void walk() {
    std::size_t coins = 0;
    const double time = milliseconds([&] {
      must(table_
               ->iterate([&coins](const wire::Outpoint&, const consensus::Coin&) {
                 ++coins;
                 return coins::Walk::kOn;
               })
               .has_value(),
           "a walk");
    });
    std::printf("a walk over %zu coins: %.0f ms, %.0f ns each\n", coins, time,
                time * 1e6 / static_cast<double>(coins));
  }

 private:
  const std::unique_ptr<host::Files> files_;
  const std::unique_ptr<store::CoinTable> table_;
  const MadeCoins made_;
  std::uint64_t transactions_ = 0;
  std::uint64_t asked_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 2 || std::filesystem::exists(arguments[1])) {
    std::fprintf(stderr, "usage: coin_table_load FOLDER [MILLIONS [CACHE_MIB]], FOLDER new\n");
    return 2;
  }
  const unsigned long millions = count > 2 ? std::stoul(arguments[2]) : 10;
  Load load(arguments[1], count > 3 ? std::stoul(arguments[3]) : 50);
  for (std::uint32_t i = 0; i < millions; ++i) load.write_checkpoint(i);
  std::printf("peak of memory while writing: %zu MB\n", memory("VmHWM") / 1000);
  load.look_up("files in the page cache");
  if (drop_file_pages()) load.look_up("files on the disk");
  load.look_up("files in the page cache");
  load.walk();
  std::printf("memory at the end: %zu MB\n", memory("VmRSS") / 1000);
}

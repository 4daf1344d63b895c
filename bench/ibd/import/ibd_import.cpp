// Imports a folder of block files as a node does that reindexes: our side of ../compare.py.
//
// usage: ibd_import BLOCKS DATADIR ASSUMEVALID [--par N] [--dbcache MIB] [--muhash]
//                   [--counts] [--copy | --again] [--steps]
//
// BLOCKS' blk*.dat are linked into DATADIR, which may be new, and all else is made of them. ASSUMEVALID
// is a block's hash, or 0 where all scripts are to be run. --par: threads that run scripts, this one among
// them. Writes the hash of the tip to standard output, with --muhash that of the coins behind it, with
// --counts then how many coins, of what value and bogosize; and progress to standard error.
//
//   --copy   goes on with what DATADIR has, and takes blocks that it has not from BLOCKS one by one,
//            as if they came from a peer; BLOCKS may be scrambled
//   --again  builds the coins alone anew, from blocks and undo files in DATADIR
//   --steps  writes the height of the tip to standard output whenever it is acknowledged
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include "veilwire/base/hex.h"
#include "veilwire/coins/statistics.h"
#include "veilwire/engine/engine.h"
#include "veilwire/host/thread_pool.h"
#include "veilwire/protocol/network.h"
#include "veilwire/store/block_scan.h"
#include "veilwire/store/coin_table.h"
#include "veilwire/store/reindex.h"
#include "veilwire/store/stored_blocks.h"

namespace {

using namespace veilwire;
using Clock = std::chrono::steady_clock;

struct Options {
  std::string blocks;
  std::string folder;
  std::optional<Hash256> assumed_valid;
  std::size_t threads = 2;
  std::size_t cache_mib = 450;
  bool says_muhash = false;
  bool says_counts = false;
  bool says_steps = false;
  enum class Way { kLink, kCopy, kAgain } way = Way::kLink;
};

std::size_t number_of(const char* text) {
  std::size_t number = 0;
  const char* const end = text + std::strlen(text);
  if (std::from_chars(text, end, number).ptr != end) throw std::runtime_error("not a number");
  return number;
}

Options options_of(int count, char** arguments) {
  if (count < 4) throw std::runtime_error("usage: ibd_import BLOCKS DATADIR ASSUMEVALID [...]");
  Options options{.blocks = arguments[1], .folder = arguments[2], .assumed_valid = {}};
  const std::string assumed = arguments[3];
  if (assumed != "0") options.assumed_valid = hash_from_display(assumed).value();
  for (int i = 4; i < count; ++i) {
    const std::string_view option = arguments[i];
    if (option == "--muhash") {
      options.says_muhash = true;
    } else if (option == "--counts") {
      options.says_counts = true;
    } else if (option == "--steps") {
      options.says_steps = true;
    } else if (option == "--again") {
      options.way = Options::Way::kAgain;
    } else if (option == "--copy") {
      options.way = Options::Way::kCopy;
    } else if (option == "--par" && i + 1 < count) {
      options.threads = number_of(arguments[++i]);
    } else if (option == "--dbcache" && i + 1 < count) {
      options.cache_mib = number_of(arguments[++i]);
    } else {
      throw std::runtime_error("unknown option " + std::string(option));
    }
  }
  return options;
}

void link_blocks(const Options& options) {
  std::filesystem::create_directories(options.folder);
  for (const auto& entry : std::filesystem::directory_iterator(options.blocks)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("blk")) continue;
    const std::filesystem::path to = std::filesystem::path(options.folder) / name;
    if (!std::filesystem::exists(to)) std::filesystem::create_hard_link(entry.path(), to);
  }
}

template <typename T, typename Error>
T value_of(std::expected<T, Error> result, const char* what) {
  if (result) {
    if constexpr (std::is_void_v<T>) {
      return;
    } else {
      return std::move(*result);
    }
  }
  if constexpr (requires { result.error().text; }) {
    throw std::runtime_error(std::string(what) + ": " + result.error().text);
  } else {
    throw std::runtime_error(std::string(what) + ": " + result.error().detail);
  }
}

class Import {
 public:
  Import(const Options& options, const protocol::Network& network, host::Files& files)
      : options_(options),
        files_(files),
        tree_(network, 1),
        blocks_(value_of(store::StoredBlocks::open(files, options.folder, tree_), "blocks")),
        table_(value_of(store::CoinTable::open(files, options.folder + "/coins",
                                               network.genesis.hash, table_config()),
                        "coins")),
        pool_(options.threads - 1),
        engine_(tree_, blocks_, *table_, pool_, engine_config(), {1, 2}) {}

  void run() {
    const auto replayed = value_of(engine_.start(), "start");
    std::fprintf(stderr, "%6.2f s  started: %u blocks put on again\n", seconds(), replayed.put_on);
    say_step();
    advance();
    if (options_.way == Options::Way::kCopy) copy();
    report();
    value_of(engine_.checkpoint(), "checkpoint");
    value_of(blocks_.sync(), "sync");
    report();
  }
  void say() {
    std::printf("%s\n", to_display(tree_.nodes()[engine_.tip()].hash).c_str());
    if (!options_.says_muhash) return;
    const auto summary = value_of(coins::summarize(*table_, coins::SetHash::kMuHash), "coins");
    std::printf("%s\n", to_display(summary.hash).c_str());
    if (options_.says_counts) {
      std::printf("%llu %lld %llu\n", static_cast<unsigned long long>(summary.counts.coins),
                  static_cast<long long>(summary.counts.total_units),
                  static_cast<unsigned long long>(summary.counts.bogosize));
    }
    std::fprintf(stderr, "%6.2f s  %llu coins, %llu bytes on disk\n", seconds(),
                 static_cast<unsigned long long>(summary.counts.coins),
                 static_cast<unsigned long long>(table_->bytes_on_disk()));
  }

 private:
  void advance() {
    for (;;) {
      const auto begin = Clock::now();
      const auto step = value_of(engine_.advance(), "advance");
      longest_step_ = std::max(longest_step_, Clock::now() - begin);
      if (step.kind == engine::Step::Kind::kAtBest) break;
      if (step.kind == engine::Step::Kind::kConnected) {
        say_step();
        if (++connected_ % 1000 == 0) report();
      } else if (step.kind != engine::Step::Kind::kDisconnected) {
        throw std::runtime_error("a block failed");
      }
    }
  }
  void copy() {
    auto scan = value_of(store::BlockScan::open(files_, options_.blocks, tree_.network().magic),
                         "blocks to copy");
    // Parents first: a block may lie before its parent.
    std::multimap<Hash256, store::Place> places;
    std::vector<Hash256> next{tree_.network().genesis.hash};
    value_of(scan.find_all([&](const wire::BlockHeader& header, const store::Place& place) {
      places.emplace(header.previous, place);
    }),
             "blocks to copy");
    while (!next.empty()) {
      const auto [begin, end] = places.equal_range(next.back());
      next.pop_back();
      for (auto at = begin; at != end; ++at) {
        next.insert(next.begin(), take(value_of(scan.read(at->second), "a block")));
      }
    }
  }
  Hash256 take(Bytes bytes) {
    const auto block = consensus::ParsedBlock::parse(std::move(bytes));
    if (!block) throw std::runtime_error("what is no block lies among the blocks");
    const UnixTime now = from_unix_seconds(std::time(nullptr));
    const auto added = tree_.add((*block)->header(), now);
    if (!added) throw std::runtime_error("a header is refused");
    if (value_of(engine_.accept(added->index, *block, now), "accept")) {
      throw std::runtime_error("a block is refused");
    }
    advance();
    return (*block)->hash();
  }
  void say_step() const {
    if (!options_.says_steps) return;
    std::printf("%u\n", tree_.nodes()[blocks_.tip()].height.value());
    std::fflush(stdout);
  }
  store::CoinTableConfig table_config() const {
    return {.cache_bytes = (options_.cache_mib << 20) / 8};
  }
  engine::EngineConfig engine_config() const {
    engine::EngineConfig config;
    config.stopwatch = [] { return TimePoint(Clock::now().time_since_epoch()); };
    config.coin_bytes = (options_.cache_mib << 20) / 4 * 3;
    if (options_.assumed_valid) config.assumed_valid = chain::AssumedValid{*options_.assumed_valid};
    return config;
  }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }
  void report() {
    const TimePoint now(Clock::now().time_since_epoch());
    std::fprintf(stderr, "%6.2f s  %s; %zu coins in memory, %zu MB; longest step %.2f s\n",
                 seconds(), progress_.line(now, engine_.done(), tree_, engine_.tip()).c_str(),
                 engine_.coins().young().coin_count(), engine_.coins().bytes() >> 20,
                 std::chrono::duration<double>(longest_step_).count());
  }

  const Options& options_;
  host::Files& files_;
  const Clock::time_point begin_ = Clock::now();
  chain::HeaderTree tree_;
  store::StoredBlocks blocks_;
  std::unique_ptr<store::CoinTable> table_;
  host::ThreadPool pool_;
  engine::Engine engine_;
  engine::Progress progress_{TimePoint(Clock::now().time_since_epoch()), {}};
  std::size_t connected_ = 0;
  Clock::duration longest_step_{};
};

void import(const Options& options) {
  const protocol::Network& network = *protocol::network_from_name("regtest");
  const auto files = host::system_files();
  const auto begin = Clock::now();
  if (options.way == Options::Way::kAgain) {
    value_of(store::reindex_chainstate(*files, options.folder), "reindex-chainstate");
  } else if (options.way == Options::Way::kLink) {
    link_blocks(options);
    const UnixTime now = from_unix_seconds(std::time(nullptr));
    const auto found = value_of(store::reindex(*files, options.folder, network, now), "reindex");
    const std::chrono::duration<double> time = Clock::now() - begin;
    std::fprintf(stderr, "%6.2f s  %u blocks found\n", time.count(), found.blocks);
  }
  Import run(options, network, *files);
  run.run();
  run.say();
}

}  // namespace

int main(int count, char** arguments) {
  try {
    import(options_of(count, arguments));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ibd_import: %s\n", error.what());
    return 1;
  }
}

// What a million headers of regtest cost in chain.log: to write, in bytes, and to read into a fresh
// tree at a start, alone and with all their blocks connected. The log lies in a folder of its own
// below TMPDIR, and is read out of the page cache. Times are the processor's, of this process and of
// the system for it, on one core; beside them, what a clock says.
//
// usage: chain_log_load [ROUNDS]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "veilwire/chain/header_hashes.h"
#include "veilwire/chain/testing/made_headers.h"
#include "veilwire/store/stored_blocks.h"

namespace {

using namespace veilwire;
using chain::HeaderTree;
using chain::NodeIndex;
using chain::testing::regtest;
using store::ChainLog;
using Headers = std::vector<chain::HashedHeader>;

constexpr std::size_t kHeaders = 1'000'000;
// As main's in 2026: a file of 128 MiB holds about 200.
constexpr std::uint32_t kBlocksAFile = 200;
constexpr std::uint32_t kBlockBytes = 600'000;
constexpr std::size_t kHashedTogether = 256;  // as at a start
constexpr std::uint64_t kSalt = 0x9e37'79b9'7f4a'7c15;
constexpr store::LogFormat kFormat{{'v', 'w', 'c', 'h'}, 1};

void require(bool condition, const char* sentence) {
  if (condition) return;
  std::fprintf(stderr, "chain_log_load: %s\n", sentence);
  std::exit(1);
}

// Gone when it is.
class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "chain_log_XXXXXX").string()) {
    require(mkdtemp(path_.data()) != nullptr, "no folder can be made below TMPDIR");
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }
  std::string log() const { return path_ + "/chain.log"; }

 private:
  std::string path_;
};

struct Took {
  double processor = 0;
  double clock = 0;
};

Took timed(const std::function<void()>& work) {
  const auto began = std::chrono::steady_clock::now();
  const std::clock_t begin = std::clock();
  work();
  const double processor = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  return {processor,
          std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count()};
}

void report(const char* what, const Took& took) {
  std::printf("  %-52s %6.0f ms (by the clock %.0f)\n", what, 1e3 * took.processor,
              1e3 * took.clock);
}

// The median by the processor's time.
void measure(const char* what, int rounds, const std::function<void()>& work) {
  std::vector<Took> all;
  for (int i = 0; i < rounds; ++i) all.push_back(timed(work));
  std::ranges::sort(all, {}, &Took::processor);
  report(what, all[all.size() / 2]);
}

void report_size(const Folder& folder) {
  const auto bytes = static_cast<double>(std::filesystem::file_size(folder.log()));
  std::printf("  %-52s %6.1f MB, %.1f bytes a header\n", "size of chain.log", bytes / 1e6,
              bytes / static_cast<double>(kHeaders));
}

store::Place place(std::uint32_t block) {
  return {block / kBlocksAFile, 8 + block % kBlocksAFile * kBlockBytes, kBlockBytes};
}

// As the engine does: the block comes, is connected, and is the tip.
void connect(HeaderTree& tree, ChainLog& log, NodeIndex index) {
  const store::Place at = place(index.value());
  tree.set_data_here(index);
  require(log.keep_block(tree, index, {.block = at}).has_value(), "a block is not kept");
  tree.set_connected(index);
  require(log.keep_block(tree, index, {.block = at, .undo = at}).has_value(),
          "an undo is not kept");
  require(log.keep_tip(tree, index).has_value(), "a tip is not kept");
}

void connect_all(HeaderTree& tree, ChainLog& log) {
  for (NodeIndex i = NodeIndex::of(1); i.value() < tree.nodes().size(); i = i.next()) {
    connect(tree, log, i);
  }
}

// -- The parts of a start -----------------------------------------------------------------------------

void read_bare(host::Files& files, const Folder& folder) {
  const auto log =
      store::RecordLog::open(files, folder.log(), kFormat, [](ByteView) { return true; });
  require(log.has_value(), "the log cannot be read");
}

void open_log(host::Files& files, const Folder& folder) {
  HeaderTree tree(regtest(), kSalt);
  require(ChainLog::open(files, folder.log(), tree).has_value(), "the log cannot be opened");
  require(tree.nodes().size() == kHeaders + 1, "the tree does not have all headers");
}

void hash_all(const Headers& headers) {
  std::vector<wire::BlockHeader> some;
  for (std::size_t at = 0; at < headers.size(); at += kHashedTogether) {
    some.clear();
    const std::size_t end = std::min(at + kHashedTogether, headers.size());
    for (std::size_t i = at; i < end; ++i) some.push_back(headers[i].header);
    require(chain::hashed(some).back().hash == headers[end - 1].hash, "a hash is another");
  }
}

void restore_all(const Headers& headers) {
  HeaderTree tree(regtest(), kSalt);
  chain::StableArray<chain::StoredStanding> standings;
  standings.push_back({});
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (i % kHashedTogether == 0) {
      for (std::size_t j = i; j < std::min(i + kHashedTogether, headers.size()); ++j) {
        tree.nodes().prefetch(headers[j].hash);
      }
    }
    require(tree.restore(headers[i]).has_value(), "a header is not restored");
    standings.push_back({});
  }
  tree.restore_standings(standings);
}

void measure_start(host::Files& files, const Folder& folder, const Headers& headers, int rounds) {
  measure("start: ChainLog::open", rounds, [&] { open_log(files, folder); });
  measure("start: StoredBlocks::open", rounds, [&] {
    HeaderTree tree(regtest(), kSalt);
    const auto blocks = store::StoredBlocks::open(files, folder.path(), tree);
    require(blocks.has_value(), "the store cannot be opened");
  });
  measure("part: file read, checksums", rounds, [&] { read_bare(files, folder); });
  measure("part: hashes", rounds, [&] { hash_all(headers); });
  measure("part: tree", rounds, [&] { restore_all(headers); });
}

// -- The whole ----------------------------------------------------------------------------------------

void measure_all(host::Files& files, int rounds) {
  const Folder folder;
  HeaderTree tree(regtest(), kSalt);
  auto log = ChainLog::open(files, folder.log(), tree).value();
  const auto headers =
      chain::testing::mined_chain(regtest().genesis.hash, regtest().genesis.time, kHeaders);
  require(!tree.add(std::span(headers), headers.back().header.time).refusal, "a header is refused");

  std::puts("headers alone");
  report("written", timed([&] { require(log.keep_headers(tree).has_value(), "not written"); }));
  report("synced", timed([&] { require(log.sync().has_value(), "not synced"); }));
  report_size(folder);
  measure_start(files, folder, headers, rounds);

  std::puts("with every block connected");
  report("three records a block written", timed([&] { connect_all(tree, log); }));
  report_size(folder);
  measure_start(files, folder, headers, rounds);

  std::puts("with more than half of it said otherwise later");
  for (int i = 0; i < 2; ++i) connect_all(tree, log);
  report_size(folder);
  report("start: ChainLog::open, which writes it anew", timed([&] { open_log(files, folder); }));
  report_size(folder);
  measure_start(files, folder, headers, rounds);
}

}  // namespace

int main(int argc, char** argv) {
  const auto files = host::system_files();
  measure_all(*files, argc > 1 ? std::max(1, std::atoi(argv[1])) : 5);
  return 0;
}

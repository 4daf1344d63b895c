// What a million headers of regtest cost in chain.log: to write, in bytes, and to read into a fresh
// tree at a start, alone and with all their blocks connected. The log lies in a folder of its own
// below TMPDIR, and is read out of the page cache. Each measurement is of a new process, as a start
// is: what it needs of memory it gets from the system first. Times are the processor's, of the process
// and of the system for it, on one core; beside them, what a clock says.
//
// Where finding a page of memory is dear, as on some virtual machines, that is most of it: compare
// GLIBC_TUNABLES=glibc.malloc.hugetlb=1.
//
// usage: chain_log_load [ROUNDS]

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
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
  double pages = 0;  // of memory that the system had to find

  static double pages_until_now() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_minflt);
  }
};

Took timed(const std::function<void()>& work) {
  const double pages = Took::pages_until_now();
  const auto began = std::chrono::steady_clock::now();
  const std::clock_t begin = std::clock();
  work();
  const double processor = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  const std::chrono::duration<double> clock = std::chrono::steady_clock::now() - began;
  return {processor, clock.count(), Took::pages_until_now() - pages};
}

void report(const char* what, const Took& took) {
  std::printf("  %-46s %6.0f ms (by the clock %.0f), %6.0f pages\n", what, 1e3 * took.processor,
              1e3 * took.clock, took.pages);
}

// What this system takes to find a page of memory, which differs a hundredfold between machines.
Took find_memory() {
  constexpr std::size_t kBytes = std::size_t{100} << 20;
  return timed([] {
    const auto bytes = std::make_unique_for_overwrite<volatile std::uint8_t[]>(kBytes);
    for (std::size_t at = 0; at < kBytes; at += 4096) bytes[at] = 1;
  });
}

// Of what `work` says it took in a process of its own.
Took in_new_process(const std::function<Took()>& work) {
  std::array<int, 2> ends{};
  require(::pipe(ends.data()) == 0, "no pipe can be made");
  std::fflush(stdout);
  const pid_t child = ::fork();
  require(child >= 0, "no process can be made");
  Took took;
  if (child == 0) {
    took = work();
    std::fflush(stdout);
    const bool is_told = ::write(ends[1], &took, sizeof(took)) == sizeof(took);
    ::_exit(is_told ? 0 : 1);
  }
  ::close(ends[1]);
  const bool is_told = ::read(ends[0], &took, sizeof(took)) == sizeof(took);
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  require(is_told, "a process has failed");
  return took;
}

// The median by the processor's time.
void measure(const char* what, int rounds, const std::function<Took()>& work) {
  std::vector<Took> all;
  for (int i = 0; i < rounds; ++i) all.push_back(in_new_process(work));
  std::ranges::sort(all, {}, &Took::processor);
  report(what, all[all.size() / 2]);
}

void report_size(const Folder& folder) {
  const auto bytes = static_cast<double>(std::filesystem::file_size(folder.log()));
  std::printf("  %-46s %6.1f MB, %.1f bytes a header\n", "size of chain.log", bytes / 1e6,
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

ChainLog open_log(host::Files& files, const Folder& folder, HeaderTree& tree) {
  auto log = ChainLog::open(files, folder.log(), tree);
  require(log && tree.nodes().size() == kHeaders + 1, "the log does not have all headers");
  return std::move(*log);
}

// Kept beside their tree, so that nobody gets memory that it has given back.
struct Known {
  Known(host::Files& files, const Folder& folder) {
    open_log(files, folder, tree);
    for (NodeIndex i = NodeIndex::of(1); i.value() < tree.nodes().size(); i = i.next()) {
      headers.push_back({tree.nodes().header(i), tree.nodes()[i].hash});
    }
  }

  HeaderTree tree{regtest(), kSalt};
  Headers headers;
};

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
  for (std::size_t at = 0; at < headers.size(); at += kHashedTogether) {
    const auto some =
        std::span(headers).subspan(at, std::min(kHashedTogether, headers.size() - at));
    for (const chain::HashedHeader& header : some) tree.nodes().prefetch(header.hash);
    for (const chain::HashedHeader& header : some) {
      require(tree.restore(header).has_value(), "a header is not restored");
    }
  }
  tree.restore_standings({});
}

void measure_start(host::Files& files, const Folder& folder, int rounds) {
  report_size(folder);
  measure("start: ChainLog::open", rounds, [&] {
    return timed([&] {
      HeaderTree tree(regtest(), kSalt);
      open_log(files, folder, tree);
    });
  });
  measure("start: StoredBlocks::open", rounds, [&] {
    return timed([&] {
      HeaderTree tree(regtest(), kSalt);
      const auto blocks = store::StoredBlocks::open(files, folder.path(), tree);
      require(blocks.has_value(), "the store cannot be opened");
    });
  });
  measure("part: file read, checksums", rounds,
          [&] { return timed([&] { read_bare(files, folder); }); });
  measure("part: hashes", rounds, [&] {
    const Known known(files, folder);
    return timed([&] { hash_all(known.headers); });
  });
  measure("part: tree", rounds, [&] {
    const Known known(files, folder);
    return timed([&] { restore_all(known.headers); });
  });
}

// -- The whole ----------------------------------------------------------------------------------------

Took write_headers(host::Files& files, const Folder& folder) {
  HeaderTree tree(regtest(), kSalt);
  auto log = ChainLog::open(files, folder.log(), tree).value();
  const Headers headers =
      chain::testing::mined_chain(regtest().genesis.hash, regtest().genesis.time, kHeaders);
  require(!tree.add(std::span(headers), headers.back().header.time).refusal, "a header is refused");
  const Took took =
      timed([&] { require(log.keep_headers(tree).has_value(), "headers are not written"); });
  report("synced", timed([&] { require(log.sync().has_value(), "they are not synced"); }));
  return took;
}

Took connect_times(host::Files& files, const Folder& folder, int times) {
  HeaderTree tree(regtest(), kSalt);
  auto log = open_log(files, folder, tree);
  return timed([&] {
    for (int i = 0; i < times; ++i) connect_all(tree, log);
  });
}

void measure_all(host::Files& files, int rounds) {
  const Folder folder;
  measure("100 MiB of memory, found and touched", rounds, find_memory);
  std::puts("headers alone");
  report("written", in_new_process([&] { return write_headers(files, folder); }));
  measure_start(files, folder, rounds);

  std::puts("with every block connected");
  report("three records a block written",
         in_new_process([&] { return connect_times(files, folder, 1); }));
  measure_start(files, folder, rounds);

  std::puts("with more than half of it said otherwise later");
  in_new_process([&] { return connect_times(files, folder, 2); });
  report_size(folder);
  measure("start: ChainLog::open, which writes it anew", 1, [&] {
    return timed([&] {
      HeaderTree tree(regtest(), kSalt);
      open_log(files, folder, tree);
    });
  });
  measure_start(files, folder, rounds);
}

}  // namespace

int main(int argc, char** argv) {
  const auto files = host::system_files();
  measure_all(*files, argc > 1 ? std::max(1, std::atoi(argv[1])) : 5);
  return 0;
}

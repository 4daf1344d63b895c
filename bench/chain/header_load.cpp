// How many headers a second one core takes through hash, work, difficulty and tree: main's first
// 10 236 into a fresh tree each time, and a million of regtest into one, which outgrows the cache.
// Headers come as messages of 2000, parsed. "sync" is the same through a peer's machine, which
// looks at the work of a whole message before any of it goes to the tree, and "presync" goes twice
// through the commitments. Time is the processor's, of this process alone.
//
// usage: header_load [ROUNDS]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "veilwire/chain/header_hashes.h"
#include "veilwire/chain/header_sync.h"
#include "veilwire/chain/header_tree.h"
#include "veilwire/consensus/header_check.h"
#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/wire/headers.h"

namespace {

using namespace veilwire;
using chain::HeaderTree;
using Headers = std::vector<wire::BlockHeader>;

constexpr std::size_t kRegtestHeaders = 1'000'000;
constexpr std::uint64_t kSalt = 0x9e37'79b9'7f4a'7c15;

const protocol::Network& network(const char* name) { return *protocol::network_from_name(name); }

// Without the genesis block.
Headers main_headers() {
  std::ifstream file(VEILWIRE_TEST_DATA "/data/mainnet_headers_0_10236.bin", std::ios::binary);
  const Bytes bytes(std::istreambuf_iterator<char>(file), {});
  Headers headers;
  for (wire::Reader reader(bytes); reader.left() >= wire::BlockHeader::kBytes;) {
    headers.push_back(wire::BlockHeader::read(reader));
  }
  if (!headers.empty()) headers.erase(headers.begin());
  return headers;
}

Headers regtest_headers() {
  const protocol::Network& regtest = network("regtest");
  Headers headers(kRegtestHeaders);
  Hash256 previous = regtest.genesis.hash;
  UnixTime time = regtest.genesis.time;
  for (wire::BlockHeader& header : headers) {
    header = {.version = 4, .previous = previous, .time = time += std::chrono::seconds(60)};
    header.bits = regtest.genesis.bits;
    for (previous = header.hash(); !consensus::has_work(regtest, header, previous);) {
      ++header.nonce;
      previous = header.hash();
    }
  }
  return headers;
}

std::span<const wire::BlockHeader> message(const Headers& headers, std::size_t at) {
  return std::span(headers).subspan(at, std::min(wire::kMaxHeaders, headers.size() - at));
}

void require(bool condition, const char* sentence) {
  if (condition) return;
  std::fprintf(stderr, "header_load: %s\n", sentence);
  std::exit(1);
}

void hash_all(const Headers& headers) {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at < headers.size(); at += wire::kMaxHeaders) {
    sum += chain::hashed(message(headers, at)).back().hash[0];
  }
  require(sum != 1, "no hash is like another");
}

void fill_tree(const protocol::Network& of, const Headers& headers) {
  HeaderTree tree(of, kSalt);
  for (std::size_t at = 0; at < headers.size(); at += wire::kMaxHeaders) {
    require(!tree.add(message(headers, at), headers.back().time).refusal, "a header is refused");
  }
}

// What a start from our own disk does once the file is read.
void restore(const protocol::Network& of, std::span<const chain::HashedHeader> headers) {
  HeaderTree tree(of, kSalt);
  chain::StableArray<chain::StoredStanding> standings;
  standings.push_back({});
  for (const chain::HashedHeader& header : headers) {
    require(tree.restore(header).has_value(), "a header is not restored");
    standings.push_back(
        {.data = chain::StoredStanding::Data::kConnected, .sequence = standings.size() + 1});
  }
  tree.restore_standings(standings);
}

// Answers one peer's machine until it asks no more.
void sync(const protocol::Network& of, const Headers& headers, std::uint32_t required_blocks) {
  HeaderTree tree(of, kSalt);
  crypto::SeededEntropy entropy(1);
  chain::HeaderSync machine(tree, entropy);
  const chain::HeaderSyncMoment moment{
      .wall = headers.back().time,
      .required_work = chain::ChainWork(consensus::work_of(of.genesis.bits)) * required_blocks};
  std::size_t at = 0;
  bool is_second_time = false;
  while (at < headers.size()) {
    machine.on_headers(moment, message(headers, at));
    at += wire::kMaxHeaders;
    if (!is_second_time && machine.state() == chain::HeaderSync::State::kRedownloading) {
      is_second_time = true;
      at = 0;
    }
    while (machine.poll_action()) {
    }
  }
  require(tree.nodes().size() == headers.size() + 1, "the machine has not taken all");
}

void measure(const std::string& what, std::size_t headers, int rounds,
             const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int i = 0; i < rounds; ++i) {
    const std::clock_t begin = std::clock();
    work();
    seconds.push_back(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  std::ranges::sort(seconds);
  const auto rate = [&](double each) { return static_cast<double>(headers) / each; };
  std::printf("%-24s %12.0f headers/s (median; best %.0f), %.0f ns each\n", what.c_str(),
              rate(seconds[seconds.size() / 2]), rate(seconds.front()),
              1e9 / rate(seconds[seconds.size() / 2]));
}

void measure_all(const char* name, const Headers& headers, int rounds) {
  const protocol::Network& of = network(name);
  const std::string label(name);
  const auto most = static_cast<std::uint32_t>(headers.size());
  measure(label + " hashes alone", headers.size(), rounds, [&] { hash_all(headers); });
  measure(label + " tree", headers.size(), rounds, [&] { fill_tree(of, headers); });
  const auto hashed = chain::hashed(headers);
  measure(label + " restore", headers.size(), rounds, [&] { restore(of, hashed); });
  measure(label + " sync", headers.size(), rounds, [&] { sync(of, headers, 0); });
  measure(label + " presync", headers.size(), rounds, [&] { sync(of, headers, most - 100); });
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  const Headers main = main_headers();
  if (main.empty()) {
    std::puts("SKIPPED: main's headers, which are not under VEILWIRE_TEST_DATA");
  } else {
    measure_all("main", main, 20 * rounds);
  }
  measure_all("regtest", regtest_headers(), rounds);
  return 0;
}

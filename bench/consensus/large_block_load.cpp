// What check_block() takes for a block of 5000 P2WPKH inputs with its coins at hand, on one thread
// and on two, beside the bare checks of its signatures on one and on two. beside_node.py has a real
// node connect the same block in the same run.
//
// usage: large_block_load --write FILE    the chain and the block, in hexadecimal, one a line
//        large_block_load [ROUNDS]        one object of JSON
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "large_block.h"
#include "veilwire/app/speed/block_contestants.h"
#include "veilwire/base/hex.h"
#include "veilwire/consensus/check_block.h"
#include "veilwire/consensus/testing/coin_map.h"
#include "veilwire/consensus/testing/listed_ancestors.h"
#include "veilwire/host/thread_pool.h"

namespace {

using namespace veilwire;
using namespace veilwire::consensus;

constexpr std::size_t kInputs = 5000;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "large_block_load: %s\n", why.c_str());
  std::exit(1);
}

// The chain below the block, as far as the block's check asks for it.
class Below {
 public:
  Below() {
    const protocol::Genesis& genesis = network_.genesis;
    ancestors_.list.push_back({genesis.hash, genesis.version, genesis.time, genesis.bits});
  }

  void connect(const Bytes& bytes) {
    host::ThreadPool nobody(0);
    const auto block = ParsedBlock::parse(bytes);
    if (!block) give_up("a block cannot be parsed");
    const auto context = BlockContext::of(network_, ancestors_, (*block)->header());
    const auto verdict = check_block(*block, context, coins_.gather(**block), nobody);
    if (!verdict) give_up("a block is refused: " + failure_text(verdict.error()));
    coins_.connect(**verdict);
    ancestors_.add((*block)->header());
  }
  app::MeasuredBlock measured(const bench::LargeBlock& large) const {
    return {.network = &network_,
            .ancestors = std::make_shared<testing::ListedAncestors>(ancestors_),
            .bytes = large.block,
            .coins = coins_.gather(*ParsedBlock::parse(large.block).value()),
            .signatures = large.signatures};
  }

 private:
  const protocol::Network& network_ = *protocol::network_from_name("regtest");
  testing::ListedAncestors ancestors_;
  testing::CoinMap coins_;
};

void write(const bench::LargeBlock& large, const char* path) {
  std::ofstream file(path);
  for (const Bytes& block : large.chain) file << to_hex(block) << '\n';
  file << to_hex(large.block) << '\n';
  if (!file.flush()) give_up(std::string("cannot write ") + path);
}

void measure(const bench::LargeBlock& large, int rounds) {
  Below below;
  for (const Bytes& block : large.chain) below.connect(block);
  const auto block = std::make_shared<const app::MeasuredBlock>(below.measured(large));
  const std::unique_ptr<app::Contestant> contestants[] = {
      app::bare_block_check(block, 1), app::our_block_check(block, 1),
      app::bare_block_check(block, 2), app::our_block_check(block, 2)};
  double least[] = {1e9, 1e9, 1e9, 1e9};  // ms
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < std::size(contestants); ++i) {
      const double ms = app::time_round(*contestants[i]) * kInputs * 1e-6;
      least[i] = std::min(least[i], ms);
    }
  }
  std::printf(
      R"({"inputs": %zu, "curve_one_ms": %.1f, "one_ms": %.1f, "curve_two_ms": %.1f, "two_ms": %.1f})"
      "\n",
      kInputs, least[0], least[1], least[2], least[3]);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::LargeBlock large = bench::make_large_block(kInputs);
  if (argc == 3 && std::string_view(argv[1]) == "--write") {
    write(large, argv[2]);
  } else {
    measure(large, argc > 1 ? std::max(1, std::atoi(argv[1])) : 3);
  }
}

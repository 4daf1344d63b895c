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
#include <functional>
#include <string_view>
#include <thread>

#include "large_block.h"
#include "veilwire/base/hex.h"
#include "veilwire/consensus/check_block.h"
#include "veilwire/consensus/testing/coin_map.h"
#include "veilwire/consensus/testing/listed_ancestors.h"
#include "veilwire/crypto/ecdsa.h"
#include "veilwire/host/thread_pool.h"

namespace {

using namespace veilwire;
using namespace veilwire::consensus;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::size_t kInputs = 5000;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "large_block_load: %s\n", why.c_str());
  std::exit(1);
}

double time_of(const std::function<void()>& work) {
  const auto begin = Clock::now();
  work();
  return Milliseconds(Clock::now() - begin).count();
}

// The chain below the block, as far as the block's check asks for it.
class Below {
 public:
  Below() {
    const protocol::Genesis& genesis = network_.genesis;
    ancestors_.list.push_back({genesis.hash, genesis.version, genesis.time, genesis.bits});
  }

  std::shared_ptr<const ConnectedBlock> check(const Bytes& bytes, Executor& executor) const {
    const auto block = ParsedBlock::parse(bytes);
    if (!block) give_up("a block cannot be parsed");
    const auto context = BlockContext::of(network_, ancestors_, (*block)->header());
    const auto verdict = check_block(*block, context, coins_.gather(**block), executor);
    if (!verdict) give_up("a block is refused: " + failure_text(verdict.error()));
    return *verdict;
  }
  void connect(const Bytes& bytes, Executor& executor) {
    const auto connected = check(bytes, executor);
    coins_.connect(*connected);
    ancestors_.add(connected->block->header());
  }
  // From its bytes to the verdict, without the gathering of its coins.
  double time_of_check(const Bytes& bytes, Executor& executor) const {
    const auto coins = coins_.gather(*ParsedBlock::parse(bytes).value());
    Bytes copy = bytes;
    return time_of([&] {
      const auto block = ParsedBlock::parse(std::move(copy)).value();
      const auto context = BlockContext::of(network_, ancestors_, block->header());
      if (!check_block(block, context, coins, executor)) give_up("the block is refused");
    });
  }

 private:
  const protocol::Network& network_ = *protocol::network_from_name("regtest");
  testing::ListedAncestors ancestors_;
  testing::CoinMap coins_;
};

void verify(const std::vector<bench::SignedDigest>& signatures, std::size_t first,
            std::size_t step) {
  for (std::size_t i = first; i < signatures.size(); i += step) {
    const auto& [key, signature, digest] = signatures[i];
    if (!crypto::verify_ecdsa(key, signature, digest)) give_up("a signature is refused");
  }
}

double time_of_curve(const std::vector<bench::SignedDigest>& signatures, std::size_t threads) {
  return time_of([&] {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i) {
      others.emplace_back([&signatures, i, threads] { verify(signatures, i, threads); });
    }
    verify(signatures, 0, threads);
  });
}

void write(const bench::LargeBlock& large, const char* path) {
  std::ofstream file(path);
  for (const Bytes& block : large.chain) file << to_hex(block) << '\n';
  file << to_hex(large.block) << '\n';
  if (!file.flush()) give_up(std::string("cannot write ") + path);
}

void measure(const bench::LargeBlock& large, int rounds) {
  host::ThreadPool nobody(0);
  host::ThreadPool helper(1);
  Below below;
  for (const Bytes& block : large.chain) below.connect(block, nobody);
  double curve_one = 1e9, curve_two = 1e9, one = 1e9, two = 1e9;
  for (int i = 0; i < rounds; ++i) {
    curve_one = std::min(curve_one, time_of_curve(large.signatures, 1));
    one = std::min(one, below.time_of_check(large.block, nobody));
    curve_two = std::min(curve_two, time_of_curve(large.signatures, 2));
    two = std::min(two, below.time_of_check(large.block, helper));
  }
  std::printf(
      R"({"inputs": %zu, "curve_one_ms": %.1f, "one_ms": %.1f, "curve_two_ms": %.1f, "two_ms": %.1f})"
      "\n",
      kInputs, curve_one, one, curve_two, two);
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

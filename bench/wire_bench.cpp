// A real block: parsed, parsed with every id, and parsed and held against what its header commits
// to. Beside them, in the same run: OpenSSL sealing 1 MB, one SHA-256 over the block, and nothing
// but its bytes read. The counter `s_per_byte` is the one to compare.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>

#include "veilwire/base/bytes.h"
#include "veilwire/base/endian.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/crypto/yardstick.h"
#include "veilwire/wire/block.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/merkle.h"

namespace veilwire::bench {
namespace {

constexpr const char* kBlockFile = VEILWIRE_TEST_DATA "/data/mainnet_block_866342.bin";

const Bytes& real_block() {
  static const Bytes bytes = [] {
    std::ifstream file(kBlockFile, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
  }();
  return bytes;
}

void count_bytes(benchmark::State& state, std::size_t bytes) {
  const double total = static_cast<double>(state.iterations()) * static_cast<double>(bytes);
  state.SetBytesProcessed(static_cast<std::int64_t>(total));
  state.counters["s_per_byte"] =
      benchmark::Counter(total, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Skips, and says so, where there is no block.
template <typename Work>
void with_block(benchmark::State& state, Work work) {
  const Bytes& bytes = real_block();
  if (bytes.empty()) {
    state.SkipWithError("no data/mainnet_block_866342.bin under VEILWIRE_TEST_DATA");
    return;
  }
  for (auto _ : state) work(bytes);
  count_bytes(state, bytes.size());
}

void parse_block(benchmark::State& state) {
  with_block(state, [&](const Bytes& bytes) {
    const auto block = wire::parse<wire::Block>(bytes);
    if (!block) state.SkipWithError("the block does not parse");
    benchmark::DoNotOptimize(block);
  });
}

void parse_block_with_ids(benchmark::State& state) {
  with_block(state, [&](const Bytes& bytes) {
    const auto block = wire::parse<wire::Block>(bytes);
    if (!block) return state.SkipWithError("the block does not parse");
    benchmark::DoNotOptimize(wire::ids_of(*block));
  });
}

void check_block(benchmark::State& state) {
  with_block(state, [&](const Bytes& bytes) {
    const auto block = wire::parse<wire::Block>(bytes);
    if (!block) return state.SkipWithError("the block does not parse");
    const auto ids = wire::ids_of(*block);
    const bool good =
        wire::merkle_root_of_txids(ids).root == block->header.merkle_root &&
        wire::check_witness_commitment(*block, ids) == wire::WitnessCommitment::kMatches;
    if (!good) state.SkipWithError("the block's commitments do not hold");
  });
}

void hash_block_once(benchmark::State& state) {
  with_block(state, [](const Bytes& bytes) { benchmark::DoNotOptimize(crypto::sha256(bytes)); });
}

void sum_block(benchmark::State& state) {
  with_block(state, [](const Bytes& bytes) {
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      sum += load_le<std::uint64_t>(bytes.data() + at);
    }
    benchmark::DoNotOptimize(sum);
  });
}

void seal_with_openssl(benchmark::State& state) {
  crypto::OpenSslAead aead(crypto::OpenSslAead::Direction::kSeal,
                           Secret<32>(std::array<std::uint8_t, 32>{1}));
  Bytes text(1'000'000);
  std::array<std::uint8_t, 16> tag;
  std::uint64_t packet = 0;
  for (auto _ : state) {
    if (!aead.seal(packet++, text, tag)) state.SkipWithError("OpenSSL refuses to seal");
  }
  count_bytes(state, text.size());
}

BENCHMARK(parse_block)->Name("wire/parse_block");
BENCHMARK(parse_block_with_ids)->Name("wire/parse_block_with_every_id");
BENCHMARK(check_block)->Name("wire/parse_block_check_both_roots");
BENCHMARK(seal_with_openssl)->Name("wire/yardstick/openssl_seals_1_MB");
BENCHMARK(hash_block_once)->Name("wire/yardstick/sha256_of_the_block_once");
BENCHMARK(sum_block)->Name("wire/yardstick/every_byte_read");

}  // namespace
}  // namespace veilwire::bench

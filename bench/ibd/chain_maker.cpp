#include "chain_maker.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <stdexcept>
#include <utility>

#include "veilwire/base/hex.h"
#include "veilwire/wire/block_header.h"
#include "veilwire/wire/testing/genesis.h"

namespace veilwire::bench {
namespace {

// The coinbases of a batch are known only after the next one was planned: two batches must not have
// more blocks than a coinbase takes to mature.
constexpr std::uint32_t kBatchBlocks = 50;

const protocol::Network& regtest() { return *protocol::network_from_name("regtest"); }

Bytes genesis_block() {
  const protocol::Genesis& genesis = regtest().genesis;
  const wire::BlockHeader header{.version = genesis.version,
                                 .merkle_root = genesis.merkle_root,
                                 .time = genesis.time,
                                 .bits = genesis.bits,
                                 .nonce = genesis.nonce};
  if (header.hash() != genesis.hash) throw std::logic_error("the genesis block has another hash");
  Bytes block;
  wire::Writer writer(block);
  header.write(writer);
  writer.compact_size(1);
  writer.bytes(from_hex(wire::testing::kGenesisCoinbase).value());
  return block;
}

// Plans whose contents any number of threads make together.
class Batch {
 public:
  Batch(std::vector<BlockPlan> plans, const KeyRing& keys)
      : plans_(std::move(plans)), keys_(keys), contents_(plans_.size()) {}

  // Returns when no plan is left that nobody has begun.
  void help() {
    for (std::size_t i = next_++; i < plans_.size(); i = next_++) {
      contents_[i] = contents_of(std::move(plans_[i]), keys_);
    }
  }
  // REQUIRES: every help() has returned.
  const std::vector<BlockContents>& contents() const { return contents_; }

 private:
  std::vector<BlockPlan> plans_;
  const KeyRing& keys_;
  std::vector<BlockContents> contents_;
  std::atomic<std::size_t> next_ = 0;
};

}  // namespace

ChainMaker::ChainMaker(std::uint64_t seed, const Splits& splits, BlkFiles& files)
    : keys_(seed), planner_(seed, splits, keys_), files_(files), tip_(regtest().genesis.hash) {
  files_.add(genesis_block());
}

void ChainMaker::make(std::uint32_t blocks) {
  const auto size_of_next = [&blocks] {
    const std::uint32_t size = std::min(blocks, kBatchBlocks);
    blocks -= size;
    return size;
  };
  std::vector<BlockPlan> next = plan(size_of_next());
  while (!next.empty()) {
    Batch batch(std::move(next), keys_);
    auto other_thread = std::async(std::launch::async, [&batch] { batch.help(); });
    next = plan(size_of_next());
    batch.help();
    other_thread.get();
    for (const BlockContents& contents : batch.contents()) write(contents);
  }
}

std::vector<BlockPlan> ChainMaker::plan(std::uint32_t blocks) {
  std::vector<BlockPlan> plans;
  while (plans.size() < blocks) plans.push_back(planner_.plan_block());
  return plans;
}

void ChainMaker::write(const BlockContents& contents) {
  ++height_;
  planner_.set_reward(contents.reward);
  wire::BlockHeader header{.version = 0x2000'0000,
                           .previous = tip_,
                           .merkle_root = contents.root,
                           .time = regtest().genesis.time + height_ * kSpacing,
                           .bits = regtest().genesis.bits};
  while (!wire::meets_own_target(header)) ++header.nonce;
  tip_ = header.hash();
  Bytes block;
  wire::Writer writer(block);
  header.write(writer);
  writer.bytes(contents.transactions);
  files_.add(block);
}

}  // namespace veilwire::bench

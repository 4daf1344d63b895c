#include "large_block.h"

#include "veilwire/consensus/limits.h"
#include "veilwire/consensus/testing/drafts.h"
#include "veilwire/protocol/network.h"

namespace veilwire::bench {
namespace {

using namespace veilwire::consensus;
using namespace veilwire::consensus::testing;

class Maker {
 public:
  Maker()
      : previous_(network_.genesis.hash),
        time_(network_.genesis.time),
        height_(protocol::Height::of(0)) {}

  // One with a coinbase alone, whose transaction it returns.
  TransactionDraft mine_empty(LargeBlock& out) {
    out.chain.push_back(mine({}));
    return coinbase_;
  }

  Bytes mine(std::vector<TransactionDraft> others) {
    height_ = height_.next();
    time_ += std::chrono::minutes(1);
    coinbase_ = consensus::testing::coinbase(height_, subsidy(network_, height_));
    BlockDraft block;
    block.transactions = {coinbase_};
    const bool has_witness = !others.empty() && !others[0].inputs[0].witness.empty();
    for (TransactionDraft& other : others) block.transactions.push_back(std::move(other));
    if (has_witness) block.commit();
    block.header = {.version = 0x2000'0000,
                    .previous = previous_,
                    .merkle_root = {},
                    .time = time_,
                    .bits = network_.genesis.bits,
                    .nonce = 0};
    block.set_root();
    block.mine();
    previous_ = block.header.hash();
    return block.bytes();
  }

 private:
  const protocol::Network& network_ = *protocol::network_from_name("regtest");
  Hash256 previous_;
  UnixTime time_;
  protocol::Height height_;
  TransactionDraft coinbase_;
};

}  // namespace

LargeBlock make_large_block(std::size_t inputs) {
  LargeBlock out;
  Maker maker;
  const TransactionDraft oldest = maker.mine_empty(out);
  for (std::uint32_t i = 0; i < kCoinbaseMaturity; ++i) maker.mine_empty(out);

  const app::KeyedCoins coins(inputs);
  TransactionDraft split{.inputs = {{.previous = oldest.outpoint(0)}}};
  for (const Bytes& script : coins.scripts()) {
    split.outputs.push_back({app::KeyedCoins::kValue, script});
  }
  app::SignedSpends spends = coins.spend(split.txid());
  out.chain.push_back(maker.mine({std::move(split)}));

  std::vector<TransactionDraft> drafts;
  for (const Bytes& bytes : spends.transactions) {
    drafts.push_back(TransactionDraft::of(wire::parse<wire::Transaction>(bytes).value()));
  }
  out.block = maker.mine(std::move(drafts));
  out.signatures = std::move(spends.signatures);
  return out;
}

}  // namespace veilwire::bench

// The tip of a made-up regtest chain, on which a test puts one block.
#pragma once

#include "veilwire/consensus/check_block.h"
#include "veilwire/consensus/testing/coin_map.h"
#include "veilwire/consensus/testing/drafts.h"
#include "veilwire/consensus/testing/executors.h"
#include "veilwire/consensus/testing/listed_ancestors.h"

namespace veilwire::consensus::testing {

class RegtestTip {
 public:
  // Of 201 blocks, a minute apart.
  RegtestTip()
      : network(*protocol::network_from_name("regtest")),
        ancestors(ListedAncestors::regular(201, network.genesis.bits, network.genesis.time,
                                           std::chrono::seconds(60))) {}

  Height height() const { return ancestors.last().next(); }

  // An unspent output, of any kind: its script may be spent by anybody.
  wire::Outpoint coin(Amount value) { return coin(value, height().before(150)); }
  wire::Outpoint coin(Amount value, Height height, CoinOrigin origin = CoinOrigin::kTransaction,
                      const Bytes& script = kAnybodyCanSpend) {
    wire::Outpoint outpoint{.txid = {}, .index = ++coin_count_};
    outpoint.txid[5] = 0x55;
    coins.add(outpoint, Coin(value, script, height, origin));
    return outpoint;
  }

  // The next block, with nothing but a coinbase, which takes the subsidy.
  BlockDraft next() const {
    const Ancestor last = ancestors.at(ancestors.last());
    BlockDraft draft;
    draft.header.version = 4;
    draft.header.previous = last.hash;
    draft.header.time = last.time + std::chrono::seconds(60);
    draft.header.bits = last.bits;
    draft.transactions.push_back(coinbase(height(), subsidy(network, height())));
    return draft;
  }
  BlockDraft next_with(std::vector<TransactionDraft> transactions) const {
    BlockDraft draft = next();
    draft.transactions.insert(draft.transactions.end(), transactions.begin(), transactions.end());
    return draft;
  }

  // The draft as it is, at its place.
  Verdict check_as_it_is(const BlockDraft& draft, Executor& executor) const {
    const auto block = ParsedBlock::parse(draft.bytes()).value();
    const auto context = BlockContext::of(network, ancestors, draft.header);
    return check_block(block, context, coins.gather(*block), executor);
  }
  // With its root and its work as they should be.
  Verdict check(BlockDraft draft, Executor& executor) const {
    draft.set_root();
    draft.mine();
    return check_as_it_is(draft, executor);
  }
  Verdict check(const BlockDraft& draft) const {
    InlineExecutor executor;
    return check(draft, executor);
  }
  // "valid", or the failure.
  std::string verdict_on(const BlockDraft& draft) const {
    const Verdict verdict = check(draft);
    return verdict ? "valid" : failure_text(verdict.error());
  }

  protocol::Network network;
  ListedAncestors ancestors;
  CoinMap coins;

 private:
  std::uint32_t coin_count_ = 0;
};

}  // namespace veilwire::consensus::testing

// A chain made up for a test, block by block, and what consensus says of each block.
#pragma once

#include <memory>
#include <stdexcept>
#include <vector>

#include "veilwire/consensus/connected_block.h"
#include "veilwire/consensus/testing/drafts.h"
#include "veilwire/consensus/testing/listed_ancestors.h"
#include "veilwire/protocol/network.h"

namespace veilwire::coins::testing {

namespace drafts = veilwire::consensus::testing;

class MadeChain {
 public:
  MadeChain()
      : network(*protocol::network_from_name("regtest")),
        ancestors(drafts::ListedAncestors::regular(1, network.genesis.bits, network.genesis.time,
                                                   network.spacing)) {}

  const Hash256& tip() const { return ancestors.list.back().hash; }
  consensus::Height next_height() const { return ancestors.last().next(); }

  // No two of its blocks are the same: `mark` sets apart those of one height.
  std::shared_ptr<const consensus::ParsedBlock> next(
      const std::vector<drafts::TransactionDraft>& transactions = {},
      std::uint32_t mark = 0) const {
    auto first = drafts::coinbase(next_height(), consensus::Amount::figure(100'000'000));
    for (int i = 0; i < 4; ++i) {
      first.inputs[0].script.push_back(static_cast<std::uint8_t>(mark >> (8 * i)));
    }
    return next_after(first, transactions);
  }
  std::shared_ptr<const consensus::ParsedBlock> next_after(
      const drafts::TransactionDraft& coinbase,
      const std::vector<drafts::TransactionDraft>& transactions) const {
    drafts::BlockDraft draft;
    draft.header.version = 4;
    draft.header.previous = tip();
    draft.header.time = ancestors.list.back().time + network.spacing;
    draft.header.bits = network.genesis.bits;
    draft.transactions.push_back(coinbase);
    draft.transactions.insert(draft.transactions.end(), transactions.begin(), transactions.end());
    draft.set_root();
    return consensus::ParsedBlock::parse(draft.bytes()).value();
  }

  // Adds it to the chain. Throws where it is not valid.
  std::shared_ptr<const consensus::ConnectedBlock> connect(
      const std::shared_ptr<const consensus::ParsedBlock>& block,
      std::shared_ptr<const consensus::OutsideCoins> coins) {
    const auto context = consensus::BlockContext::of(network, ancestors, block->header());
    const std::vector<std::uint32_t> no_sigops(block->transactions().size());
    auto connected = consensus::connect_block(block, context, std::move(coins), no_sigops);
    if (!connected) throw std::runtime_error(consensus::failure_text(connected.error()));
    ancestors.add(block->header());
    return *connected;
  }
  void disconnect() { ancestors.list.pop_back(); }

  protocol::Network network;
  drafts::ListedAncestors ancestors;
};

}  // namespace veilwire::coins::testing

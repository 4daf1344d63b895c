// A block joined to the coins that it spends: what it takes from the chain, what it adds to it, and
// what is left to be checked of its scripts.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "veilwire/consensus/block_context.h"
#include "veilwire/consensus/coin.h"
#include "veilwire/consensus/failure.h"
#include "veilwire/consensus/limits.h"
#include "veilwire/consensus/outside_coins.h"
#include "veilwire/consensus/parsed_block.h"
#include "veilwire/consensus/script/flags.h"

namespace veilwire::consensus {

// An output that is there to be spent once the block is part of the chain.
struct CreatedCoin {
  std::uint32_t transaction = 0;
  std::uint32_t output = 0;  // in that transaction
  Coin coin;
};

// Owns, with others, the block and its coins, to which all coins in it point. Nothing in it changes.
struct ConnectedBlock {
  std::shared_ptr<const ParsedBlock> block;
  // Taken from the chain: one for each of InputSources::outside. With it the block can be undone.
  std::shared_ptr<const OutsideCoins> taken;

  protocol::Height height{};
  ScriptFlags flags;
  Amount fees;
  SigopCost sigop_cost;

  // What each input spends in block order, the coinbase's left out; coins that the block itself
  // made are among them.
  std::vector<Coin> spent;
  // Where each transaction's begin in `spent`, and one more for the end.
  std::vector<std::uint32_t> first_spent;
  // In block order. What is spent in the block again, or never can be, is not among them.
  std::vector<CreatedCoin> created;

  std::span<const Coin> spent_by(std::size_t transaction) const {
    return std::span(spent).subspan(first_spent[transaction],
                                    first_spent[transaction + 1] - first_spent[transaction]);
  }
};

// Takes the coins, and checks all that can be checked with them but scripts: that they are there and
// mature, relative lock times, money and fees, sigop cost, the coinbase's amount, BIP 30. Failures
// come in block order, the coinbase's amount last.
// `own_sigops`: see there. REQUIRES: check_structure() and check_place() found nothing.
std::expected<std::shared_ptr<const ConnectedBlock>, Failure> connect_block(
    std::shared_ptr<const ParsedBlock> block, const BlockContext& context,
    std::shared_ptr<const OutsideCoins> coins, std::span<const std::uint32_t> own_sigops);

}  // namespace veilwire::consensus

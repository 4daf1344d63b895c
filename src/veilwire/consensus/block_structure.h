// The rules of a block that need no coins.
#pragma once

#include <optional>
#include <vector>

#include "veilwire/consensus/block_context.h"
#include "veilwire/consensus/failure.h"
#include "veilwire/consensus/parsed_block.h"

namespace veilwire::consensus {

// Signature operations in the scripts that each transaction has itself, one number each. They count
// once for a block as a whole and again, with those of the scripts spent, for each transaction.
std::vector<std::uint32_t> own_sigops(std::span<const wire::Transaction> transactions);

// Of the block alone: that its root is that of its transactions and nothing but theirs, its size,
// the coinbase first and only there, each transaction's structure, and `own_sigops`.
// Where a block has no coinbase and something in it is 64 bytes long, that may be an inner node of
// the tree that somebody passes off as a transaction: the copy is to blame then, and not the block.
std::optional<Failure> check_structure(const ParsedBlock& block,
                                       std::span<const std::uint32_t> own_sigops);

// Of the block at its place: lock times, the height in the coinbase (BIP 34), the commitment to
// witnesses (BIP 141), the weight.
std::optional<Failure> check_place(const ParsedBlock& block, const BlockContext& context);

// How a coinbase's script begins that names this height (BIP 34): the shortest push of the number.
Bytes height_push(protocol::Height height);

}  // namespace veilwire::consensus

// Ways through the tree: what to ask a peer for, and how one chain becomes another.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "veilwire/chain/header_nodes.h"

namespace veilwire::chain {

// Blocks of the chain that ends with `last`, newest first: that one and each of the ten before it,
// then ever twice as far, and the genesis block. So a peer on another chain finds one near their
// fork. 12 and log2(height) at the most, by far fewer than a message may carry.
std::vector<Hash256> locator(const HeaderNodes& nodes, NodeIndex last);

// The first header after the fork with a locator's chain is what a peer wants: the first of its
// hashes that is on the chain that ends with `last`, or `last` itself where the first that is known
// stands on it; else the genesis block.
NodeIndex last_in_common(const HeaderNodes& nodes, NodeIndex last,
                         std::span<const Hash256> locator);

// How the chain that ends with `from` becomes the one that ends with `to`.
struct Path {
  NodeIndex fork{};              // the last block that both have
  std::vector<NodeIndex> off{};  // to be taken off, in this order: `from` first
  std::vector<NodeIndex> on{};   // to be put on, in this order: the fork's child first
};
// At most `most_on` blocks to put on, so that the first step of a long way costs little.
Path path(const HeaderNodes& nodes, NodeIndex from, NodeIndex to,
          std::size_t most_on = ~std::size_t{0});

}  // namespace veilwire::chain

// Whether scripts of old blocks may be taken as checked by others.
#pragma once

#include <optional>

#include "veilwire/chain/header_tree.h"

namespace veilwire::chain {

// A block whose chain somebody has vouched for, and how much work shows that we are on the
// network's own chain. Both come with the network or from the operator.
struct AssumedValid {
  // What comes with the network; nothing where nobody has vouched for a block of it, as on regtest.
  static std::optional<AssumedValid> of(const protocol::Network& network);

  Hash256 block{};
  ChainWork minimum_work{};
};

// Of a block that is the assumed one or an ancestor of it, on the chain of the best header, which
// has the minimum work and, from the block on, as much as two weeks of mining at its own
// difficulty. The last keeps a new block from being taken unseen, whatever somebody was talked into
// assuming.
bool is_assumed_valid(const HeaderTree& tree, NodeIndex block, const AssumedValid& assumed);

}  // namespace veilwire::chain

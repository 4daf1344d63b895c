// Which blocks peers may see.
#pragma once

#include "veilwire/chain/header_tree.h"
#include "veilwire/serve/upload_budget.h"

namespace veilwire::serve {

// Which of the active chain's blocks are kept on disk.
enum class Keeping : std::uint8_t {
  kAll,
  kLatest,  // at least those that NODE_NETWORK_LIMITED promises
};

// Whether peers may learn that we know it: the blocks of the chain that ends with `tip`, and others that
// were connected once and are within a month of the best header, by their time and by the work since. Of
// what is older each node knows different blocks, and would be known again by them.
bool is_shown(const chain::HeaderTree& tree, chain::NodeIndex tip, chain::NodeIndex block);

// The last 288, and two more for a peer that does not know the newest ones yet (BIP 159). How much more
// we keep is nobody's business.
bool is_in_limited_range(const chain::HeaderNodes& nodes, chain::NodeIndex tip,
                         chain::NodeIndex block);

// Whether it will be on disk for an hour or more, so that a peer may be told of it.
bool is_kept_for_long(const chain::HeaderTree& tree, chain::NodeIndex tip, chain::NodeIndex block);

Traffic traffic_of(const chain::HeaderTree& tree, chain::NodeIndex block);

}  // namespace veilwire::serve

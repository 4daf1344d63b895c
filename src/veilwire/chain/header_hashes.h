// The hashes of many headers at once.
#pragma once

#include <span>
#include <vector>

#include "veilwire/chain/header_nodes.h"

namespace veilwire::chain {

// Side by side, several times as fast as header by header.
std::vector<HashedHeader> hashed(std::span<const wire::BlockHeader> headers);

}  // namespace veilwire::chain

// What can be said of a header's target without its ancestors.
#pragma once

#include <cstdint>

#include "veilwire/protocol/height.h"
#include "veilwire/protocol/network.h"

namespace veilwire::chain {

// Whether the block at that height can demand `bits` where the one before it had `previous_bits`:
// the same within a period, at most four times as easy or as hard at its head. Anything where a
// late block may be the easiest, so that there each header's own work is all that counts.
bool is_possible_change(const protocol::Network& network, protocol::Height height,
                        std::uint32_t previous_bits, std::uint32_t bits);

}  // namespace veilwire::chain

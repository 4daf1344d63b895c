// Which target the chain demands of its next block.
#pragma once

#include <cstdint>

#include "veilwire/base/time.h"
#include "veilwire/consensus/ancestors.h"
#include "veilwire/protocol/network.h"

namespace veilwire::consensus {

// The compact target of the block after `ancestors` with that time in its header. The time matters
// where a late block may be the easiest (testnets). Asks for up to a period of ancestors there,
// elsewhere for two.
std::uint32_t demanded_bits(const protocol::Network& network, const Ancestors& ancestors,
                            UnixTime time);

// Whether the block at this height is the first of a period, the one whose target may change.
bool begins_period(const protocol::Network& network, protocol::Height height);

}  // namespace veilwire::consensus

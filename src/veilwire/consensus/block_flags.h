// Which script rules a block is held to.
#pragma once

#include "veilwire/base/hash256.h"
#include "veilwire/consensus/script/flags.h"
#include "veilwire/protocol/network.h"

namespace veilwire::consensus {

// P2SH, segregated witness and taproot are held to from the genesis block on, but for the blocks
// that the network names; the other soft forks from their heights on, NULLDUMMY with segwit.
ScriptFlags block_script_flags(const protocol::Network& network, protocol::Height height,
                               const Hash256& block);

}  // namespace veilwire::consensus

// Signet's blocks are signed (BIP 325).
#pragma once

#include "veilwire/base/bytes.h"
#include "veilwire/consensus/parsed_block.h"

namespace veilwire::consensus {

// Whether the block's solution meets the network's challenge. The solution is a push in the output
// that commits to the witnesses, and is taken out of it before the block is signed: what is signed
// is version, previous block, the root with the coinbase so changed, and time. A block without a
// commitment has none; an empty solution may do, for a challenge that asks for nothing.
// REQUIRES: check_structure() found nothing, and it is not the genesis block.
bool has_signet_solution(const ParsedBlock& block, ByteView challenge);

}  // namespace veilwire::consensus

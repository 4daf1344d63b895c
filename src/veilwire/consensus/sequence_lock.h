// Relative lock times (BIP 68).
#pragma once

#include <span>

#include "veilwire/consensus/block_context.h"
#include "veilwire/consensus/coin.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::consensus {

// Whether every coin that the transaction spends is as old, in blocks or in time, as the sequence
// number of its input asks. `spent`: one coin for each input, in order. Only versions from 2 on ask,
// read as unsigned: what a signed reader takes for negative is among them.
// REQUIRES: no coin is higher than the block.
bool sequence_locks_hold(const wire::Transaction& transaction, std::span<const Coin> spent,
                         const BlockContext& context);

}  // namespace veilwire::consensus

// What can be said of a transaction without what it spends.
#pragma once

#include <optional>

#include "veilwire/base/time.h"
#include "veilwire/consensus/amount.h"
#include "veilwire/consensus/limits.h"
#include "veilwire/consensus/reason.h"
#include "veilwire/protocol/height.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::consensus {

// The rule of structure or money that it breaks: inputs and outputs are there, it fits in a block,
// each output and their sum is an amount, no input twice, and what a coinbase must look like.
// Allocates only for more than 16 inputs.
std::optional<Reason> check_transaction(const wire::Transaction& transaction);

// The sum of its outputs. REQUIRES: check_transaction() found nothing.
Amount output_total(const wire::Transaction& transaction);

// Whether its lock time has passed in a block of this height, and of this time: the median of the
// blocks before it since BIP 113, its own before that. A lock time of a height or time itself is
// not yet past.
bool is_final(const wire::Transaction& transaction, protocol::Height height, UnixTime time);

}  // namespace veilwire::consensus

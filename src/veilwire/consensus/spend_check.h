// What a transaction may do with the coins that it spends: their age and their money.
#pragma once

#include <expected>
#include <span>

#include "veilwire/consensus/coin.h"
#include "veilwire/consensus/failure.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::consensus {

// The fee. `spent`: one coin for each input, in order; `height` is that of the block which the
// transaction is to be in. A failure names the input where one is at fault, never the transaction.
// REQUIRES: check_transaction() found nothing, and it is no coinbase.
std::expected<Amount, Failure> check_spend(const wire::Transaction& transaction,
                                           std::span<const Coin> spent, protocol::Height height);

}  // namespace veilwire::consensus

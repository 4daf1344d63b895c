// What a transaction's signature operations cost (BIP 141).
#pragma once

#include <span>

#include "veilwire/consensus/coin.h"
#include "veilwire/consensus/limits.h"
#include "veilwire/consensus/script/flags.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::consensus {

// `own_sigops`: what its own scripts count (own_sigops()), which costs four each; to which come what
// P2SH scripts count, four each as well, and what witnesses count, once. `spent`: one coin for each
// input, in order; none for a coinbase.
SigopCost sigop_cost(const wire::Transaction& transaction, std::uint32_t own_sigops,
                     std::span<const Coin> spent, ScriptFlags flags);

}  // namespace veilwire::consensus

// What undoes a block: every coin that it spends, those that it made itself among them. In the bytes
// of Bitcoin Core's `rev*.dat`, without magic, size and checksum, which are the file's.
//
// A count of transactions, the coinbase left out; for each a count of coins, and the coins in the
// order of its inputs.
#pragma once

#include <cstdint>
#include <expected>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/consensus/connected_block.h"
#include "veilwire/consensus/outside_coins.h"
#include "veilwire/wire/rule.h"

namespace veilwire::coins {

struct BlockUndo {
  consensus::OutsideCoins spent;
  // Where each transaction's begin in `spent`, the coinbase left out; one more for the end.
  std::vector<std::uint32_t> first_spent;
};

Bytes undo_bytes(const consensus::ConnectedBlock& connected);

// Nothing may follow it. Whether it belongs to a block is not asked here: see Generations.
// Memory: at most 12 times the bytes, and 67 more for each key that is uncompressed again.
std::expected<BlockUndo, wire::PayloadRule> parse_undo(ByteView bytes);

}  // namespace veilwire::coins

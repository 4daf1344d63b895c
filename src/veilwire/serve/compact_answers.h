// Compact blocks and what they lack, made of whole blocks (BIP 152).
#pragma once

#include <expected>
#include <optional>

#include "veilwire/protocol/message.h"
#include "veilwire/wire/compact_block.h"

namespace veilwire::serve {

// With its coinbase, which nobody can have yet, and short ids for all others. Nothing where the bytes
// are no block.
std::optional<protocol::OwnedMessage> compact_block_message(ByteView block, std::uint64_t nonce);

enum class NoTransactions : std::uint8_t {
  kNotABlock,        // our bytes are damaged
  kIndexOutOfRange,  // the asker's fault
};
// The transactions that are asked for.
std::expected<protocol::OwnedMessage, NoTransactions> block_txn_message(
    ByteView block, const wire::GetBlockTxn& question);

}  // namespace veilwire::serve

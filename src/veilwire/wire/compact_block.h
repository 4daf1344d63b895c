// Blocks by short ids of their transactions (BIP 152, version 2: the ids are made of wtxids).
#pragma once

#include <cstdint>
#include <vector>

#include "veilwire/base/hash256.h"
#include "veilwire/protocol/message_kind.h"
#include "veilwire/wire/block_header.h"
#include "veilwire/wire/limits.h"
#include "veilwire/wire/packed_list.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/transaction.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

// 48 bits of a transaction's keyed hash.
struct ShortId {
  static constexpr std::size_t kBytes = 6;

  std::uint64_t value = 0;  // the higher 16 bits are 0

  static ShortId read(Reader& reader);
  void write(Writer& writer) const;

  friend bool operator==(const ShortId&, const ShortId&) = default;
};

// A transaction that comes along whole. Points into the payload.
struct PrefilledTransaction {
  std::uint16_t index = 0;  // in the block
  Transaction transaction;
};

// The short ids stand for the transactions that are not prefilled, in their order. Points into the
// payload; one allocation, for the prefilled transactions.
//
// Refused: a block of no transactions (kBadValue), of over kMaxCompactBlockTransactions (kTooMany),
// an index over 16 bits or past the end of the block, as far as it is known up to there
// (kBadIndex).
struct CompactBlock {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kCompactBlock;

  BlockHeader header;
  std::uint64_t nonce = 0;  // with the header it is the key of the short ids
  PackedList<ShortId> short_ids;
  std::vector<PrefilledTransaction> prefilled;  // indexes rise

  std::size_t transaction_count() const { return short_ids.size() + prefilled.size(); }

  static CompactBlock read(Reader& reader);
  void write(Writer& writer) const;
};

// Which transactions of a block are missing.
struct GetBlockTxn {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kGetBlockTxn;

  Hash256 block{};
  std::vector<std::uint16_t> indexes;  // they rise

  static GetBlockTxn read(Reader& reader);
  void write(Writer& writer) const;

  friend bool operator==(const GetBlockTxn&, const GetBlockTxn&) = default;
};

// The missing ones, in the order in which they were asked for. Points into the payload; one
// allocation.
struct BlockTxn {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kBlockTxn;

  Hash256 block{};
  std::vector<Transaction> transactions;

  static BlockTxn read(Reader& reader);
  void write(Writer& writer) const;
};

}  // namespace veilwire::wire

// Connections filtered by a Bloom filter (BIP 37).
#pragma once

#include <cstdint>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/protocol/message_kind.h"
#include "veilwire/wire/block_header.h"
#include "veilwire/wire/empty_message.h"
#include "veilwire/wire/limits.h"
#include "veilwire/wire/packed_list.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

// Replaces the filter that the sender wants its transactions to pass. Points into the payload.
// A filter over kMaxBloomFilterBytes is kTooLong, over kMaxBloomHashFunctions functions kTooMany.
struct FilterLoad {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kFilterLoad;

  ByteView filter;
  std::uint32_t hash_functions = 0;
  std::uint32_t tweak = 0;
  std::uint8_t flags = 0;  // when a match is added to the filter; any value

  static FilterLoad read(Reader& reader);
  void write(Writer& writer) const;
};

// Adds an element to it. Points into the payload.
struct FilterAdd {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kFilterAdd;

  ByteView element;  // at most kMaxBloomElementBytes

  static FilterAdd read(Reader& reader) { return {reader.sized_bytes(kMaxBloomElementBytes)}; }
  void write(Writer& writer) const { writer.sized_bytes(element); }
};

// Removes the filter.
struct FilterClear : EmptyMessage<FilterClear> {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kFilterClear;
};

// A block's header and the part of its Merkle tree that proves the matches. Whether the tree is
// sound is another question. Points into the payload.
struct MerkleBlock {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kMerkleBlock;

  BlockHeader header;
  std::uint32_t transaction_count = 0;  // of the whole block, at most kMaxBlockTransactions
  PackedList<Hash256> hashes;           // in depth-first order; at most transaction_count
  ByteView flags;                       // a bit for each node visited, lowest bit first

  static MerkleBlock read(Reader& reader);
  void write(Writer& writer) const;
};

}  // namespace veilwire::wire

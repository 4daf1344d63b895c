// A block: its header and its transactions, which point into the payload.
#pragma once

#include <vector>

#include "veilwire/protocol/message_kind.h"
#include "veilwire/wire/block_header.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/transaction.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

// Points into the payload. One allocation, see read_transactions().
struct Block {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kBlock;

  BlockHeader header;
  std::vector<Transaction> transactions;

  static Block read(Reader& reader);
  void write(Writer& writer) const;
  // As peers that do not know witnesses want it (BIP 144): base_size() bytes.
  void write_without_witness(Writer& writer) const;

  // BIP 141, as for a transaction.
  std::size_t base_size() const;
  std::size_t total_size() const;
  std::size_t weight() const { return 3 * base_size() + total_size(); }
};

}  // namespace veilwire::wire

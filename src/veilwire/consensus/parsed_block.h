// A block with all that follows from its bytes alone: what can be done for many blocks at once, in
// any order and on any thread.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <span>

#include "veilwire/consensus/failure.h"
#include "veilwire/consensus/input_sources.h"
#include "veilwire/wire/block.h"
#include "veilwire/wire/merkle.h"
#include "veilwire/wire/owned.h"

namespace veilwire::consensus {

// Why bytes are no block.
struct Unreadable {
  wire::PayloadRule rule;
  // Where a transaction is too small to be valid, and so is not even read: the rule of structure
  // that it breaks. Others may read it, and this is what they say.
  std::optional<Failure> failure{};
};

// Owns the bytes, and is shared by everybody who works on the block: it lives until the last of
// them is done. Nothing in it changes.
class ParsedBlock {
 public:
  // Bytes after the last transaction are no part of the block.
  static std::expected<std::shared_ptr<const ParsedBlock>, Unreadable> parse(Bytes payload);
  explicit ParsedBlock(wire::Owned<wire::Block> block);

  const wire::Block& block() const { return *block_; }
  // As they came, with what lies behind the block.
  ByteView payload() const { return block_.payload(); }
  const wire::BlockHeader& header() const { return block_->header; }
  const Hash256& hash() const { return hash_; }
  std::span<const wire::Transaction> transactions() const { return block_->transactions; }
  // In block order.
  std::span<const wire::TransactionIds> ids() const { return ids_; }
  const InputSources& sources() const { return sources_; }

 private:
  wire::Owned<wire::Block> block_;
  Hash256 hash_;
  std::vector<wire::TransactionIds> ids_;
  InputSources sources_;
};

}  // namespace veilwire::consensus

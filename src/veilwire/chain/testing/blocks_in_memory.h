// A store of blocks without a disk.
#pragma once

#include <map>

#include "veilwire/chain/block_store.h"

namespace veilwire::chain::testing {

// Keeps blocks, and counts how often they are read.
class BlocksInMemory final : public BlockStore {
 public:
  StoreResult<void> add_block(NodeIndex index, ByteView block) override {
    blocks_[index] = Bytes(block.begin(), block.end());
    return {};
  }
  StoreResult<Bytes> read_block(NodeIndex index) override {
    ++reads;
    const auto found = blocks_.find(index);
    if (found == blocks_.end()) return std::unexpected(StoreError{StoreError::Kind::kAbsent, ""});
    return found->second;
  }
  Bytes& block(NodeIndex index) { return blocks_.at(index); }
  void lose(NodeIndex index) { blocks_.erase(index); }

  StoreResult<void> add_undo(NodeIndex, ByteView) override { return {}; }
  StoreResult<void> keep_headers() override { return {}; }
  StoreResult<void> keep_standing(NodeIndex) override { return {}; }
  StoreResult<void> keep_tip(NodeIndex) override { return {}; }
  StoreResult<void> sync() override { return {}; }
  StoreResult<Bytes> read_undo(NodeIndex) override { return Bytes(); }
  NodeIndex tip() const override { return {}; }

  std::size_t reads = 0;

 private:
  std::map<NodeIndex, Bytes> blocks_;
};

}  // namespace veilwire::chain::testing

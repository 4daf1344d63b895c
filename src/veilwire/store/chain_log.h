// What was learned of the chain, kept: its headers, where blocks and what undoes them lie, which are
// bad, and the tip. One RecordLog, so that a kill loses nothing that was acknowledged, and a lost
// plug only what came after the last sync.
//
// Records begin with their kind:
//   0 network    magic (4 bytes)                        the first, once
//   1 header     the 80 bytes                           in the order in which the tree has them
//   2 block      index (u32) | standing (u8) | sequence (u32) | place of the block | of its undo
//   3 tip        index (u32)
//
// A place is file, offset and size (u32 each), with a size of 0 where there is none. Of several
// records about one block, and of several tips, the last holds.
#pragma once

#include <optional>
#include <vector>

#include "veilwire/chain/header_tree.h"
#include "veilwire/store/block_files.h"
#include "veilwire/store/record_log.h"

namespace veilwire::store {

struct BlockPlaces {
  std::optional<Place> block{};
  std::optional<Place> undo{};

  friend bool operator==(const BlockPlaces&, const BlockPlaces&) = default;
};

class ChainLog {
 public:
  // Puts what is kept into the tree, which has the genesis block alone. kForeign where the log is of
  // another network.
  static std::expected<ChainLog, LogError> open(host::Files& files, const std::string& path,
                                                chain::HeaderTree& tree);

  // The genesis block where none was kept.
  chain::NodeIndex tip() const { return tip_; }
  BlockPlaces places(chain::NodeIndex index) const;
  // Every block that has a place.
  template <typename Visit>
  void for_each_place(Visit visit) const {
    for (const BlockPlaces& places : places_) visit(places);
  }
  const RecordLog::Found& found() const { return log_.found(); }

  // All of these are acknowledged when they return; after an error nothing more than before is.
  // Whatever is kept of a block, headers that the tree has and the log does not are kept first.
  host::FileResult<void> keep_headers(const chain::HeaderTree& tree);
  host::FileResult<void> keep_block(const chain::HeaderTree& tree, chain::NodeIndex index,
                                    const BlockPlaces& places);
  host::FileResult<void> keep_tip(const chain::HeaderTree& tree, chain::NodeIndex index);

  host::FileResult<void> sync() { return log_.sync(); }

 private:
  explicit ChainLog(RecordLog log) : log_(std::move(log)) {}

  RecordLog log_;
  std::uint32_t kept_headers_ = 1;  // the genesis block is known without a log
  chain::NodeIndex tip_{};
  std::vector<BlockPlaces> places_;  // by index; blocks behind its end have none
};

}  // namespace veilwire::store

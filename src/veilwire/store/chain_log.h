// What was learned of the chain, kept: its headers, where blocks and what undoes them lie, which are
// bad, and the tip. One RecordLog of the records of chain_records.h, so that a kill loses nothing that
// was acknowledged, and a lost plug only what came after the last sync.
//
// The log grows with every word on a block. Where more than half of it was said otherwise later, it
// is written anew when it is opened.
#pragma once

#include "veilwire/chain/header_tree.h"
#include "veilwire/store/chain_records.h"
#include "veilwire/store/record_log.h"

namespace veilwire::store {

class ChainLog {
 public:
  // Puts what is kept into the tree, which has the genesis block alone. kForeign where the log is of
  // another network. `files` must outlive the log.
  static std::expected<ChainLog, LogError> open(host::Files& files, const std::string& path,
                                                chain::HeaderTree& tree);

  // The genesis block where none was kept.
  chain::NodeIndex tip() const { return tip_; }
  BlockPlaces places(chain::NodeIndex index) const { return places_.of(index); }
  // Every block that has a place.
  template <typename Visit>
  void for_each_place(Visit visit) const {
    for (chain::NodeIndex i{}; i.value() < places_.size(); i = i.next()) visit(places_.of(i));
  }
  const RecordLog::Found& found() const { return log_.found(); }

  // All of these are acknowledged when they return; after an error nothing more than before is, but
  // for headers. Whatever is kept of a block, headers that the tree has and the log does not are kept
  // first, up to kTogether with one write.
  host::FileResult<void> keep_headers(const chain::HeaderTree& tree);
  host::FileResult<void> keep_block(const chain::HeaderTree& tree, chain::NodeIndex index,
                                    const BlockPlaces& places);
  host::FileResult<void> keep_tip(const chain::HeaderTree& tree, chain::NodeIndex index);

  host::FileResult<void> sync() { return log_.sync(); }

 private:
  ChainLog(RecordLog log, const chain::HeaderTree& tree, ToldChain& told)
      : log_(std::move(log)),
        kept_headers_(tree.nodes().size()),
        tip_(chain::NodeIndex::of(told.tip())),
        places_(told.take_places()) {}

  RecordLog log_;
  std::uint32_t kept_headers_;  // with the genesis block, which is known without a log
  chain::NodeIndex tip_;
  PlacesOfBlocks places_;
};

}  // namespace veilwire::store

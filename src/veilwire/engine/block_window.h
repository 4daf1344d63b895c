// The blocks that come next on the way to the best chain: read, parsed and hashed before they are
// needed, on the executor.
//
// They are begun in order. Whoever needs one that nobody has begun yet, or that somebody has not
// finished, parses it himself: no thread waits for another.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include "veilwire/base/executor.h"
#include "veilwire/chain/block_store.h"
#include "veilwire/chain/header_nodes.h"
#include "veilwire/consensus/parsed_block.h"

namespace veilwire::engine {

class BlockWindow {
 public:
  using BlockPointer = std::shared_ptr<const consensus::ParsedBlock>;

  // All of them outlive it. `max_bytes`: of blocks that are under way; one always is.
  BlockWindow(const chain::HeaderNodes& nodes, chain::BlockStore& blocks, Executor& executor,
              std::size_t max_bytes)
      : nodes_(nodes), blocks_(blocks), executor_(executor), max_bytes_(max_bytes) {}

  // The block that follows `parent` on the way to `best`, and begins those behind it. kDamaged where
  // what was kept is not the block.
  chain::StoreResult<BlockPointer> take(chain::NodeIndex parent, chain::NodeIndex index,
                                        chain::NodeIndex best);
  // A block that was read and parsed elsewhere: it need not be read again if it comes next.
  void offer(chain::NodeIndex parent, chain::NodeIndex index, const BlockPointer& block);
  // The block, alone and at once. kDamaged as above.
  chain::StoreResult<BlockPointer> read(chain::NodeIndex index);
  // Those that are parsed by now, from the one that was taken last onwards, up to the first that is
  // not.
  std::vector<BlockPointer> ready() const;
  // Of the blocks under way, before parsing.
  std::size_t bytes() const { return bytes_; }

 private:
  class Job;

  chain::StoreResult<BlockPointer> judged(chain::NodeIndex index, BlockPointer block) const;
  chain::StoreResult<void> begin(chain::NodeIndex index);
  void begin_more(chain::NodeIndex parent, chain::NodeIndex best);
  void forget();

  const chain::HeaderNodes& nodes_;
  chain::BlockStore& blocks_;
  Executor& executor_;
  const std::size_t max_bytes_;
  std::deque<std::shared_ptr<Job>> jobs_;
  std::size_t bytes_ = 0;
};

}  // namespace veilwire::engine

// chain::BlockStore on a disk: BlockFiles for what is long, ChainLog for all that is known of it.
#pragma once

#include <map>
#include <string>

#include "veilwire/chain/block_store.h"
#include "veilwire/chain/header_tree.h"
#include "veilwire/store/block_files.h"
#include "veilwire/store/chain_log.h"

namespace veilwire::store {

class StoredBlocks final : public chain::BlockStore {
 public:
  // Opens `folder`/chain.log, puts what it says into the tree, which has the genesis block alone, and
  // finds the ends of `folder`/blk*.dat and rev*.dat. A folder that somebody else has open is refused.
  // Both references must outlive it.
  static std::expected<StoredBlocks, LogError> open(host::Files& files, const std::string& folder,
                                                    chain::HeaderTree& tree);

  chain::StoreResult<void> add_block(chain::NodeIndex index, ByteView block) override;
  chain::StoreResult<void> add_undo(chain::NodeIndex index, ByteView undo) override;
  chain::StoreResult<void> keep_headers() override;
  chain::StoreResult<void> keep_standing(chain::NodeIndex index) override;
  chain::StoreResult<void> keep_tip(chain::NodeIndex index) override;
  chain::StoreResult<void> sync() override;
  chain::StoreResult<Bytes> read_block(chain::NodeIndex index) override;
  chain::StoreResult<Bytes> read_undo(chain::NodeIndex index) override;
  chain::NodeIndex tip() const override { return log_.tip(); }

  // What opening cut off the log's end.
  const RecordLog::Found& found() const { return log_.found(); }

 private:
  StoredBlocks(const chain::HeaderTree& tree, std::unique_ptr<host::FileLock> lock,
               BlockFiles files, ChainLog log)
      : tree_(tree), lock_(std::move(lock)), files_(std::move(files)), log_(std::move(log)) {}

  // With what was added and is not in the log yet.
  BlockPlaces places(chain::NodeIndex index) const;

  const chain::HeaderTree& tree_;
  std::unique_ptr<host::FileLock> lock_;
  BlockFiles files_;
  ChainLog log_;
  std::map<chain::NodeIndex, BlockPlaces> added_;
};

}  // namespace veilwire::store

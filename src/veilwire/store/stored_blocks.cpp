#include "veilwire/store/stored_blocks.h"

#include <algorithm>

#include "veilwire/store/folder_names.h"

namespace veilwire::store {

namespace {

using chain::NodeIndex;

StoreError absent(const char* what) {
  return {StoreError::Kind::kAbsent, std::string(what) + " was never kept"};
}

// A log that is not there is begun, and blocks that it does not know of are written over.
LogError unknown_blocks(const std::string& folder) {
  return {LogError::Kind::kForeign, "'" + folder + "' has blocks, but '" + (kChainLogName + 1) +
                                        "', which knows of them, is missing: use -reindex to make "
                                        "it anew from them, or remove them"};
}

}  // namespace

std::expected<StoredBlocks, LogError> StoredBlocks::open(host::Files& files,
                                                         const std::string& folder,
                                                         chain::HeaderTree& tree) {
  if (const auto made = files.make_folder(folder); !made) {
    return std::unexpected(LogError::of(made.error()));
  }
  auto lock = files.lock(folder + kLockName);
  if (!lock) {
    LogError error = LogError::of(lock.error());
    if (error.kind == LogError::Kind::kInUse) {
      error.text = "'" + folder + "' is in use by another process";
    }
    return std::unexpected(std::move(error));
  }
  const auto names = files.list(folder);
  if (!names) return std::unexpected(LogError::of(names.error()));
  const auto has = [&names](const char* name) {
    return std::ranges::find(*names, name) != names->end();
  };
  const bool is_new = !has(kChainLogName + 1);
  if (is_new && has("blk00000.dat")) return std::unexpected(unknown_blocks(folder));
  auto log = ChainLog::open(files, folder + kChainLogName, tree);
  if (!log) return std::unexpected(log.error());
  // Before there is a block: a plug that is pulled must not leave blocks without a log.
  if (is_new) {
    if (const auto synced = log->sync(); !synced) {
      return std::unexpected(LogError::of(synced.error()));
    }
  }
  BlockFiles blocks(files, folder, tree.network().magic);
  log->for_each_place([&blocks](const BlockPlaces& places) {
    if (places.block) blocks.know_block(*places.block);
    if (places.undo) blocks.know_undo(*places.undo);
  });
  return StoredBlocks(tree, std::move(*lock), std::move(blocks), std::move(*log));
}

BlockPlaces StoredBlocks::places(NodeIndex index) const {
  const auto added = added_.find(index);
  return added == added_.end() ? log_.places(index) : added->second;
}

StoreResult<void> StoredBlocks::add_block(NodeIndex index, ByteView block) {
  const auto place = files_.add_block(block);
  if (!place) return std::unexpected(place.error());
  BlockPlaces now = places(index);
  now.block = *place;
  added_[index] = now;
  return {};
}

StoreResult<void> StoredBlocks::add_undo(NodeIndex index, ByteView undo) {
  BlockPlaces now = places(index);
  if (!now.block) return std::unexpected(absent("the block that this undoes"));
  const Hash256& previous = tree_.nodes()[tree_.nodes()[index].parent].hash;
  const auto place = files_.add_undo(now.block->file, undo, previous);
  if (!place) return std::unexpected(place.error());
  now.undo = *place;
  added_[index] = now;
  return {};
}

StoreResult<void> StoredBlocks::keep_headers() { return told(log_.keep_headers(tree_)); }

StoreResult<void> StoredBlocks::keep_standing(NodeIndex index) {
  const auto kept = log_.keep_block(tree_, index, places(index));
  if (kept) added_.erase(index);
  return told(kept);
}

StoreResult<void> StoredBlocks::keep_tip(NodeIndex index) {
  return told(log_.keep_tip(tree_, index));
}

// The log last: it must not know of what is lost.
StoreResult<void> StoredBlocks::sync() {
  if (const auto synced = files_.sync(); !synced) return synced;
  return told(log_.sync());
}

StoreResult<Bytes> StoredBlocks::read_block(NodeIndex index) {
  const auto place = places(index).block;
  if (!place) return std::unexpected(absent("the block"));
  return files_.read_block(*place);
}

StoreResult<Bytes> StoredBlocks::read_undo(NodeIndex index) {
  const auto place = places(index).undo;
  if (!place) return std::unexpected(absent("what undoes the block"));
  return files_.read_undo(*place, tree_.nodes()[tree_.nodes()[index].parent].hash);
}

}  // namespace veilwire::store

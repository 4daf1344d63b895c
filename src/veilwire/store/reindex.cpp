#include "veilwire/store/reindex.h"

#include <map>
#include <vector>

#include "veilwire/chain/header_hashes.h"
#include "veilwire/chain/header_tree.h"
#include "veilwire/store/block_scan.h"
#include "veilwire/store/chain_log.h"
#include "veilwire/store/folder_names.h"

namespace veilwire::store {

namespace {

struct Found {
  chain::HashedHeader header;
  Place place;
};

std::unexpected<StoreError> refused(std::string why) {
  return std::unexpected(StoreError{StoreError::Kind::kUnavailable, std::move(why)});
}

// Puts blocks into a tree in whatever order they come.
class Joiner {
 public:
  Joiner(chain::HeaderTree& tree, UnixTime now) : tree_(tree), now_(now) {}

  void add(const Found& found) {
    if (!tree_.nodes().find(found.header.header.previous)) {
      if (found.header.hash != tree_.network().genesis.hash) {
        waiting_.emplace(found.header.header.previous, found);
      }
      return;
    }
    std::vector<Found> next{found};
    while (!next.empty()) {
      const Found one = next.back();
      next.pop_back();
      if (!join(one)) continue;
      const auto [begin, end] = waiting_.equal_range(one.header.hash);
      for (auto at = begin; at != end; ++at) next.push_back(at->second);
      waiting_.erase(begin, end);
    }
  }

  Reindexed result() const {
    Reindexed result = result_;
    result.alone = static_cast<std::uint32_t>(waiting_.size());
    return result;
  }
  const std::map<chain::NodeIndex, Place>& places() const { return places_; }
  // Whether nothing speaks against going by what was found.
  StoreResult<void> verdict(const std::string& folder) const {
    if (is_clock_wrong_) {
      return refused("a block in '" + folder +
                     "' is dated more than two hours from now: is the "
                     "clock right?");
    }
    if (result_.blocks > 0 || waiting_.empty()) return {};
    return refused("none of the blocks in '" + folder + "' stands on this network's first one");
  }

 private:
  // A block that lies there twice is taken from where it came last: the first may be a torn one.
  bool join(const Found& found) {
    const auto added = tree_.add(found.header, now_);
    if (!added) {
      ++result_.refused;
      is_clock_wrong_ |= added.error().reason == consensus::Reason::kTimeTooNew;
      return false;
    }
    if (places_.insert_or_assign(added->index, found.place).second) {
      ++result_.blocks;
      tree_.set_data_here(added->index);
    }
    return true;
  }

  chain::HeaderTree& tree_;
  const UnixTime now_;
  std::multimap<Hash256, Found> waiting_;
  std::map<chain::NodeIndex, Place> places_;
  Reindexed result_;
  bool is_clock_wrong_ = false;
};

StoreResult<std::vector<Found>> all_blocks(host::Files& files, const std::string& folder,
                                           const protocol::Network& network) {
  auto scan = BlockScan::open(files, folder, network.magic);
  if (!scan) return std::unexpected(scan.error());
  if (scan->is_scrambled()) {
    return refused("the block files in '" + folder +
                   "' are scrambled by its xor.dat, and so are "
                   "another program's: import them into a folder of their own");
  }
  std::vector<wire::BlockHeader> headers;
  std::vector<Place> places;
  const auto done = scan->find_all([&](const wire::BlockHeader& header, const Place& place) {
    headers.push_back(header);
    places.push_back(place);
  });
  if (!done) return std::unexpected(done.error());
  const auto hashed = chain::hashed(headers);
  std::vector<Found> found;
  found.reserve(hashed.size());
  for (std::size_t i = 0; i < hashed.size(); ++i) found.push_back({hashed[i], places[i]});
  return found;
}

StoreError error_of(const LogError& error) { return {StoreError::Kind::kUnavailable, error.text}; }

StoreResult<void> remove_if_there(host::Files& files, const std::string& path) {
  const auto removed = files.remove(path);
  if (removed || removed.error().kind == host::FileError::Kind::kNotFound) return {};
  return failed(removed.error());
}

StoreResult<void> write_log(host::Files& files, const std::string& path,
                            const chain::HeaderTree& tree,
                            const std::map<chain::NodeIndex, Place>& places) {
  if (const auto removed = remove_if_there(files, path); !removed) return removed;
  chain::HeaderTree none(tree.network(), 0);
  auto log = ChainLog::open(files, path, none);
  if (!log) return std::unexpected(error_of(log.error()));
  if (const auto kept = log->keep_headers(tree); !kept) return failed(kept.error());
  for (const auto& [index, place] : places) {
    const auto kept = log->keep_block(tree, index, {.block = place, .undo = std::nullopt});
    if (!kept) return failed(kept.error());
  }
  return told(log->sync());
}

template <typename Wanted>
StoreResult<void> remove_all(host::Files& files, const std::string& folder, Wanted is_wanted) {
  const auto names = files.list(folder);
  if (!names && names.error().kind == host::FileError::Kind::kNotFound) return {};
  if (!names) return failed(names.error());
  for (const std::string& name : *names) {
    if (!is_wanted(name)) continue;
    if (const auto removed = remove_if_there(files, folder + "/" + name); !removed) return removed;
  }
  return told(files.sync_folder(folder));
}

// In such an order that whatever is left is a database still, or makes room for a new one.
StoreResult<void> remove_coins(host::Files& files, const std::string& folder) {
  for (const std::string_view ending : {".log", "CURRENT", ""}) {
    const auto removed = remove_all(files, folder + kCoinsName, [ending](const std::string& name) {
      return name.ends_with(ending);
    });
    if (!removed) return removed;
  }
  return {};
}

StoreResult<void> remove_undo(host::Files& files, const std::string& folder) {
  return remove_all(files, folder, [](const std::string& name) { return name.starts_with("rev"); });
}

StoreResult<std::unique_ptr<host::FileLock>> lock(host::Files& files, const std::string& folder) {
  auto held = files.lock(folder + kLockName);
  if (!held) return failed(held.error());
  return std::move(*held);
}

}  // namespace

StoreResult<Reindexed> reindex(host::Files& files, const std::string& folder,
                               const protocol::Network& network, UnixTime now) {
  const auto held = lock(files, folder);
  if (!held) return std::unexpected(held.error());
  const auto blocks = all_blocks(files, folder, network);
  if (!blocks) return std::unexpected(blocks.error());
  chain::HeaderTree tree(network, 0);
  Joiner joiner(tree, now);
  for (const Found& found : *blocks) joiner.add(found);
  if (const auto verdict = joiner.verdict(folder); !verdict) {
    return std::unexpected(verdict.error());
  }

  const std::string log = folder + kChainLogName;
  const std::string beside = log + ".reindexed";
  if (const auto written = write_log(files, beside, tree, joiner.places()); !written) {
    return std::unexpected(written.error());
  }
  if (const auto removed = remove_coins(files, folder); !removed) {
    return std::unexpected(removed.error());
  }
  if (const auto renamed = files.rename(beside, log); !renamed) return failed(renamed.error());
  if (const auto synced = files.sync_folder(folder); !synced) return failed(synced.error());
  // Nothing knows of them any more.
  if (const auto removed = remove_undo(files, folder); !removed) {
    return std::unexpected(removed.error());
  }
  return joiner.result();
}

StoreResult<void> reindex_chainstate(host::Files& files, const std::string& folder) {
  const auto held = lock(files, folder);
  if (!held) return std::unexpected(held.error());
  return remove_coins(files, folder);
}

}  // namespace veilwire::store

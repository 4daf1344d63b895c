// The records of a ChainLog: how they are written, and what they say together.
//
// A record begins with its kind:
//   0 network   magic (4 bytes)                                     the first, once
//   1 headers   80 bytes each                                       as the tree has them
//   2 blocks    index (u32) | state (u8) | sequence (u32) | places, each
//   3 tip       index (u32)
//
// A state is 0 where the block is absent, 1 where it is here, 2 where it is connected; plus 4 where
// it failed, 8 where the place of the block follows, and 16 where that of its undo does. A place is
// file, offset and size (u32 each), the size not 0. Of several words on one block, and of several
// tips, the last holds. Headers have all their 80 bytes, though most of them name the one before: so
// they can be hashed side by side.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "veilwire/chain/header_tree.h"
#include "veilwire/store/block_files.h"
#include "veilwire/store/record_log.h"

namespace veilwire::store {

// Headers, or blocks, of one record: as many as a message brings.
inline constexpr std::uint32_t kTogether = 2000;

struct BlockPlaces {
  std::optional<Place> block{};
  std::optional<Place> undo{};

  friend bool operator==(const BlockPlaces&, const BlockPlaces&) = default;
};

// Those of all blocks, 24 bytes each up to the last that has any.
class PlacesOfBlocks {
 public:
  BlockPlaces of(chain::NodeIndex index) const;
  void set(chain::NodeIndex index, const BlockPlaces& places);
  std::uint32_t size() const { return held_.size(); }

 private:
  struct Held {
    Place block;  // of 0 bytes where there is none
    Place undo;
  };
  chain::StableArray<Held> held_;
};

// All that is said of one block beside its header.
struct BlockEntry {
  std::uint32_t index = 0;
  chain::StoredStanding standing{};
  BlockPlaces places{};

  friend bool operator==(const BlockEntry&, const BlockEntry&) = default;
};

Bytes network_record(const protocol::Magic& magic);
// Of the headers that the tree has from `first` on, kTogether or all.
Bytes headers_record(const chain::HeaderTree& tree, std::uint32_t first);
// REQUIRES: at most kTogether.
Bytes blocks_record(std::span<const BlockEntry> blocks);
Bytes tip_record(std::uint32_t index);

// What a log says. Headers go into the tree as they are read, since a million of them want not to be
// held twice; what is said of blocks goes there at the end, for the last word on one may come long
// after its header.
class ToldChain {
 public:
  // The tree has the genesis block alone, and must outlive it.
  explicit ToldChain(chain::HeaderTree& tree) : tree_(tree) {}

  // False, and nothing is taken, where the record makes no sense here. What comes after one that
  // does not go with the tree is not looked at.
  bool take(ByteView record);
  // Why the log as a whole cannot be used, as the end of a sentence; or null.
  const char* refusal() const { return refusal_; }
  // Tells the tree of its blocks. Once, when all is taken.
  void finish() { tree_.restore_standings(standings_); }

  // False where the log has no record.
  bool is_begun() const { return is_begun_; }
  std::uint32_t tip() const { return tip_; }
  PlacesOfBlocks take_places() { return std::move(places_); }

  // The same without what was said otherwise later, and how many bytes that has, nearly.
  // REQUIRES: take_places() was not called.
  host::FileResult<void> write(RecordLog& log) const;
  std::uint64_t bytes() const;

 private:
  bool take_network(ByteView content);
  bool take_headers(ByteView content);
  bool take_blocks(ByteView content);
  bool take_tip(ByteView content);
  bool restore_some();
  bool knows(std::uint32_t index) const { return index < tree_.nodes().size(); }
  BlockEntry entry(chain::NodeIndex index) const;

  chain::HeaderTree& tree_;
  const char* refusal_ = nullptr;
  bool is_begun_ = false;
  std::uint32_t tip_ = 0;
  chain::StableArray<chain::StoredStanding> standings_;  // up to the last that was told
  PlacesOfBlocks places_;
  std::vector<wire::BlockHeader> headers_;  // of a part of a record
  std::vector<BlockEntry> blocks_;          // of a record
};

}  // namespace veilwire::store

// Blocks, what undoes them, and what is known of them, kept where a kill does not reach: an interface,
// behind which lies a disk.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "veilwire/base/bytes.h"
#include "veilwire/chain/node_index.h"

namespace veilwire::chain {

struct StoreError {
  enum class Kind : std::uint8_t {
    kAbsent,       // it was never kept
    kDamaged,      // what is there is not what was written
    kFull,         // there is no room: goes on once there is
    kUnavailable,  // the system refuses
  };
  Kind kind = Kind::kUnavailable;
  std::string text;  // a sentence without its full stop
};

template <typename T>
using StoreResult = std::expected<T, StoreError>;

// Blocks are named by their place in one tree. What a call keeps is acknowledged when it returns: it
// outlives the end of the process, however that comes about, and from sync() on the loss of power.
// After an error it is as if the call had not been made.
class BlockStore {
 public:
  virtual ~BlockStore() = default;

  virtual StoreResult<void> add_block(NodeIndex index, ByteView block) = 0;
  virtual StoreResult<void> add_undo(NodeIndex index, ByteView undo) = 0;
  // All headers that the tree has: while only headers come, nothing else would keep them.
  virtual StoreResult<void> keep_headers() = 0;
  // What the tree knows of it now, with the places of what was added.
  virtual StoreResult<void> keep_standing(NodeIndex index) = 0;
  // The block at which the active chain ends.
  virtual StoreResult<void> keep_tip(NodeIndex index) = 0;
  virtual StoreResult<void> sync() = 0;

  virtual StoreResult<Bytes> read_block(NodeIndex index) = 0;
  virtual StoreResult<Bytes> read_undo(NodeIndex index) = 0;
  // That was kept last; the genesis block where none was.
  virtual NodeIndex tip() const = 0;
};

}  // namespace veilwire::chain

// Blocks and what undoes them, in flat files that are only added to, laid out as Bitcoin Core's, so
// that other tools read them:
//
//   blk00000.dat = block...   block = magic (4 bytes) | size (u32) | block
//   rev00000.dat = undo...    undo  = magic (4 bytes) | size (u32) | record | checksum (32 bytes)
//
// The checksum is SHA256d of the hash of the block before the one undone, and the record. The undo
// of a block lies in the file that has the block's number. Numbers are little-endian.
//
// Where the last block ends is not read from the files: their user says it, who keeps the places of
// all that was acknowledged. What lies behind that was not, and is written over.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "veilwire/base/hash256.h"
#include "veilwire/host/files.h"
#include "veilwire/protocol/magic.h"
#include "veilwire/store/store_error.h"

namespace veilwire::store {

// A file that has reached this size is left, as Core does: 128 MiB.
inline constexpr std::uint32_t kMaxBlockFileBytes = 128 << 20;
// What 8 bytes may claim of a block or of an undo record: a block has at most 4 000 000 bytes, and
// its undo, a coin for each of its inputs, can be longer where small inputs spend long scripts.
inline constexpr std::uint32_t kMaxStoredBlockBytes = 4'000'000;
inline constexpr std::uint32_t kMaxStoredUndoBytes = 1 << 30;

// Where the content begins, after its 8 bytes, and how long it is.
struct Place {
  std::uint32_t file = 0;
  std::uint32_t offset = 0;
  std::uint32_t bytes = 0;

  friend bool operator==(const Place&, const Place&) = default;
};

// folder/blk00012.dat
std::string block_file_path(const std::string& folder, std::uint32_t number);

class BlockFiles {
 public:
  // `files` must outlive it.
  BlockFiles(host::Files& files, std::string folder, const protocol::Magic& magic)
      : files_(files), folder_(std::move(folder)), magic_(magic) {}

  // For each place that is known, in any order, before anything is added.
  void know_block(const Place& place);
  void know_undo(const Place& place);

  // After an error nothing was added. The block survives the end of the process once this returns.
  StoreResult<Place> add_block(ByteView block);
  // `file`: that of the block.
  StoreResult<Place> add_undo(std::uint32_t file, ByteView undo, const Hash256& previous);

  StoreResult<Bytes> read_block(const Place& place);
  StoreResult<Bytes> read_undo(const Place& place, const Hash256& previous);

  // Everything added so far survives the loss of power, too. Where it fails once it fails for good: a
  // second call of the system's would succeed, whatever was lost. Opened anew, all is well.
  StoreResult<void> sync();

 private:
  // The files of one kind.
  struct Kind {
    const char* prefix;
    std::map<std::uint32_t, std::uint64_t> ends{};  // of what was acknowledged
    std::map<std::uint32_t, std::unique_ptr<host::File>> open{};
    std::set<std::uint32_t> unsynced{};
  };

  StoreResult<void> sync_all();
  void know(Kind& kind, const Place& place, std::uint32_t tail);
  StoreResult<host::File*> file_of(Kind& kind, std::uint32_t number, host::Opening opening);
  StoreResult<Place> add(Kind& kind, std::uint32_t number, ByteView content, ByteView tail);
  StoreResult<Bytes> read(Kind& kind, const Place& place, std::uint32_t tail);
  bool reaches(Kind& kind, const Place& place);
  std::string path_of(const Kind& kind, std::uint32_t number) const;
  StoreError damaged(const Kind& kind, const Place& place, const char* how) const;

  host::Files& files_;
  const std::string folder_;
  const protocol::Magic magic_;
  Kind blocks_{"blk"};
  Kind undos_{"rev"};
  bool has_new_names_ = false;
  std::optional<StoreError> sync_failure_{};
};

}  // namespace veilwire::store

// Finds the blocks in a folder of blk*.dat files, which may be Bitcoin Core's, without anything that
// says where they are. Nothing is written.
//
// Core scrambles its files, `xor.dat` beside them holding the key: 8 bytes, XORed over each file by
// the offset in it. What is no block, as zeros that a file was made longer by, is passed over.
#pragma once

#include <array>
#include <functional>
#include <string>

#include "veilwire/host/files.h"
#include "veilwire/protocol/magic.h"
#include "veilwire/store/block_files.h"
#include "veilwire/wire/block_header.h"

namespace veilwire::store {

class BlockScan {
 public:
  // A block of which nothing but the 80 bytes of its header was looked at.
  using Visitor = std::function<void(const wire::BlockHeader& header, const Place& place)>;

  // `files` must outlive it. kDamaged where xor.dat is no key.
  static StoreResult<BlockScan> open(host::Files& files, const std::string& folder,
                                     const protocol::Magic& magic);

  bool is_scrambled() const { return key_ != Key{}; }
  // In the order of the files, and in them of their places.
  StoreResult<void> find_all(const Visitor& visitor);
  // The bytes of a block that was found.
  StoreResult<Bytes> read(const Place& place);

 private:
  using Key = std::array<std::uint8_t, 8>;

  BlockScan(host::Files& files, std::string folder, const protocol::Magic& magic)
      : files_(files), folder_(std::move(folder)), magic_(magic) {}

  StoreResult<void> read_key();
  StoreResult<void> open_file(std::uint32_t number);
  StoreResult<void> find_in_file(const Visitor& visitor);
  StoreResult<void> look_at(std::uint64_t offset, std::size_t bytes);
  // The offset of the next magic at or behind `from`; the end of the file where there is none.
  StoreResult<std::uint64_t> next_magic(std::uint64_t from);
  // Unscrambled; as many as the file has.
  StoreResult<std::size_t> read_at(std::uint64_t offset, ByteSpan into);

  host::Files& files_;
  const std::string folder_;
  const protocol::Magic magic_;
  Key key_{};
  std::unique_ptr<host::File> file_;  // of this number
  std::uint32_t number_ = 0;
  std::uint64_t size_ = 0;
  // What is searched for a magic.
  Bytes window_;
  std::uint64_t window_at_ = 0;
};

}  // namespace veilwire::store

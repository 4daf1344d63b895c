// A chain's blocks in files as Bitcoin Core lays them out: magic, size, block, and again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>

#include "veilwire/base/bytes.h"

namespace veilwire::bench {

class BlkFiles {
 public:
  // 128 MiB, which no file of Core's exceeds.
  static constexpr std::uint64_t kMaxFileBytes = 128 << 20;

  // For regtest. Files that are there already are removed.
  explicit BlkFiles(std::filesystem::path folder);

  // It throws when the disk refuses.
  void add(ByteView block);
  void close();

  std::uint32_t count() const { return next_; }
  std::uint64_t bytes() const { return bytes_of_full_ + bytes_of_last_; }

 private:
  void open_next();

  std::filesystem::path folder_;
  std::ofstream file_;
  std::uint32_t next_ = 0;
  std::uint64_t bytes_of_full_ = 0;
  std::uint64_t bytes_of_last_ = 0;
};

}  // namespace veilwire::bench

// An array that grows at its end and never moves.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "veilwire/chain/node_index.h"

namespace veilwire::chain {

// Elements lie in chunks of 256, the chunks in two levels of tables of a fixed size. So growing
// copies nothing and wastes at most one chunk, a small tree is small, and another thread may read
// an element whose index it was handed while the owner appends others.
template <typename T>
class StableArray {
  static constexpr std::uint32_t kChunkBits = 8;
  static constexpr std::uint32_t kTableBits = 10;
  static constexpr std::uint32_t kTables = 128;
  using Chunk = std::array<T, 1u << kChunkBits>;
  using Table = std::array<std::unique_ptr<Chunk>, 1u << kTableBits>;

 public:
  // Over seven times the headers of the longest chain of 2026 (testnet3's).
  static constexpr std::uint32_t kMost = kTables << (kTableBits + kChunkBits);

  std::uint32_t size() const { return size_; }

  const T& operator[](NodeIndex index) const { return place(index.value()); }
  T& operator[](NodeIndex index) { return place(index.value()); }

  // REQUIRES: size() < kMost.
  void push_back(const T& element) {
    auto& table = tables_[size_ >> (kTableBits + kChunkBits)];
    if (!table) table = std::make_unique<Table>();
    auto& chunk = (*table)[table_place(size_)];
    if (!chunk) chunk = std::make_unique<Chunk>();
    (*chunk)[chunk_place(size_)] = element;
    ++size_;
  }

  // What it has allocated.
  std::size_t bytes() const {
    const std::size_t chunks = (size_ + kChunkMask) >> kChunkBits;
    const std::size_t tables = (chunks + kTableMask) >> kTableBits;
    return chunks * sizeof(Chunk) + tables * sizeof(Table);
  }

 private:
  static constexpr std::uint32_t kChunkMask = (1u << kChunkBits) - 1;
  static constexpr std::uint32_t kTableMask = (1u << kTableBits) - 1;

  static std::uint32_t chunk_place(std::uint32_t at) { return at & kChunkMask; }
  static std::uint32_t table_place(std::uint32_t at) { return at >> kChunkBits & kTableMask; }
  T& place(std::uint32_t at) const {
    return (*(*tables_[at >> (kTableBits + kChunkBits)])[table_place(at)])[chunk_place(at)];
  }

  std::array<std::unique_ptr<Table>, kTables> tables_;
  std::uint32_t size_ = 0;
};

}  // namespace veilwire::chain

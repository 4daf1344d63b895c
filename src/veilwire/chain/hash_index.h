// From a header's hash to its place in the tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "veilwire/base/endian.h"
#include "veilwire/base/hash256.h"
#include "veilwire/chain/node_index.h"

namespace veilwire::chain {

// Open addressing without the hashes: they lie in the nodes, and 32 bits of each in the slot spare
// nearly every look at a node that is not the one. 8 bytes a slot, 3/8 to 3/4 of the
// slots in use: 10.7 to 21.4 bytes a header.
class HashIndex {
 public:
  // The salt is drawn once for each tree, so that nobody can mine headers that fall together.
  explicit HashIndex(std::uint64_t salt);

  // `is_at(index)` says whether the node there has this hash.
  template <typename IsAt>
  std::optional<NodeIndex> find(const Hash256& hash, IsAt is_at) const {
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = place_of(tag); slots_[at].node != kEmpty; at = after(at)) {
      if (slots_[at].tag != tag) continue;
      if (const NodeIndex index = NodeIndex::of(slots_[at].node); is_at(index)) return index;
    }
    return std::nullopt;
  }

  // REQUIRES: the hash is not in it yet.
  void insert(const Hash256& hash, NodeIndex index);

  // Has the slot in the cache soon.
  void prefetch(const Hash256& hash) const { __builtin_prefetch(&slots_[place_of(tag_of(hash))]); }

  // What it has allocated.
  std::size_t bytes() const { return slots_.capacity() * sizeof(Slot); }

 private:
  static constexpr std::uint32_t kEmpty = ~std::uint32_t{0};

  struct Slot {
    std::uint32_t node = kEmpty;
    std::uint32_t tag = 0;
  };

  // Multiplying by a secret odd number and keeping the upper half spreads what an attacker chooses.
  // The low bytes are taken, since work leaves them random.
  std::uint32_t tag_of(const Hash256& hash) const {
    return static_cast<std::uint32_t>(load_le<std::uint64_t>(hash.data()) * multiplier_ >> 32);
  }
  std::size_t place_of(std::uint32_t tag) const { return tag >> (32 - bits_); }
  std::size_t after(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }
  void place(Slot slot);
  void grow();

  std::uint64_t multiplier_;
  std::uint32_t bits_;  // there are 2^bits_ slots
  std::size_t used_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace veilwire::chain

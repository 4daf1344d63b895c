#include "veilwire/chain/hash_index.h"

namespace veilwire::chain {
namespace {

constexpr std::uint32_t kFirstBits = 6;

}  // namespace

HashIndex::HashIndex(std::uint64_t salt)
    : multiplier_(salt | 1), bits_(kFirstBits), slots_(std::size_t{1} << kFirstBits) {}

void HashIndex::insert(const Hash256& hash, NodeIndex index) {
  if (4 * (used_ + 1) > 3 * slots_.size()) grow();
  place({index.value(), tag_of(hash)});
  ++used_;
}

void HashIndex::place(Slot slot) {
  std::size_t at = place_of(slot.tag);
  while (slots_[at].node != kEmpty) at = after(at);
  slots_[at] = slot;
}

// A tag's upper bits are its place at any size, so no node is looked at.
void HashIndex::grow() {
  const std::vector<Slot> before = std::move(slots_);
  ++bits_;
  slots_ = std::vector<Slot>(std::size_t{1} << bits_);
  for (const Slot& slot : before) {
    if (slot.node != kEmpty) place(slot);
  }
}

}  // namespace veilwire::chain

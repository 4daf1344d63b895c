// One item of a script's stack.
//
// All that a script can compute is a number, a truth or a hash, so that no result has more than 32
// bytes; all else on its stack stands in the script or in the witness already. An item holds the
// former and points at the latter: it is a plain value of 40 bytes that never allocates. What it
// points at must outlive it.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "veilwire/base/bytes.h"

namespace veilwire::consensus {

class Item {
 public:
  static constexpr std::size_t kMaxHeldBytes = 32;

  // The empty item: false. What it could hold is left as it is: stacks are made of these.
  Item() {}
  // REQUIRES: fewer than 65 536 bytes, which outlive the item.
  static Item of_view(ByteView bytes) {
    Item item;
    item.place_ = Place::kOutside;
    item.size_ = static_cast<std::uint16_t>(bytes.size());
    item.outside_ = bytes.data();
    return item;
  }
  // REQUIRES: no more than kMaxHeldBytes.
  static Item of_copy(ByteView bytes) {
    Item item;
    item.size_ = static_cast<std::uint16_t>(bytes.size());
    if (!bytes.empty()) std::memcpy(item.held_.data(), bytes.data(), bytes.size());
    return item;
  }
  // Exactly 1 or empty.
  static Item of_truth(bool value) {
    Item item;
    item.size_ = value ? 1 : 0;
    item.held_[0] = 1;
    return item;
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Points into the item itself where it holds its bytes.
  ByteView bytes() const& { return {place_ == Place::kOutside ? outside_ : held_.data(), size_}; }
  ByteView bytes() const&& = delete;
  // False is nothing, zeros only, and zeros with a sign at their end.
  bool is_true() const {
    const ByteView all = bytes();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i] != 0) return i + 1 != all.size() || all[i] != 0x80;
    }
    return false;
  }

 private:
  enum class Place : std::uint8_t { kHeld, kOutside };

  union {
    std::array<std::uint8_t, kMaxHeldBytes> held_;
    const std::uint8_t* outside_;
  };
  std::uint16_t size_ = 0;
  Place place_ = Place::kHeld;
};

}  // namespace veilwire::consensus

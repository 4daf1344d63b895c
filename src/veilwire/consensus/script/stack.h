// A script's stack. The first items need no allocation, which is enough for all common scripts;
// beyond them it doubles. How many items there may be is the interpreter's to say.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "veilwire/consensus/script/item.h"

namespace veilwire::consensus {

class Stack {
 public:
  // A 2-of-3 multisig with its script comes to 10.
  static constexpr std::size_t kItemsInside = 12;

  Stack() = default;
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  // Replaces all.
  void copy_from(const Stack& other);

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool has(std::size_t count) const { return size_ >= count; }

  // By value: an item of this very stack may be pushed.
  void push(Item item) {
    if (size_ == capacity_) grow();
    items()[size_++] = item;
  }
  // REQUIRES: has(depth + 1). 0 is the top.
  const Item& top(std::size_t depth = 0) const { return items()[size_ - 1 - depth]; }
  Item& top(std::size_t depth = 0) { return items()[size_ - 1 - depth]; }
  // REQUIRES: has(count).
  void drop(std::size_t count = 1) { size_ -= count; }
  Item pop() { return items()[--size_]; }
  // Takes the item out, and what is above it comes down. REQUIRES: has(depth + 1).
  Item take(std::size_t depth);
  // Puts the item under `depth` others. REQUIRES: has(depth).
  void insert(std::size_t depth, Item item);

 private:
  void grow();
  const Item* items() const { return outside_ ? outside_.get() : inside_.data(); }
  Item* items() { return outside_ ? outside_.get() : inside_.data(); }

  std::size_t size_ = 0;
  std::size_t capacity_ = kItemsInside;
  std::unique_ptr<Item[]> outside_;
  std::array<Item, kItemsInside> inside_;
};

}  // namespace veilwire::consensus

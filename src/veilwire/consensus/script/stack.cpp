#include "veilwire/consensus/script/stack.h"

#include <algorithm>

namespace veilwire::consensus {

void Stack::grow() {
  auto larger = std::make_unique<Item[]>(2 * capacity_);
  std::copy_n(items(), size_, larger.get());
  outside_ = std::move(larger);
  capacity_ *= 2;
}

void Stack::copy_from(const Stack& other) {
  size_ = 0;
  while (capacity_ < other.size_) grow();
  std::copy_n(other.items(), other.size_, items());
  size_ = other.size_;
}

Item Stack::take(std::size_t depth) {
  Item* const place = items() + size_ - 1 - depth;
  const Item taken = *place;
  std::copy(place + 1, items() + size_, place);
  --size_;
  return taken;
}

void Stack::insert(std::size_t depth, Item item) {
  push(item);
  Item* const end = items() + size_;
  std::rotate(end - 1 - static_cast<std::ptrdiff_t>(depth), end - 1, end);
}

}  // namespace veilwire::consensus

// A run of items that a parser has walked once: walking it again needs no checks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace veilwire::wire {

// Item has `static Item take(const std::uint8_t*& at)`, which reads the item that begins at `at`
// and moves `at` to its end. Items are made anew each time one is looked at, and point into the
// payload.
template <typename Item>
class ItemRange {
 public:
  class Iterator {
   public:
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;

    Iterator() = default;
    Iterator(const std::uint8_t* at, std::size_t left) : at_(at), left_(left) {}

    Item operator*() const {
      const std::uint8_t* at = at_;
      return Item::take(at);
    }
    Iterator& operator++() {
      (void)Item::take(at_);
      --left_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    // Only iterators of one range may be compared.
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.left_ == b.left_; }

   private:
    const std::uint8_t* at_ = nullptr;
    std::size_t left_ = 0;
  };

  ItemRange() = default;
  // REQUIRES: `count` whole items begin at `at`.
  ItemRange(const std::uint8_t* at, std::size_t count) : at_(at), count_(count) {}

  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  Iterator begin() const { return {at_, count_}; }
  Iterator end() const { return {nullptr, 0}; }

 private:
  const std::uint8_t* at_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace veilwire::wire

// Bits, first in, first out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace veilwire::chain {

class BitQueue {
 public:
  void push(bool bit) {
    if (pushed_ % 64 == 0) append_word();
    words_.back() |= std::uint64_t{bit} << pushed_ % 64;
    ++pushed_;
  }
  // The oldest that has not been taken.
  std::optional<bool> pop() {
    if (popped_ == pushed_) return std::nullopt;
    const bool bit = (words_[popped_ / 64] >> popped_ % 64 & 1) != 0;
    ++popped_;
    return bit;
  }
  // Those taken included.
  std::size_t pushed() const { return pushed_; }
  // What it has allocated: within kStepWords of what it needs.
  std::size_t bytes() const { return words_.capacity() * sizeof(std::uint64_t); }

  static constexpr std::size_t kStepWords = 64;

 private:
  // In steps, not by doubling: what a peer can make us hold should be what it says.
  void append_word() {
    if (words_.size() == words_.capacity()) words_.reserve(words_.size() + kStepWords);
    words_.push_back(0);
  }

  std::vector<std::uint64_t> words_;
  std::size_t pushed_ = 0;
  std::size_t popped_ = 0;
};

}  // namespace veilwire::chain

// Which of a script's nested IFs are taken. Only how deep they are and where the first one that is
// not taken stands matters, so that any depth takes two numbers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace veilwire::consensus {

enum class Branch : std::uint8_t { kTaken, kNotTaken };

class Conditions {
 public:
  bool empty() const { return depth_ == 0; }
  bool all_taken() const { return first_not_taken_ == kNone; }

  void push(Branch branch) {
    if (branch == Branch::kNotTaken && all_taken()) first_not_taken_ = depth_;
    ++depth_;
  }
  // REQUIRES of both: not empty().
  void pop() {
    --depth_;
    if (first_not_taken_ == depth_) first_not_taken_ = kNone;
  }
  // ELSE: turns the innermost around. Inside a branch that is not taken it changes nothing.
  void toggle() {
    if (all_taken()) {
      first_not_taken_ = depth_ - 1;
    } else if (first_not_taken_ == depth_ - 1) {
      first_not_taken_ = kNone;
    }
  }

 private:
  static constexpr std::size_t kNone = SIZE_MAX;

  std::size_t depth_ = 0;
  std::size_t first_not_taken_ = kNone;
};

}  // namespace veilwire::consensus

// A fuzzer's input as a list of choices, read from its front; where it has ended every choice is 0.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "veilwire/base/bytes.h"

// An invariant of the code under test. Ends the process with a sentence, which the fuzzer reports.
#define FUZZ_REQUIRE(condition, sentence)                                                         \
  do {                                                                                            \
    if (!(condition)) {                                                                           \
      std::fprintf(stderr, "%s:%d: %s [not so: %s]\n", __FILE__, __LINE__, sentence, #condition); \
      std::abort();                                                                               \
    }                                                                                             \
  } while (false)

namespace veilwire::fuzz {

class FuzzInput {
 public:
  FuzzInput(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  bool empty() const { return rest_.empty(); }

  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
  }
  // Two bytes, the lower first.
  std::size_t number() {
    const std::size_t low = byte();
    return low | std::size_t{byte()} << 8;
  }
  // REQUIRES: bound >= 1.
  std::size_t below(std::size_t bound) { return (bound <= 256 ? byte() : number()) % bound; }
  bool yes() { return (byte() & 1) != 0; }

  // Up to `size` bytes: fewer where the input ends.
  Bytes bytes(std::size_t size) {
    const ByteView taken = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return {taken.begin(), taken.end()};
  }
  // Exactly `size` bytes, filled up with a pattern where the input ends: long texts from few bytes.
  Bytes stretched(std::size_t size) {
    Bytes out = bytes(std::min<std::size_t>(size, 32));
    out.resize(size);
    for (std::size_t i = 32; i < size; ++i)
      out[i] = static_cast<std::uint8_t>(out[i % 32] + i / 32);
    return out;
  }
  Bytes remaining() { return bytes(rest_.size()); }

 private:
  ByteView rest_;
};

}  // namespace veilwire::fuzz

// Reproducible inputs for tests, from a generator that shares nothing with the code under test.
#pragma once

#include <algorithm>
#include <array>
#include <random>

#include "veilwire/base/bytes.h"
#include "veilwire/base/secret.h"

namespace veilwire::crypto {

class RandomBytes {
 public:
  explicit RandomBytes(std::uint64_t seed) : generator_(seed) {}

  std::uint64_t next() { return generator_(); }
  // REQUIRES: bound >= 1.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(generator_() % bound); }
  bool one_in(std::size_t times) { return below(times) == 0; }

  void fill(ByteSpan out) {
    std::generate(out.begin(), out.end(), [this] { return static_cast<std::uint8_t>(next()); });
  }
  Bytes bytes(std::size_t size) {
    Bytes out(size);
    fill(out);
    return out;
  }
  template <std::size_t N>
  std::array<std::uint8_t, N> array() {
    std::array<std::uint8_t, N> out;
    fill(out);
    return out;
  }
  Secret<32> key() {
    const auto bytes = array<32>();
    return Secret<32>(std::span<const std::uint8_t, 32>(bytes));
  }

 private:
  std::mt19937_64 generator_;
};

}  // namespace veilwire::crypto

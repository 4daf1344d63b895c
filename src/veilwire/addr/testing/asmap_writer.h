// Writes maps of autonomous systems, instruction by instruction, sound ones and others.
#pragma once

#include <bit>
#include <initializer_list>
#include <vector>

#include "veilwire/base/bytes.h"

namespace veilwire::addr::testing {

class AsmapWriter {
 public:
  AsmapWriter& ret(std::uint32_t as) { return bits({0}).number(as, 1, 15, 10); }
  AsmapWriter& jump(std::size_t distance) {
    return bits({1, 0}).number(static_cast<std::uint32_t>(distance), 17, 5, 26);
  }
  AsmapWriter& match(std::initializer_list<unsigned> pattern) {
    std::uint32_t value = 1;
    for (const unsigned bit : pattern) value = value << 1 | bit;
    return bits({1, 1, 0}).number(value, 2, 1, 8);
  }
  AsmapWriter& fallback(std::uint32_t as) { return bits({1, 1, 1}).number(as, 1, 15, 10); }

  AsmapWriter& append(const AsmapWriter& other) {
    bits_.insert(bits_.end(), other.bits_.begin(), other.bits_.end());
    return *this;
  }
  AsmapWriter& bits(std::initializer_list<unsigned> bits) {
    bits_.insert(bits_.end(), bits.begin(), bits.end());
    return *this;
  }

  std::size_t size() const { return bits_.size(); }
  Bytes bytes() const {
    Bytes out((bits_.size() + 7) / 8);
    for (std::size_t i = 0; i < bits_.size(); ++i) {
      out[i / 8] = static_cast<std::uint8_t>(out[i / 8] | bits_[i] << i % 8);
    }
    return out;
  }

 private:
  AsmapWriter& number(std::uint32_t value, std::uint32_t least, unsigned width, int classes) {
    value -= least;
    for (; classes > 1 && value >= 1u << width; --classes) {
      bits_.push_back(1);
      value -= 1u << width++;
    }
    if (classes > 1) bits_.push_back(0);
    while (width > 0) bits_.push_back(value >> --width & 1);
    return *this;
  }

  std::vector<unsigned> bits_;
};

}  // namespace veilwire::addr::testing

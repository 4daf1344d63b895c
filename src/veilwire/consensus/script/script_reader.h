// Reads a script opcode by opcode. Nothing is copied.
#pragma once

#include <cstdint>

#include "veilwire/base/bytes.h"
#include "veilwire/consensus/script/opcode.h"

namespace veilwire::consensus {

struct Instruction {
  std::uint8_t opcode = 0;
  ByteView data;  // what it pushes; empty for all but the pushes of bytes
};

class ScriptReader {
 public:
  explicit ScriptReader(ByteView script)
      : at_(script.data()), end_(script.data() + script.size()) {}

  bool at_end() const { return at_ == end_; }
  // What has not been read.
  ByteView rest() const { return {at_, end_}; }

  // False, and from then on always, at the end and where a push is cut short; is_broken() tells
  // them apart.
  bool next(Instruction& instruction) {
    if (at_ == end_) return false;
    const std::uint8_t opcode = *at_;
    std::size_t head = 1;
    std::size_t size = 0;
    if (opcode < kOpPushData1) {
      size = opcode;
    } else if (opcode <= kOpPushData4) {
      if (!read_length(opcode, head, size)) return give_up();
    }
    if (size > left() - head) return give_up();
    instruction = {opcode, {at_ + head, size}};
    at_ += head + size;
    return true;
  }
  bool is_broken() const { return broken_; }

 private:
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  bool give_up() {
    broken_ = true;
    at_ = end_;
    return false;
  }
  // Of PUSHDATA1, 2 and 4: the length in 1, 2 and 4 bytes, the least significant first.
  bool read_length(std::uint8_t opcode, std::size_t& head, std::size_t& size) const {
    const std::size_t width = std::size_t{1} << (opcode - kOpPushData1);
    if (left() < 1 + width) return false;
    for (std::size_t i = 0; i < width; ++i) size |= std::size_t{at_[1 + i]} << (8 * i);
    head += width;
    return true;
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  bool broken_ = false;
};

}  // namespace veilwire::consensus

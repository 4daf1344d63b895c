// Scripts put together piece by piece.
#pragma once

#include "veilwire/base/bytes.h"
#include "veilwire/base/endian.h"
#include "veilwire/consensus/script/opcode.h"
#include "veilwire/consensus/script/script_form.h"
#include "veilwire/consensus/script/script_number.h"

namespace veilwire::oracle {

class ScriptBytes {
 public:
  ScriptBytes& op(std::uint8_t opcode) {
    bytes_.push_back(opcode);
    return *this;
  }
  ScriptBytes& raw(ByteView bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  // The shortest push of bytes; opcodes for small numbers are not used.
  ScriptBytes& push(ByteView data) {
    return raw(consensus::push_head(data.size()).view()).raw(data);
  }
  // In its shortest form.
  ScriptBytes& number(std::int64_t value) {
    if (value >= 1 && value <= 16)
      return op(static_cast<std::uint8_t>(consensus::kOp1 + value - 1));
    if (value == -1) return op(consensus::kOp1Negate);
    const consensus::Item item = consensus::ScriptNumber(value).item();
    return push(item.bytes());
  }
  // By an opcode that is longer than need be. `width`: 1, 2 or 4 bytes for the length.
  ScriptBytes& push_wide(ByteView data, std::size_t width) {
    op(static_cast<std::uint8_t>(consensus::kOpPushData1 + (width == 4 ? 2 : width - 1)));
    for (std::size_t i = 0; i < width; ++i) {
      bytes_.push_back(static_cast<std::uint8_t>(data.size() >> (8 * i)));
    }
    return raw(data);
  }

  std::size_t size() const { return bytes_.size(); }
  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

}  // namespace veilwire::oracle

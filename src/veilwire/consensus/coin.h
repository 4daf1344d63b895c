// A coin: an output that nobody has spent yet, and what must be known of it to spend it.
#pragma once

#include <cstdint>

#include "veilwire/base/bytes.h"
#include "veilwire/consensus/amount.h"
#include "veilwire/consensus/limits.h"

namespace veilwire::consensus {

// Which kind of transaction made it.
enum class CoinOrigin : std::uint8_t { kTransaction, kCoinbase };

// 32 bytes, copied freely. The script lies where the coin was taken from and must outlive it.
class Coin {
 public:
  Coin() = default;
  // REQUIRES: height < 2^31; a chain of that length is 40 000 years away.
  Coin(Amount value, ByteView script, Height height, CoinOrigin origin)
      : value_(value),
        script_(script),
        height_and_origin_(height.value() << 1 | static_cast<std::uint32_t>(origin)) {}

  Amount value() const { return value_; }
  ByteView script() const { return script_; }
  // Of the block that made it.
  Height height() const { return Height::of(height_and_origin_ >> 1); }
  CoinOrigin origin() const { return static_cast<CoinOrigin>(height_and_origin_ & 1); }

 private:
  Amount value_;
  ByteView script_;
  std::uint32_t height_and_origin_ = 0;
};

// Whether an output with this script becomes a coin at all: not where it begins with OP_RETURN or is
// too long to be run.
bool is_spendable(ByteView script);

}  // namespace veilwire::consensus

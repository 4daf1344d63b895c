// 256-bit hashes: block hashes, txids, wtxids, filter headers.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "veilwire/base/hex.h"

namespace veilwire::wire {

// In the order in which it travels.
using Hash256 = std::array<std::uint8_t, 32>;

// As people and RPC calls write it: byte-reversed hexadecimal.
inline std::string to_display(const Hash256& hash) {
  Hash256 reversed = hash;
  std::ranges::reverse(reversed);
  return to_hex(reversed);
}

}  // namespace veilwire::wire

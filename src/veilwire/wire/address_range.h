// All addresses that begin with the same bits.
#pragma once

#include <array>
#include <cstdint>

#include "veilwire/base/bytes.h"

namespace veilwire::wire {

struct AddressRange {
  std::array<std::uint8_t, 16> prefix{};
  std::size_t bits = 0;

  // REQUIRES: the address has at least `bits` bits.
  constexpr bool contains(ByteView address) const {
    const std::size_t whole = bits / 8;
    for (std::size_t i = 0; i < whole; ++i) {
      if (address[i] != prefix[i]) return false;
    }
    const std::size_t rest = bits % 8;
    return rest == 0 || (address[whole] ^ prefix[whole]) >> (8 - rest) == 0;
  }
};

}  // namespace veilwire::wire

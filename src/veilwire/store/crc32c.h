// CRC-32C (Castagnoli's polynomial, RFC 3720 appendix B.4): finds up to 32 flipped bits in a row for
// certain, anything else but for one time in 2^32. No protection against somebody who means it.
#pragma once

#include <cstdint>

#include "veilwire/base/bytes.h"

namespace veilwire::store {

// `before` is the checksum of what comes before the bytes: crc32c(b, crc32c(a)) is that of a and b.
std::uint32_t crc32c(ByteView bytes, std::uint32_t before = 0);

}  // namespace veilwire::store

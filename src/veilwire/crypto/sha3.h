// SHA3-256 (FIPS 202) over OpenSSL. Tor's onion addresses are checked with it.
#pragma once

#include <array>

#include "veilwire/base/bytes.h"

namespace veilwire::crypto {

// Throws std::bad_alloc where OpenSSL has no memory left.
std::array<std::uint8_t, 32> sha3_256(ByteView data);

}  // namespace veilwire::crypto

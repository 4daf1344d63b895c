// The hashes of 160 bits that scripts know beside SHA-256. OpenSSL's low-level functions compute
// them, which work where its legacy provider is off.
#pragma once

#include <array>

#include "veilwire/base/bytes.h"

namespace veilwire::crypto {

using Hash160 = std::array<std::uint8_t, 20>;

Hash160 ripemd160(ByteView data);
Hash160 sha1(ByteView data);
// RIPEMD160(SHA256(data)): Bitcoin's hash of keys and scripts.
Hash160 hash160(ByteView data);

}  // namespace veilwire::crypto

// SipHash-2-4 (Aumasson, Bernstein): a fast keyed hash, so that who does not know the key cannot
// make inputs that fall together in a hash table.
#pragma once

#include <cstdint>

#include "veilwire/base/bytes.h"

namespace veilwire::crypto {

struct SipKey {
  std::uint64_t k0 = 0;
  std::uint64_t k1 = 0;
};

std::uint64_t siphash24(const SipKey& key, ByteView data);

}  // namespace veilwire::crypto

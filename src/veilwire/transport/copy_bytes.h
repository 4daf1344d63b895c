// Copying a run of bytes. Private to the library.
#pragma once

#include <cstring>

#include "veilwire/base/bytes.h"

namespace veilwire::transport {

// Returns the end of what was written. std::ranges::copy means the same, but in GCC 12's library it
// goes byte by byte from a span, which costs more than the cipher.
inline std::uint8_t* copy_bytes(ByteView from, std::uint8_t* to) {
  if (!from.empty()) std::memcpy(to, from.data(), from.size());
  return to + from.size();
}

}  // namespace veilwire::transport

// Text as the bytes that travel, and back.
#pragma once

#include <string>
#include <string_view>

#include "veilwire/base/bytes.h"

namespace veilwire::wire {

inline ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string text_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace veilwire::wire

// Hexadecimal text, lower case.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "veilwire/base/api.h"
#include "veilwire/base/bytes.h"

namespace veilwire {

// Two characters a byte, in memory order.
VEILWIRE_API std::string to_hex(ByteView bytes);

// The same at the end of `text`, without a copy in between.
VEILWIRE_API void append_hex(std::string& text, ByteView bytes);

// Either case; nothing for an odd length or a character that is not hexadecimal.
VEILWIRE_API std::optional<Bytes> from_hex(std::string_view text);

}  // namespace veilwire

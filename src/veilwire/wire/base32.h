// Base32 as hidden services are written: RFC 4648's alphabet in lower case, without padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "veilwire/base/bytes.h"

namespace veilwire::wire {

std::string to_base32(ByteView bytes);

// Either case. Nothing for another character, for a length that no bytes give, and for bits set
// after the last byte: each run of bytes has one text (but for the case).
std::optional<Bytes> from_base32(std::string_view text);

}  // namespace veilwire::wire

// What a program's first bytes say: whether they are to be translated or left alone. A function of
// the bytes.
#pragma once

#include <cstdint>
#include <optional>

#include "veilwire/base/bytes.h"
#include "veilwire/protocol/magic.h"

namespace veilwire::proxy {

enum class Speech : std::uint8_t {
  kUndecided,  // a version 1 `version` header as far as it goes, and fewer than 16 bytes
  kVersion1,   // the whole of it
  kOther,      // version 2, or no Bitcoin at all
};

// Any magic is taken for one: a custom signet has its own. So 4 bytes say nothing, and the 5th may
// say that it is not version 1.
Speech speech_of(ByteView first_bytes);

// The magic of a version 1 program. REQUIRES: speech_of() says kVersion1.
protocol::Magic magic_of(ByteView first_bytes);

}  // namespace veilwire::proxy

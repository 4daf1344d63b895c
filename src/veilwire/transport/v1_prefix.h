// What the first bytes of a connection say about its version (BIP 324, "Version 2 responder:
// handling both v1 and v2"). Private to the library.
#pragma once

#include <cstdint>

#include "veilwire/base/bytes.h"
#include "veilwire/protocol/magic.h"

namespace veilwire::transport {

enum class FirstBytes : std::uint8_t {
  kUndecided,     // equal to the version 1 prefix as far as they go, and fewer than 16
  kVersion1,      // the whole prefix
  kOtherNetwork,  // a version 1 prefix with another magic
  kVersion2,      // anything else; before the 16th byte it may yet turn out as kOtherNetwork
};

// Looks at the first kV1PrefixBytes of `bytes`, or as many as there are.
FirstBytes classify_first_bytes(ByteView bytes, const protocol::Magic& magic);

}  // namespace veilwire::transport

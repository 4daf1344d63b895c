// Signets (BIP 325): each challenge script is a network of its own.
#pragma once

#include "veilwire/base/api.h"
#include "veilwire/base/bytes.h"
#include "veilwire/protocol/magic.h"

namespace veilwire::transport {

// The first four bytes of SHA256d over the challenge script, preceded by its length as a
// CompactSize. The default signet's challenge gives protocol::kSignetMagic.
VEILWIRE_API protocol::Magic signet_magic(ByteView challenge_script);

}  // namespace veilwire::transport

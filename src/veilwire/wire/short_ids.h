// How a compact block names its transactions (BIP 152).
#pragma once

#include <cstdint>

#include "veilwire/base/hash256.h"
#include "veilwire/crypto/siphash.h"
#include "veilwire/wire/block_header.h"
#include "veilwire/wire/compact_block.h"

namespace veilwire::wire {

// The short ids of one compact block. Its sender chooses the nonce, so that nobody can prepare
// transactions whose ids fall together at all of a block's receivers.
class ShortIds {
 public:
  ShortIds(const BlockHeader& header, std::uint64_t nonce);

  // Of version 2: made of the wtxid.
  ShortId of(const Hash256& wtxid) const;

 private:
  crypto::SipKey key_;
};

}  // namespace veilwire::wire

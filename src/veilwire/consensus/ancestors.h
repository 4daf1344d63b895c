// What the rules ask of the blocks before the one that is looked at.
#pragma once

#include <cstdint>

#include "veilwire/base/hash256.h"
#include "veilwire/base/time.h"
#include "veilwire/protocol/height.h"

namespace veilwire::consensus {

struct Ancestor {
  Hash256 hash{};
  std::int32_t version = 0;
  UnixTime time{};
  std::uint32_t bits = 0;
};

// One chain from the genesis block to a block, which is the last. It does not change while somebody
// asks.
class Ancestors {
 public:
  virtual ~Ancestors() = default;
  virtual protocol::Height last() const = 0;
  // REQUIRES: height <= last().
  virtual Ancestor at(protocol::Height height) const = 0;
};

// The median time past of the block at that height: of it and the ten before it, of fewer near the
// genesis block. Where their number is even it is the later one of the two in the middle.
// REQUIRES: height <= ancestors.last().
UnixTime median_time_past(const Ancestors& ancestors, protocol::Height height);

}  // namespace veilwire::consensus

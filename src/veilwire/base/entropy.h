// Where randomness comes from: an interface, so that a simulator can give it from a seed.
#pragma once

#include <expected>

#include "veilwire/base/api.h"
#include "veilwire/base/bytes.h"

namespace veilwire {

// The source could not give what was asked. Nothing may be derived from the buffer.
struct EntropyFailure {};

class VEILWIRE_API Entropy {
 public:
  virtual ~Entropy();

  // Fills `out` whole with bytes that nobody can predict, or fails; on failure `out` is
  // unspecified. Any length, zero included.
  [[nodiscard]] virtual std::expected<void, EntropyFailure> fill(ByteSpan out) = 0;
};

// A number in [0, bound), each equally likely, by rejection: the draw's duration depends on the
// draw only through discarded samples. REQUIRES: bound >= 1.
VEILWIRE_API std::expected<std::uint32_t, EntropyFailure> uniform_below(Entropy& entropy,
                                                                        std::uint32_t bound);

}  // namespace veilwire

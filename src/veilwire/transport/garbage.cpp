#include "veilwire/transport/v2_transport.h"

namespace veilwire::transport {

std::expected<Bytes, EntropyFailure> uniform_garbage(Entropy& entropy) {
  const auto size = uniform_below(entropy, kMaxGarbageBytes + 1);
  if (!size) return std::unexpected(size.error());
  Bytes garbage(*size);
  if (auto filled = entropy.fill(garbage); !filled) return std::unexpected(filled.error());
  return garbage;
}

}  // namespace veilwire::transport

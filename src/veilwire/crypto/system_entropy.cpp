#include "veilwire/crypto/system_entropy.h"

#include <openssl/rand.h>

#include <algorithm>
#include <climits>

namespace veilwire::crypto {

std::expected<void, EntropyFailure> SystemEntropy::fill(ByteSpan out) {
  while (!out.empty()) {
    const std::size_t part = std::min<std::size_t>(out.size(), INT_MAX);
    if (RAND_priv_bytes(out.data(), static_cast<int>(part)) != 1) {
      return std::unexpected(EntropyFailure{});
    }
    out = out.subspan(part);
  }
  return {};
}

}  // namespace veilwire::crypto

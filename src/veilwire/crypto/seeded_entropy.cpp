#include "veilwire/crypto/seeded_entropy.h"

#include <algorithm>
#include <array>

#include "veilwire/base/endian.h"
#include "veilwire/crypto/kernel.h"
#include "veilwire/crypto/kernels/kernel_table.h"

namespace veilwire::crypto {

SeededEntropy::SeededEntropy(std::uint64_t seed) { store_le(key_.data(), seed); }

// Every call starts at a block of its own: what it gives depends on the calls before it, not on how
// long each was to the byte.
std::expected<void, EntropyFailure> SeededEntropy::fill(ByteSpan out) {
  ChaChaInput input{.key32 = key_.data(), .counter = 0, .nonce = {}};
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  while (!out.empty()) {
    const std::size_t part = std::min<std::size_t>(out.size(), kBlockBytes);
    input.counter = static_cast<std::uint32_t>(next_block_);
    input.nonce[0] = static_cast<std::uint32_t>(next_block_ >> 32);
    active_kernel().xor_stream(input, out.data(), out.data(), part);
    ++next_block_;
    out = out.subspan(part);
  }
  return {};
}

}  // namespace veilwire::crypto

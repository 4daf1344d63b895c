// ChaCha20 and Poly1305 over a long text, chunk by chunk, so that the second finds in the cache
// what the first has touched.
//
// `Mac` is how a kernel takes many blocks into an accumulator:
//   Mac(const Poly1305State&)               makes what it needs of r, once for the whole text
//   add(Poly1305State&, blocks, count)      any number of blocks of 16 bytes
#pragma once

#include "veilwire/crypto/kernels/poly1305_scalar.h"

namespace veilwire::crypto {
namespace {

// Half of the smallest first-level cache in use: input and output lie in it together.
inline constexpr std::size_t kChunkBytes = 8 * 1024;

enum class MacOf { kOutput, kInput };

struct ScalarMac {
  explicit ScalarMac(const Poly1305State&) {}
  void add(Poly1305State& state, const std::uint8_t* blocks, std::size_t count) const {
    poly1305_scalar(state, blocks, count);
  }
};

template <typename Mac>
void add_padded(const Mac& mac, Poly1305State& state, const std::uint8_t* data, std::size_t size) {
  mac.add(state, data, size / 16);
  if (size % 16 != 0) poly1305_padded(state, data + size / 16 * 16, size % 16);
}

template <MacOf kMacOf, auto kXorStream, typename Mac>
void stream_and_mac(const ChaChaInput& base, Poly1305State& state, const std::uint8_t* in,
                    std::uint8_t* out, std::size_t size) {
  const Mac mac(state);
  ChaChaInput at = base;
  while (size > 0) {
    const std::size_t chunk = size < kChunkBytes ? size : kChunkBytes;
    if (kMacOf == MacOf::kInput) add_padded(mac, state, in, chunk);
    kXorStream(at, in, out, chunk);
    if (kMacOf == MacOf::kOutput) add_padded(mac, state, out, chunk);
    at.counter += kChunkBytes / kBlockBytes;
    in += chunk;
    out += chunk;
    size -= chunk;
  }
}

}  // namespace
}  // namespace veilwire::crypto

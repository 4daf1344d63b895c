// The reference: what every other kernel of hashes must do, one input at a time in plain words.

#include <cstring>

#include "veilwire/crypto/kernels/sha256_lanes.h"

namespace veilwire::crypto {
namespace {

struct OneLane {
  using Vector = std::uint32_t;

  template <int kBits>
  static Vector rotate_right(Vector x) {
    return x >> kBits | x << (32 - kBits);
  }
  static Vector xor3(Vector x, Vector y, Vector z) { return x ^ y ^ z; }
  static Vector choose(Vector x, Vector y, Vector z) { return z ^ (x & (y ^ z)); }
  static Vector majority(Vector x, Vector y, Vector z) { return (x & y) | (z & (x | y)); }

  static void load_block(Vector (&w)[16], const std::uint8_t* const* blocks, std::size_t at) {
    const std::uint8_t* from = blocks[0] + at;
    for (Vector& word : w) {
      word = Vector{from[0]} << 24 | Vector{from[1]} << 16 | Vector{from[2]} << 8 | from[3];
      from += 4;
    }
  }
  static void load_states(Vector (&h)[kStateWords], const std::uint32_t* states) {
    std::memcpy(h, states, sizeof h);
  }
  static void store_states(std::uint32_t* states, const Vector (&h)[kStateWords]) {
    std::memcpy(states, h, sizeof h);
  }
  static void store_digests(std::uint8_t* out, const Vector (&h)[kStateWords]) {
    for (const Vector word : h) {
      for (int shift = 24; shift >= 0; shift -= 8)
        *out++ = static_cast<std::uint8_t>(word >> shift);
    }
  }
};

}  // namespace

extern const HashKernel kPortableHashKernel = Sha256Lanes<OneLane>::kernel("portable", 1, nullptr);

}  // namespace veilwire::crypto

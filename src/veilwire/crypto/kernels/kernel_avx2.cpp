// AVX2: eight blocks at once.

#include "veilwire/crypto/kernels/chacha20_lanes.h"
#include "veilwire/crypto/kernels/kernel_of.h"
#include "veilwire/crypto/kernels/lanes_avx2.h"
#include "veilwire/crypto/kernels/poly1305_avx2.h"

namespace veilwire::crypto {
namespace {

struct Avx2ChaChaLanes : Avx2Lanes {
  static Vector load_part(const std::uint8_t* from, std::size_t size) {
    return load_part_by_copy<Vector>(from, size);
  }
  static void store_part(std::uint8_t* to, Vector v, std::size_t size) {
    store_part_by_copy(to, v, size);
  }

  // Words 0..7 of all blocks, then 8..15: each gives a half of every block.
  [[gnu::always_inline]] static void transpose(Vector (&x)[16]) {
    Vector halves[2][8];
    for (int half = 0; half < 2; ++half) transpose8(x + 8 * half, halves[half]);
    for (int block = 0; block < 8; ++block) {
      x[2 * block] = halves[0][block];
      x[2 * block + 1] = halves[1][block];
    }
  }
};

struct EightBlocks {
  using Powers = Powers26;
  static Powers powers(const std::uint64_t r[2]) { return powers26(r); }
  static void add(Poly1305State& state, const Powers& powers, const std::uint8_t* blocks,
                  std::size_t count) {
    poly1305_eight(state, powers, blocks, count);
  }
};

}  // namespace

extern const Kernel kAvx2Kernel =
    kernel_of<ChaCha20<Avx2ChaChaLanes>, VectorPoly1305<EightBlocks>>("avx2");

}  // namespace veilwire::crypto

// AArch64: four blocks in each of two sets of vectors; Poly1305 in 64-bit words.

#include <arm_neon.h>

#include "veilwire/crypto/kernels/chacha20_lanes.h"
#include "veilwire/crypto/kernels/kernel_of.h"

namespace veilwire::crypto {
namespace {

struct NeonLanes {
  typedef std::uint32_t Vector __attribute__((vector_size(16)));

  [[gnu::always_inline]] static uint32x4_t raw(Vector v) { return reinterpret_cast<uint32x4_t>(v); }

  // By 16, halves of words change places; else shift left, and shift right inserting.
  template <int kBits>
  [[gnu::always_inline]] static Vector rotate_left(Vector v) {
    if constexpr (kBits == 16) {
      return reinterpret_cast<Vector>(vrev32q_u16(vreinterpretq_u16_u32(raw(v))));
    } else {
      return reinterpret_cast<Vector>(vsriq_n_u32(vshlq_n_u32(raw(v), kBits), raw(v), 32 - kBits));
    }
  }

  [[gnu::always_inline]] static Vector load(const std::uint8_t* from) {
    return reinterpret_cast<Vector>(vld1q_u8(from));
  }
  [[gnu::always_inline]] static void store(std::uint8_t* to, Vector v) {
    vst1q_u8(to, reinterpret_cast<uint8x16_t>(v));
  }
  static Vector load_part(const std::uint8_t* from, std::size_t size) {
    return load_part_by_copy<Vector>(from, size);
  }
  static void store_part(std::uint8_t* to, Vector v, std::size_t size) {
    store_part_by_copy(to, v, size);
  }

  [[gnu::always_inline]] static uint64x2_t pairs(uint32x4_t v) { return vreinterpretq_u64_u32(v); }

  // Four 4x4 transpositions, and the order of what they give.
  [[gnu::always_inline]] static void transpose(Vector (&x)[16]) {
    Vector out[16];
    for (int q = 0; q < 4; ++q) {
      const uint32x4x2_t ab = vzipq_u32(raw(x[4 * q]), raw(x[4 * q + 1]));
      const uint32x4x2_t cd = vzipq_u32(raw(x[4 * q + 2]), raw(x[4 * q + 3]));
      out[q] = reinterpret_cast<Vector>(vzip1q_u64(pairs(ab.val[0]), pairs(cd.val[0])));
      out[4 + q] = reinterpret_cast<Vector>(vzip2q_u64(pairs(ab.val[0]), pairs(cd.val[0])));
      out[8 + q] = reinterpret_cast<Vector>(vzip1q_u64(pairs(ab.val[1]), pairs(cd.val[1])));
      out[12 + q] = reinterpret_cast<Vector>(vzip2q_u64(pairs(ab.val[1]), pairs(cd.val[1])));
    }
    for (int i = 0; i < 16; ++i) x[i] = out[i];
  }
};

}  // namespace

extern const Kernel kNeonKernel = kernel_of<ChaCha20<NeonLanes>, ScalarPoly1305>("neon");

}  // namespace veilwire::crypto

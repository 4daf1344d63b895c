// x86-64 as it began: four blocks at once; Poly1305 in 64-bit words.

#include <emmintrin.h>

#include "veilwire/crypto/kernels/chacha20_lanes.h"
#include "veilwire/crypto/kernels/kernel_of.h"

namespace veilwire::crypto {
namespace {

struct Sse2Lanes {
  typedef std::uint32_t Vector __attribute__((vector_size(16)));

  template <int kBits>
  [[gnu::always_inline]] static Vector rotate_left(Vector v) {
    return v << kBits | v >> (32 - kBits);
  }

  [[gnu::always_inline]] static Vector load(const std::uint8_t* from) {
    return reinterpret_cast<Vector>(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  [[gnu::always_inline]] static void store(std::uint8_t* to, Vector v) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), reinterpret_cast<__m128i>(v));
  }

  static Vector load_part(const std::uint8_t* from, std::size_t size) {
    return load_part_by_copy<Vector>(from, size);
  }
  static void store_part(std::uint8_t* to, Vector v, std::size_t size) {
    store_part_by_copy(to, v, size);
  }

  // Four 4x4 transpositions, and the order of what they give.
  [[gnu::always_inline]] static void transpose(Vector (&x)[16]) {
    Vector out[16];
    for (int q = 0; q < 4; ++q) {
      const __m128i a = reinterpret_cast<__m128i>(x[4 * q]);
      const __m128i b = reinterpret_cast<__m128i>(x[4 * q + 1]);
      const __m128i c = reinterpret_cast<__m128i>(x[4 * q + 2]);
      const __m128i d = reinterpret_cast<__m128i>(x[4 * q + 3]);
      const __m128i ab_low = _mm_unpacklo_epi32(a, b);
      const __m128i ab_high = _mm_unpackhi_epi32(a, b);
      const __m128i cd_low = _mm_unpacklo_epi32(c, d);
      const __m128i cd_high = _mm_unpackhi_epi32(c, d);
      out[q] = reinterpret_cast<Vector>(_mm_unpacklo_epi64(ab_low, cd_low));
      out[4 + q] = reinterpret_cast<Vector>(_mm_unpackhi_epi64(ab_low, cd_low));
      out[8 + q] = reinterpret_cast<Vector>(_mm_unpacklo_epi64(ab_high, cd_high));
      out[12 + q] = reinterpret_cast<Vector>(_mm_unpackhi_epi64(ab_high, cd_high));
    }
    for (int i = 0; i < 16; ++i) x[i] = out[i];
  }
};

}  // namespace

extern const Kernel kSse2Kernel = kernel_of<ChaCha20<Sse2Lanes>, ScalarPoly1305>("sse2");

}  // namespace veilwire::crypto

// x86-64 as it began: four blocks at once; Poly1305 in 64-bit words.

#include <emmintrin.h>

#include "veilwire/crypto/kernels/chacha20_lanes.h"
#include "veilwire/crypto/kernels/poly1305_scalar.h"
#include "veilwire/crypto/kernels/stream_and_mac.h"

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

using ChaCha = ChaCha20<Sse2Lanes>;

void poly1305(Poly1305State& state, const std::uint8_t* blocks, std::size_t count) {
  poly1305_scalar(state, blocks, count);
}

void poly1305_many(const Poly1305Job* jobs, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) poly1305_job<poly1305_scalar>(jobs[i]);
}

}  // namespace

const Kernel kSse2Kernel = {
    .name = "sse2",
    .keystream = ChaCha::keystream,
    .xor_stream = ChaCha::xor_stream,
    .poly1305 = poly1305,
    .poly1305_many = poly1305_many,
    .encrypt_and_mac = stream_and_mac<MacOf::kOutput, ChaCha::xor_stream, ScalarMac>,
    .mac_and_decrypt = stream_and_mac<MacOf::kInput, ChaCha::xor_stream, ScalarMac>,
    .whole = nullptr,
};

}  // namespace veilwire::crypto

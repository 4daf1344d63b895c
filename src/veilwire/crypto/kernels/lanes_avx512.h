// Vectors of sixteen 32-bit words, for what runs in lanes of AVX-512: ChaCha20 and SHA-256.
#pragma once

// GCC 12's own header reads a variable that it has not set, where the result does not depend on it.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace veilwire::crypto {
namespace {

struct Avx512Lanes {
  typedef std::uint32_t Vector __attribute__((vector_size(64)));

  [[gnu::always_inline]] static __m512i raw(Vector v) { return reinterpret_cast<__m512i>(v); }
  [[gnu::always_inline]] static Vector words(__m512i v) { return reinterpret_cast<Vector>(v); }

  template <int kBits>
  [[gnu::always_inline]] static Vector rotate_left(Vector v) {
    return words(_mm512_rol_epi32(raw(v), kBits));
  }

  [[gnu::always_inline]] static Vector load(const std::uint8_t* from) {
    return words(_mm512_loadu_si512(from));
  }
  [[gnu::always_inline]] static void store(std::uint8_t* to, Vector v) {
    _mm512_storeu_si512(to, raw(v));
  }

  [[gnu::always_inline]] static __mmask64 first_bytes(std::size_t size) {
    return (__mmask64{1} << size) - 1;
  }
  [[gnu::always_inline]] static Vector load_part(const std::uint8_t* from, std::size_t size) {
    return words(_mm512_maskz_loadu_epi8(first_bytes(size), from));
  }
  [[gnu::always_inline]] static void store_part(std::uint8_t* to, Vector v, std::size_t size) {
    _mm512_mask_storeu_epi8(to, first_bytes(size), raw(v));
  }

  // 4x4 words in each quarter of 128 bits, then 4x4 quarters.
  [[gnu::always_inline]] static void transpose(Vector (&x)[16]) {
    __m512i rows[16];
    for (int q = 0; q < 4; ++q) {
      const __m512i ab_low = _mm512_unpacklo_epi32(raw(x[4 * q]), raw(x[4 * q + 1]));
      const __m512i ab_high = _mm512_unpackhi_epi32(raw(x[4 * q]), raw(x[4 * q + 1]));
      const __m512i cd_low = _mm512_unpacklo_epi32(raw(x[4 * q + 2]), raw(x[4 * q + 3]));
      const __m512i cd_high = _mm512_unpackhi_epi32(raw(x[4 * q + 2]), raw(x[4 * q + 3]));
      rows[q] = _mm512_unpacklo_epi64(ab_low, cd_low);
      rows[4 + q] = _mm512_unpackhi_epi64(ab_low, cd_low);
      rows[8 + q] = _mm512_unpacklo_epi64(ab_high, cd_high);
      rows[12 + q] = _mm512_unpackhi_epi64(ab_high, cd_high);
    }
    for (int block = 0; block < 4; ++block) {
      const __m512i* row = rows + 4 * block;
      const __m512i low01 = _mm512_shuffle_i32x4(row[0], row[1], 0x44);
      const __m512i high01 = _mm512_shuffle_i32x4(row[0], row[1], 0xee);
      const __m512i low23 = _mm512_shuffle_i32x4(row[2], row[3], 0x44);
      const __m512i high23 = _mm512_shuffle_i32x4(row[2], row[3], 0xee);
      x[block] = words(_mm512_shuffle_i32x4(low01, low23, 0x88));
      x[4 + block] = words(_mm512_shuffle_i32x4(low01, low23, 0xdd));
      x[8 + block] = words(_mm512_shuffle_i32x4(high01, high23, 0x88));
      x[12 + block] = words(_mm512_shuffle_i32x4(high01, high23, 0xdd));
    }
  }
};

}  // namespace
}  // namespace veilwire::crypto

// Vectors of eight 32-bit words, for what runs in lanes of AVX2: ChaCha20 and SHA-256.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace veilwire::crypto {
namespace {

struct Avx2Lanes {
  typedef std::uint32_t Vector __attribute__((vector_size(32)));

  [[gnu::always_inline]] static __m256i raw(Vector v) { return reinterpret_cast<__m256i>(v); }
  [[gnu::always_inline]] static Vector words(__m256i v) { return reinterpret_cast<Vector>(v); }

  // By 16 and by 8, whole bytes move.
  template <int kBits>
  [[gnu::always_inline]] static Vector rotate_left(Vector v) {
    if constexpr (kBits == 16) {
      return words(_mm256_shuffle_epi8(
          raw(v), _mm256_setr_epi8(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13,  //
                                   2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)));
    } else if constexpr (kBits == 8) {
      return words(_mm256_shuffle_epi8(
          raw(v), _mm256_setr_epi8(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14,  //
                                   3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14)));
    } else {
      return v << kBits | v >> (32 - kBits);
    }
  }

  [[gnu::always_inline]] static Vector load(const std::uint8_t* from) {
    return words(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  [[gnu::always_inline]] static void store(std::uint8_t* to, Vector v) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), raw(v));
  }

  // Word j of row i becomes word i of column j: 4x4 in each half of 128 bits, then the halves.
  [[gnu::always_inline]] static void transpose8(const Vector* rows, Vector* columns) {
    __m256i quarters[8];
    for (int q = 0; q < 2; ++q) {
      const __m256i ab_low = _mm256_unpacklo_epi32(raw(rows[4 * q]), raw(rows[4 * q + 1]));
      const __m256i ab_high = _mm256_unpackhi_epi32(raw(rows[4 * q]), raw(rows[4 * q + 1]));
      const __m256i cd_low = _mm256_unpacklo_epi32(raw(rows[4 * q + 2]), raw(rows[4 * q + 3]));
      const __m256i cd_high = _mm256_unpackhi_epi32(raw(rows[4 * q + 2]), raw(rows[4 * q + 3]));
      quarters[q] = _mm256_unpacklo_epi64(ab_low, cd_low);
      quarters[2 + q] = _mm256_unpackhi_epi64(ab_low, cd_low);
      quarters[4 + q] = _mm256_unpacklo_epi64(ab_high, cd_high);
      quarters[6 + q] = _mm256_unpackhi_epi64(ab_high, cd_high);
    }
    for (int i = 0; i < 4; ++i) {
      columns[i] = words(_mm256_permute2x128_si256(quarters[2 * i], quarters[2 * i + 1], 0x20));
      columns[4 + i] = words(_mm256_permute2x128_si256(quarters[2 * i], quarters[2 * i + 1], 0x31));
    }
  }
};

}  // namespace
}  // namespace veilwire::crypto

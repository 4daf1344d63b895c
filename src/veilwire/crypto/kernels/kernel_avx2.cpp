// AVX2: eight blocks at once.

#include <immintrin.h>

#include "veilwire/crypto/kernels/chacha20_lanes.h"
#include "veilwire/crypto/kernels/kernel_of.h"
#include "veilwire/crypto/kernels/poly1305_avx2.h"

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

  static Vector load_part(const std::uint8_t* from, std::size_t size) {
    return load_part_by_copy<Vector>(from, size);
  }
  static void store_part(std::uint8_t* to, Vector v, std::size_t size) {
    store_part_by_copy(to, v, size);
  }

  // 4x4 in each half of 128 bits, then the halves: blocks 0..3 come from the lower ones.
  [[gnu::always_inline]] static void transpose(Vector (&x)[16]) {
    __m256i rows[16];
    for (int q = 0; q < 4; ++q) {
      const __m256i ab_low = _mm256_unpacklo_epi32(raw(x[4 * q]), raw(x[4 * q + 1]));
      const __m256i ab_high = _mm256_unpackhi_epi32(raw(x[4 * q]), raw(x[4 * q + 1]));
      const __m256i cd_low = _mm256_unpacklo_epi32(raw(x[4 * q + 2]), raw(x[4 * q + 3]));
      const __m256i cd_high = _mm256_unpackhi_epi32(raw(x[4 * q + 2]), raw(x[4 * q + 3]));
      rows[q] = _mm256_unpacklo_epi64(ab_low, cd_low);
      rows[4 + q] = _mm256_unpackhi_epi64(ab_low, cd_low);
      rows[8 + q] = _mm256_unpacklo_epi64(ab_high, cd_high);
      rows[12 + q] = _mm256_unpackhi_epi64(ab_high, cd_high);
    }
    for (int block = 0; block < 4; ++block) {
      const __m256i* row = rows + 4 * block;
      x[2 * block] = words(_mm256_permute2x128_si256(row[0], row[1], 0x20));
      x[2 * block + 1] = words(_mm256_permute2x128_si256(row[2], row[3], 0x20));
      x[8 + 2 * block] = words(_mm256_permute2x128_si256(row[0], row[1], 0x31));
      x[8 + 2 * block + 1] = words(_mm256_permute2x128_si256(row[2], row[3], 0x31));
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
    kernel_of<ChaCha20<Avx2Lanes>, VectorPoly1305<EightBlocks>>("avx2");

}  // namespace veilwire::crypto

// AVX-512: sixteen inputs at once.

#include "veilwire/crypto/kernels/lanes_avx512.h"
#include "veilwire/crypto/kernels/sha256_lanes.h"

namespace veilwire::crypto {
namespace {

struct Avx512HashLanes : Avx512Lanes {
  template <int kBits>
  [[gnu::always_inline]] static Vector rotate_right(Vector v) {
    return rotate_left<32 - kBits>(v);
  }

  // One instruction for any function of three bits: its truth table is the constant.
  template <int kTable>
  [[gnu::always_inline]] static Vector ternary(Vector x, Vector y, Vector z) {
    return words(_mm512_ternarylogic_epi32(raw(x), raw(y), raw(z), kTable));
  }
  [[gnu::always_inline]] static Vector xor3(Vector x, Vector y, Vector z) {
    return ternary<0x96>(x, y, z);
  }
  [[gnu::always_inline]] static Vector choose(Vector x, Vector y, Vector z) {
    return ternary<0xca>(x, y, z);
  }
  [[gnu::always_inline]] static Vector majority(Vector x, Vector y, Vector z) {
    return ternary<0xe8>(x, y, z);
  }

  [[gnu::always_inline]] static Vector big_endian_words(Vector bytes) {
    const __m128i order = _mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    return words(_mm512_shuffle_epi8(raw(bytes), _mm512_broadcast_i32x4(order)));
  }

  // In each half an 8x8 transposition, which is its own inverse: 4x4 in each quarter, then quarters.
  [[gnu::always_inline]] static void transpose8(Vector (&x)[8]) {
    __m512i columns[8];
    for (int q = 0; q < 2; ++q) {
      const __m512i ab_low = _mm512_unpacklo_epi32(raw(x[4 * q]), raw(x[4 * q + 1]));
      const __m512i ab_high = _mm512_unpackhi_epi32(raw(x[4 * q]), raw(x[4 * q + 1]));
      const __m512i cd_low = _mm512_unpacklo_epi32(raw(x[4 * q + 2]), raw(x[4 * q + 3]));
      const __m512i cd_high = _mm512_unpackhi_epi32(raw(x[4 * q + 2]), raw(x[4 * q + 3]));
      columns[4 * q] = _mm512_unpacklo_epi64(ab_low, cd_low);
      columns[4 * q + 1] = _mm512_unpackhi_epi64(ab_low, cd_low);
      columns[4 * q + 2] = _mm512_unpacklo_epi64(ab_high, cd_high);
      columns[4 * q + 3] = _mm512_unpackhi_epi64(ab_high, cd_high);
    }
    const __m512i even = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
    const __m512i odd = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
    for (int i = 0; i < 4; ++i) {
      x[i] = words(_mm512_permutex2var_epi64(columns[i], even, columns[4 + i]));
      x[4 + i] = words(_mm512_permutex2var_epi64(columns[i], odd, columns[4 + i]));
    }
  }

  [[gnu::always_inline]] static __m256i load_half(const std::uint32_t* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  }

  [[gnu::always_inline]] static void load_block(Vector (&w)[16], const std::uint8_t* const* blocks,
                                                std::size_t at) {
    for (int i = 0; i < 16; ++i) w[i] = big_endian_words(load(blocks[i] + at));
    transpose(w);
  }

  [[gnu::always_inline]] static void load_states(Vector (&h)[8], const std::uint32_t* states) {
    for (int i = 0; i < 8; ++i) {
      h[i] = words(_mm512_inserti64x4(_mm512_castsi256_si512(load_half(states + 8 * i)),
                                      load_half(states + 8 * (8 + i)), 1));
    }
    transpose8(h);
  }

  // Lanes i and 8 + i.
  [[gnu::always_inline]] static void store_pair(void* first, void* second, Vector pair) {
    _mm256_storeu_si256(static_cast<__m256i*>(first), _mm512_castsi512_si256(raw(pair)));
    _mm256_storeu_si256(static_cast<__m256i*>(second), _mm512_extracti64x4_epi64(raw(pair), 1));
  }

  [[gnu::always_inline]] static void store_states(std::uint32_t* states, Vector (&h)[8]) {
    transpose8(h);
    for (int i = 0; i < 8; ++i) store_pair(states + 8 * i, states + 8 * (8 + i), h[i]);
  }
  [[gnu::always_inline]] static void store_digests(std::uint8_t* out, Vector (&h)[8]) {
    transpose8(h);
    for (int i = 0; i < 8; ++i) {
      store_pair(out + 32 * i, out + 32 * (8 + i), big_endian_words(h[i]));
    }
  }
};

}  // namespace

extern const HashKernel kAvx512HashKernel =
    Sha256Lanes<Avx512HashLanes>::kernel("avx512", 11, &kShaNiHashKernel);

}  // namespace veilwire::crypto

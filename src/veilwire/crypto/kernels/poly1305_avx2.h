// Poly1305 in AVX2: four blocks of one message in the 64-bit lanes of each of two vectors.
//
// A number modulo p = 2^130 - 5 is five limbs of 26 bits; what lies above 2^130 comes back times 5.
// Limbs may run over by a few bits between carries: the multiplier reads 32.
#pragma once

#include <immintrin.h>

#include "veilwire/crypto/kernels/poly1305_scalar.h"

namespace veilwire::crypto {
namespace {

struct Limbs26 {
  __m256i l[5];
};

// A multiplicand with the multiples by 5 of its upper limbs.
struct Multiplier26 {
  __m256i r[5];
  __m256i r_x5[5];  // [0] is not used
};

[[gnu::always_inline]] inline __m256i broadcast26(std::uint64_t value) {
  return _mm256_set1_epi64x(static_cast<long long>(value));
}

inline constexpr std::uint64_t kMask26 = (std::uint64_t{1} << 26) - 1;

[[gnu::always_inline]] inline __m256i times5(__m256i x) {
  return _mm256_add_epi64(x, _mm256_slli_epi64(x, 2));
}

[[gnu::always_inline]] inline Multiplier26 multiplier(const Limbs26& r) {
  Multiplier26 m;
  for (int i = 0; i < 5; ++i) {
    m.r[i] = r.l[i];
    m.r_x5[i] = times5(r.l[i]);
  }
  return m;
}

[[gnu::always_inline]] inline void carry(__m256i& from, __m256i& to) {
  to = _mm256_add_epi64(to, _mm256_srli_epi64(from, 26));
  from = _mm256_and_si256(from, broadcast26(kMask26));
}

// a * m, limbs within a bit of their width. Two chains of carries run side by side.
[[gnu::always_inline]] inline Limbs26 multiply(const Limbs26& a, const Multiplier26& m) {
  __m256i d[5];
  for (int i = 0; i < 5; ++i) d[i] = _mm256_mul_epu32(a.l[0], m.r[i]);
#pragma GCC unroll 4
  for (int j = 1; j < 5; ++j) {
#pragma GCC unroll 5
    for (int i = 0; i < 5; ++i) {
      const __m256i factor = i >= j ? m.r[i - j] : m.r_x5[i - j + 5];
      d[i] = _mm256_add_epi64(d[i], _mm256_mul_epu32(a.l[j], factor));
    }
  }
  carry(d[0], d[1]);
  carry(d[3], d[4]);
  carry(d[1], d[2]);
  d[0] = _mm256_add_epi64(d[0], times5(_mm256_srli_epi64(d[4], 26)));
  d[4] = _mm256_and_si256(d[4], broadcast26(kMask26));
  carry(d[2], d[3]);
  carry(d[0], d[1]);
  carry(d[3], d[4]);
  return {{d[0], d[1], d[2], d[3], d[4]}};
}

[[gnu::always_inline]] inline Limbs26 add(const Limbs26& a, const Limbs26& b) {
  Limbs26 sum;
  for (int i = 0; i < 5; ++i) sum.l[i] = _mm256_add_epi64(a.l[i], b.l[i]);
  return sum;
}

// 128-bit numbers, their lower and upper halves in two vectors, as limbs.
[[gnu::always_inline]] inline Limbs26 split26(__m256i low, __m256i high) {
  const __m256i mask = broadcast26(kMask26);
  const __m256i middle = _mm256_or_si256(_mm256_srli_epi64(low, 52), _mm256_slli_epi64(high, 12));
  return {{_mm256_and_si256(low, mask), _mm256_and_si256(_mm256_srli_epi64(low, 26), mask),
           _mm256_and_si256(middle, mask), _mm256_and_si256(_mm256_srli_epi64(high, 14), mask),
           _mm256_srli_epi64(high, 40)}};
}

// 2^128, which every block has on top, in the highest limb.
inline constexpr std::uint64_t kBlockBit26 = std::uint64_t{1} << 24;

// Four blocks; lanes 0, 1, 2, 3 hold blocks 0, 2, 1, 3, the order in which unpacking leaves them.
[[gnu::always_inline]] inline __m256i block_of_lane() { return _mm256_setr_epi64x(0, 2, 1, 3); }

[[gnu::always_inline]] inline Limbs26 load_group(const std::uint8_t* group) {
  const __m256i y0 = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(group));
  const __m256i y1 = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(group + 32));
  Limbs26 m = split26(_mm256_unpacklo_epi64(y0, y1), _mm256_unpackhi_epi64(y0, y1));
  m.l[4] = _mm256_or_si256(m.l[4], broadcast26(kBlockBit26));
  return m;
}

// Blocks first..3 of a group; the lanes of those before it are zero. `group` points at where block
// 0 would be.
[[gnu::always_inline]] inline Limbs26 load_group(const std::uint8_t* group, std::uint64_t first) {
  const __m256i before = broadcast26(2 * first - 1);  // the number of the last word not there
  const __m256i there0 = _mm256_cmpgt_epi64(_mm256_setr_epi64x(0, 1, 2, 3), before);
  const __m256i there1 = _mm256_cmpgt_epi64(_mm256_setr_epi64x(4, 5, 6, 7), before);
  const auto* words = reinterpret_cast<const long long*>(group);
  const __m256i y0 = _mm256_maskload_epi64(words, there0);
  const __m256i y1 = _mm256_maskload_epi64(words + 4, there1);
  Limbs26 m = split26(_mm256_unpacklo_epi64(y0, y1), _mm256_unpackhi_epi64(y0, y1));
  const __m256i there = _mm256_unpacklo_epi64(there0, there1);
  m.l[4] = _mm256_or_si256(m.l[4], _mm256_and_si256(there, broadcast26(kBlockBit26)));
  return m;
}

// What has been accumulated so far, in the lane of block `first` of a group.
[[gnu::always_inline]] inline Limbs26 place(const std::uint64_t h[3], std::uint64_t first) {
  const __m256i here = _mm256_cmpeq_epi64(block_of_lane(), broadcast26(first));
  const auto limb = [&](std::uint64_t value) { return _mm256_and_si256(here, broadcast26(value)); };
  return {{limb(h[0] & kMask26), limb(h[0] >> 26 & kMask26),
           limb((h[0] >> 52 | h[1] << 12) & kMask26), limb(h[1] >> 14 & kMask26),
           limb(h[1] >> 40 | h[2] << 24)}};
}

struct Powers26 {
  Multiplier26 r4_to_1;  // lane of block k: r^(4 - k)
  Multiplier26 r8_to_5;  // lane of block k: r^(8 - k)
  Multiplier26 r8;       // in every lane
};

// By squaring; lane of block k takes the factors that the bits of 3 - k ask for.
[[gnu::always_inline]] inline Powers26 powers26(const std::uint64_t r[2]) {
  const Limbs26 r1 = split26(broadcast26(r[0]), broadcast26(r[1]));
  const Limbs26 r2 = multiply(r1, multiplier(r1));
  const Multiplier26 m2 = multiplier(r2);
  const Limbs26 r4 = multiply(r2, m2);
  const Multiplier26 m4 = multiplier(r4);
  Limbs26 v;
  for (int i = 0; i < 5; ++i) {  // blocks 0 and 2: lanes 0 and 1
    v.l[i] = _mm256_blend_epi32(r1.l[i], r2.l[i], 0b00001111);
  }
  const Limbs26 upper = multiply(v, m2);
  for (int i = 0; i < 5; ++i) {  // blocks 0 and 1: lanes 0 and 2
    v.l[i] = _mm256_blend_epi32(v.l[i], upper.l[i], 0b00110011);
  }
  return {multiplier(v), multiplier(multiply(v, m4)), multiplier(multiply(r4, m4))};
}

[[gnu::always_inline]] inline std::uint64_t sum_lanes(__m256i v) {
  const __m128i pair = _mm_add_epi64(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  return static_cast<std::uint64_t>(
      _mm_cvtsi128_si64(_mm_add_epi64(pair, _mm_srli_si128(pair, 8))));
}

// The sum of all lanes, as 64-bit words, h[2] below 8.
[[gnu::always_inline]] inline void sum_lanes(const Limbs26& a, std::uint64_t h[3]) {
  std::uint64_t l[5];
  std::uint64_t over = 0;
  for (int i = 0; i < 5; ++i) {
    l[i] = sum_lanes(a.l[i]) + over;
    over = l[i] >> 26;
    l[i] &= kMask26;
  }
  Uint128 sum = l[0] + 5 * over + (Uint128{l[1]} << 26) + (Uint128{l[2]} << 52);
  h[0] = static_cast<std::uint64_t>(sum);
  sum = static_cast<std::uint64_t>(sum >> 64) + (Uint128{l[3]} << 14) + (Uint128{l[4]} << 40);
  h[1] = static_cast<std::uint64_t>(sum);
  h[2] = static_cast<std::uint64_t>(sum >> 64);
}

// Eight blocks a step, in two accumulators, so that one carries while the other multiplies. The
// first step is filled up with zeros in front, which change nothing. REQUIRES: count >= 1.
inline void poly1305_eight(Poly1305State& state, const Powers26& power, const std::uint8_t* blocks,
                           std::size_t count) {
  const std::size_t missing = (8 - count % 8) % 8;
  const std::uint8_t* step = blocks - 16 * missing;
  Limbs26 a = load_group(step, missing < 4 ? missing : 4);
  Limbs26 b = load_group(step + 64, missing < 4 ? 0 : missing - 4);
  if (missing < 4) {
    a = add(a, place(state.h, missing));
  } else {
    b = add(b, place(state.h, missing - 4));
  }
  step += 128;
  for (const std::uint8_t* end = blocks + 16 * count; step != end; step += 128) {
    a = add(multiply(a, power.r8), load_group(step));
    b = add(multiply(b, power.r8), load_group(step + 64));
  }
  sum_lanes(add(multiply(a, power.r8_to_5), multiply(b, power.r4_to_1)), state.h);
}

}  // namespace
}  // namespace veilwire::crypto

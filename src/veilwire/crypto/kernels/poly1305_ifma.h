// Poly1305 in AVX-512 IFMA: eight blocks of one message, or one block of each of eight messages, in
// the 64-bit lanes of a vector.
//
// A number modulo p = 2^130 - 5 is three limbs of 44, 44 and 42 bits. What lies above 2^132 comes
// back times 20, above 2^130 times 5. A limb may run over by a little between carries: factors must
// stay below 2^52, which the multiplier reads.
#pragma once

#include <immintrin.h>

#include "veilwire/crypto/kernels/poly1305_scalar.h"

namespace veilwire::crypto {
namespace {

struct Limbs44 {
  __m512i l0, l1, l2;
};

// A multiplicand with the multiples by 20 of its upper limbs.
struct Multiplier44 {
  Limbs44 r;
  __m512i r1x20, r2x20;
};

[[gnu::always_inline]] inline __m512i broadcast64(std::uint64_t value) {
  return _mm512_set1_epi64(static_cast<long long>(value));
}

inline constexpr std::uint64_t kMask44 = (std::uint64_t{1} << 44) - 1;
inline constexpr std::uint64_t kMask42 = (std::uint64_t{1} << 42) - 1;

[[gnu::always_inline]] inline __m512i times20(__m512i x) {
  return _mm512_add_epi64(_mm512_slli_epi64(x, 4), _mm512_slli_epi64(x, 2));
}

[[gnu::always_inline]] inline Multiplier44 multiplier(const Limbs44& r) {
  return {r, times20(r.l1), times20(r.l2)};
}

// a * m, each limb within a few bits of its width. A product has a low part at the limb's weight
// and a high part 52 bits above it, which is 8 bits above the next limb (10 above 2^130 at the
// top).
[[gnu::always_inline]] inline Limbs44 multiply(const Limbs44& a, const Multiplier44& m) {
  const __m512i zero = _mm512_setzero_si512();
  __m512i low0 = _mm512_madd52lo_epu64(zero, a.l0, m.r.l0);
  __m512i low1 = _mm512_madd52lo_epu64(zero, a.l0, m.r.l1);
  __m512i low2 = _mm512_madd52lo_epu64(zero, a.l0, m.r.l2);
  __m512i high0 = _mm512_madd52hi_epu64(zero, a.l0, m.r.l0);
  __m512i high1 = _mm512_madd52hi_epu64(zero, a.l0, m.r.l1);
  __m512i high2 = _mm512_madd52hi_epu64(zero, a.l0, m.r.l2);
  low0 = _mm512_madd52lo_epu64(low0, a.l1, m.r2x20);
  low1 = _mm512_madd52lo_epu64(low1, a.l1, m.r.l0);
  low2 = _mm512_madd52lo_epu64(low2, a.l1, m.r.l1);
  high0 = _mm512_madd52hi_epu64(high0, a.l1, m.r2x20);
  high1 = _mm512_madd52hi_epu64(high1, a.l1, m.r.l0);
  high2 = _mm512_madd52hi_epu64(high2, a.l1, m.r.l1);
  low0 = _mm512_madd52lo_epu64(low0, a.l2, m.r1x20);
  low1 = _mm512_madd52lo_epu64(low1, a.l2, m.r2x20);
  low2 = _mm512_madd52lo_epu64(low2, a.l2, m.r.l0);
  high0 = _mm512_madd52hi_epu64(high0, a.l2, m.r1x20);
  high1 = _mm512_madd52hi_epu64(high1, a.l2, m.r2x20);
  high2 = _mm512_madd52hi_epu64(high2, a.l2, m.r.l0);

  const __m512i mask44 = broadcast64(kMask44);
  const __m512i mask42 = broadcast64(kMask42);
  low1 = _mm512_add_epi64(low1, _mm512_slli_epi64(high0, 8));
  low2 = _mm512_add_epi64(low2, _mm512_slli_epi64(high1, 8));
  low1 = _mm512_add_epi64(low1, _mm512_srli_epi64(low0, 44));
  low2 = _mm512_add_epi64(low2, _mm512_srli_epi64(low1, 44));
  const __m512i over = _mm512_add_epi64(_mm512_srli_epi64(low2, 42), _mm512_slli_epi64(high2, 10));
  low0 = _mm512_and_si512(low0, mask44);
  low0 = _mm512_add_epi64(low0, _mm512_add_epi64(over, _mm512_slli_epi64(over, 2)));
  return {_mm512_and_si512(low0, mask44),
          _mm512_add_epi64(_mm512_and_si512(low1, mask44), _mm512_srli_epi64(low0, 44)),
          _mm512_and_si512(low2, mask42)};
}

[[gnu::always_inline]] inline Limbs44 add(const Limbs44& a, const Limbs44& b) {
  return {_mm512_add_epi64(a.l0, b.l0), _mm512_add_epi64(a.l1, b.l1), _mm512_add_epi64(a.l2, b.l2)};
}

[[gnu::always_inline]] inline Limbs44 select(__mmask8 take_b, const Limbs44& a, const Limbs44& b) {
  return {_mm512_mask_mov_epi64(a.l0, take_b, b.l0), _mm512_mask_mov_epi64(a.l1, take_b, b.l1),
          _mm512_mask_mov_epi64(a.l2, take_b, b.l2)};
}

// 128-bit numbers, their lower and upper halves in two vectors, as limbs.
[[gnu::always_inline]] inline Limbs44 split44(__m512i low, __m512i high) {
  const __m512i mask44 = broadcast64(kMask44);
  return {_mm512_and_si512(low, mask44),
          _mm512_and_si512(_mm512_or_si512(_mm512_srli_epi64(low, 44), _mm512_slli_epi64(high, 20)),
                           mask44),
          _mm512_srli_epi64(high, 24)};
}

// 2^128, which every block has on top, in the highest limb.
inline constexpr std::uint64_t kBlockBit = std::uint64_t{1} << 40;

// Lane l of a group holds block kBlockOfLane[l]: the order in which unpacking leaves them.
//   lanes 0 2 4 6: blocks 0 1 2 3; lanes 1 3 5 7: blocks 4 5 6 7.
[[gnu::always_inline]] inline unsigned lane_of_block(unsigned block) {
  return block < 4 ? 2 * block : 2 * (block - 4) + 1;
}

// Blocks first..7 of a group of eight; the lanes of those before it are zero. `group` points at
// where block 0 would be.
[[gnu::always_inline]] inline Limbs44 load_group(const std::uint8_t* group, unsigned first) {
  const unsigned words = 0xffffu << (2 * first) & 0xffffu;
  const __m512i z0 = _mm512_maskz_loadu_epi64(static_cast<__mmask8>(words), group);
  const __m512i z1 = _mm512_maskz_loadu_epi64(static_cast<__mmask8>(words >> 8), group + 64);
  Limbs44 m = split44(_mm512_unpacklo_epi64(z0, z1), _mm512_unpackhi_epi64(z0, z1));
  // The words of a block that is there are both there: every other bit of each half, interleaved.
  const auto there = static_cast<__mmask8>((words & 0x55) | (words >> 8 & 0x55) << 1);
  m.l2 = _mm512_mask_or_epi64(m.l2, there, m.l2, broadcast64(kBlockBit));
  return m;
}

[[gnu::always_inline]] inline Limbs44 load_group(const std::uint8_t* group) {
  const __m512i z0 = _mm512_loadu_si512(group);
  const __m512i z1 = _mm512_loadu_si512(group + 64);
  Limbs44 m = split44(_mm512_unpacklo_epi64(z0, z1), _mm512_unpackhi_epi64(z0, z1));
  m.l2 = _mm512_or_si512(m.l2, broadcast64(kBlockBit));
  return m;
}

struct Powers44 {
  Multiplier44 r8_to_1;   // lane of block k: r^(8 - k)
  Multiplier44 r16_to_9;  // lane of block k: r^(16 - k)
  Multiplier44 r16;       // in every lane
};

// By squaring; lane of block k takes the factors that the bits of 7 - k ask for.
[[gnu::always_inline]] inline Powers44 powers44(const std::uint64_t r[2]) {
  const Limbs44 r1 = split44(broadcast64(r[0]), broadcast64(r[1]));
  const Multiplier44 m1 = multiplier(r1);
  const Limbs44 r2 = multiply(r1, m1);
  const Multiplier44 m2 = multiplier(r2);
  const Limbs44 r4 = multiply(r2, m2);
  const Multiplier44 m4 = multiplier(r4);
  const Limbs44 r8 = multiply(r4, m4);
  const Multiplier44 m8 = multiplier(r8);
  Limbs44 v = select(0b00110011, r1, r2);      // blocks 0, 2, 4, 6
  v = select(0b00001111, v, multiply(v, m2));  // blocks 0, 1, 4, 5
  v = select(0b01010101, v, multiply(v, m4));  // blocks 0, 1, 2, 3
  return {multiplier(v), multiplier(multiply(v, m8)), multiplier(multiply(r8, m8))};
}

// The sum of all lanes, as 64-bit words, h[2] below 8.
[[gnu::always_inline]] inline void sum_lanes(const Limbs44& a, std::uint64_t h[3]) {
  std::uint64_t l0 = static_cast<std::uint64_t>(_mm512_reduce_add_epi64(a.l0));
  std::uint64_t l1 = static_cast<std::uint64_t>(_mm512_reduce_add_epi64(a.l1));
  std::uint64_t l2 = static_cast<std::uint64_t>(_mm512_reduce_add_epi64(a.l2));
  l1 += l0 >> 44;
  l2 += l1 >> 44;
  l0 = (l0 & kMask44) + 5 * (l2 >> 42);
  l1 = (l1 & kMask44) + (l0 >> 44);
  l2 = (l2 & kMask42) + (l1 >> 44);
  l0 &= kMask44;
  l1 &= kMask44;
  h[0] = l0 | l1 << 44;
  h[1] = l1 >> 20 | l2 << 24;
  h[2] = l2 >> 40;
}

// Sixteen blocks a step, in two accumulators, so that one carries while the other multiplies. The
// first step is filled up with zeros in front, which change nothing.
// REQUIRES: count >= 1.
inline void poly1305_sixteen(Poly1305State& state, const Powers44& power,
                             const std::uint8_t* blocks, std::size_t count) {
  const auto missing = static_cast<unsigned>((16 - count % 16) % 16);
  const std::uint8_t* step = blocks - 16 * missing;

  Limbs44 a = load_group(step, missing < 8 ? missing : 8);
  Limbs44 b = load_group(step + 128, missing < 8 ? 0 : missing - 8);
  // What has been accumulated so far goes in with the first block.
  const unsigned first_lane = lane_of_block(missing % 8);
  const auto first = static_cast<__mmask8>(1u << first_lane);
  const Limbs44 h = {
      _mm512_maskz_set1_epi64(first, static_cast<long long>(state.h[0] & kMask44)),
      _mm512_maskz_set1_epi64(
          first, static_cast<long long>((state.h[0] >> 44 | state.h[1] << 20) & kMask44)),
      _mm512_maskz_set1_epi64(first, static_cast<long long>(state.h[1] >> 24 | state.h[2] << 40))};
  if (missing < 8) {
    a = add(a, h);
  } else {
    b = add(b, h);
  }
  step += 256;
  for (const std::uint8_t* end = blocks + 16 * count; step != end; step += 256) {
    a = add(multiply(a, power.r16), load_group(step));
    b = add(multiply(b, power.r16), load_group(step + 128));
  }
  a = multiply(a, power.r16_to_9);
  b = multiply(b, power.r8_to_1);
  sum_lanes(add(a, b), state.h);
}

// -- Several messages, one in each lane -----------------------------------------------------------

inline constexpr std::size_t kLanes44 = 8;

// Eight rows of eight 64-bit words, turned: word w of row l comes to lane l of out[w].
[[gnu::always_inline]] inline void transpose8(const __m512i (&row)[8], __m512i (&out)[8]) {
  __m512i pair[8];
  for (int i = 0; i < 4; ++i) {
    pair[i] = _mm512_unpacklo_epi64(row[2 * i], row[2 * i + 1]);
    pair[4 + i] = _mm512_unpackhi_epi64(row[2 * i], row[2 * i + 1]);
  }
  for (int odd = 0; odd < 2; ++odd) {
    const __m512i* p = pair + 4 * odd;
    const __m512i low01 = _mm512_shuffle_i64x2(p[0], p[1], 0x88);
    const __m512i high01 = _mm512_shuffle_i64x2(p[0], p[1], 0xdd);
    const __m512i low23 = _mm512_shuffle_i64x2(p[2], p[3], 0x88);
    const __m512i high23 = _mm512_shuffle_i64x2(p[2], p[3], 0xdd);
    out[odd] = _mm512_shuffle_i64x2(low01, low23, 0x88);
    out[2 + odd] = _mm512_shuffle_i64x2(high01, high23, 0x88);
    out[4 + odd] = _mm512_shuffle_i64x2(low01, low23, 0xdd);
    out[6 + odd] = _mm512_shuffle_i64x2(high01, high23, 0xdd);
  }
}

// Up to 64 bytes from `data` + `at` on; what lies beyond `size` reads as zero and is not touched.
[[gnu::always_inline]] inline __m512i load_masked(const std::uint8_t* data, std::size_t at,
                                                  std::size_t size) {
  const std::size_t left = at < size ? size - at : 0;
  const __mmask64 there = left >= 64 ? ~__mmask64{0} : (__mmask64{1} << left) - 1;
  return _mm512_maskz_loadu_epi8(there, data + at);
}

// Tags of up to eight messages. A message that has ended keeps its accumulator.
inline void poly1305_eight(const Poly1305Job* jobs, std::size_t count) {
  __m512i keys[8];
  std::size_t blocks[kLanes44] = {};
  std::uint64_t sizes[kLanes44] = {};
  std::size_t most = 0;
  for (std::size_t i = 0; i < kLanes44; ++i) {
    keys[i] = i < count ? _mm512_castsi256_si512(
                              _mm256_loadu_si256(reinterpret_cast<const __m256i*>(jobs[i].key32)))
                        : _mm512_setzero_si512();
    if (i >= count) continue;
    sizes[i] = jobs[i].size;
    blocks[i] = (jobs[i].size + 15) / 16;
    if (blocks[i] > most) most = blocks[i];
  }
  __m512i key_words[8];
  transpose8(keys, key_words);
  const Multiplier44 r =
      multiplier(split44(_mm512_and_si512(key_words[0], broadcast64(0x0ffffffc0fffffff)),
                         _mm512_and_si512(key_words[1], broadcast64(0x0ffffffc0ffffffc))));
  const __m512i last_block = _mm512_loadu_si512(blocks);  // the number of the length block
  const __m512i size_words = _mm512_loadu_si512(sizes);
  const __m512i block_bit = broadcast64(kBlockBit);

  Limbs44 h = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()};
  for (std::size_t group = 0; group <= most; group += 4) {
    __m512i rows[8];
    for (std::size_t i = 0; i < kLanes44; ++i) {
      rows[i] =
          i < count ? load_masked(jobs[i].data, 16 * group, jobs[i].size) : _mm512_setzero_si512();
    }
    __m512i words[8];
    transpose8(rows, words);
    for (std::size_t part = 0; part < 4 && group + part <= most; ++part) {
      const __m512i number = broadcast64(group + part);
      const __mmask8 is_length = _mm512_cmpeq_epu64_mask(number, last_block);
      const __mmask8 is_open = _mm512_cmple_epu64_mask(number, last_block);
      Limbs44 m = split44(words[2 * part],
                          _mm512_mask_mov_epi64(words[2 * part + 1], is_length, size_words));
      m.l2 = _mm512_or_si512(m.l2, block_bit);
      h = select(is_open, h, multiply(add(h, m), r));
    }
  }

  // From limbs to words; the rest is the scalar end.
  const __m512i mask44 = broadcast64(kMask44);
  const __m512i l2 = _mm512_add_epi64(h.l2, _mm512_srli_epi64(h.l1, 44));
  const __m512i l1 = _mm512_and_si512(h.l1, mask44);
  alignas(64) std::uint64_t h0[kLanes44];
  alignas(64) std::uint64_t h1[kLanes44];
  alignas(64) std::uint64_t h2[kLanes44];
  _mm512_store_si512(h0, _mm512_or_si512(h.l0, _mm512_slli_epi64(l1, 44)));
  _mm512_store_si512(h1, _mm512_or_si512(_mm512_srli_epi64(l1, 20), _mm512_slli_epi64(l2, 24)));
  _mm512_store_si512(h2, _mm512_srli_epi64(l2, 40));
  for (std::size_t i = 0; i < count; ++i) {
    const Poly1305State state = {.h = {h0[i], h1[i], h2[i]}, .r = {0, 0}};
    poly1305_end(state, jobs[i].key32 + 16, jobs[i].tag16);
  }
}

}  // namespace
}  // namespace veilwire::crypto

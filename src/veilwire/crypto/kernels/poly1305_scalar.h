// Poly1305 in 64-bit words: h in three, r in two. For every kernel, compiled for its own
// instruction set, hence the unnamed namespace.
//
// p = 2^130 - 5. r is clamped, so r[1] is a multiple of 4 and s = r[1] + r[1]/4 = 5/4 r[1] stands
// for r[1] * 2^64 * 2^64 modulo p.
#pragma once

#if defined(__x86_64__) && !defined(__clang__)
#include <immintrin.h>
#endif

#include <cstring>

#include "veilwire/crypto/kernels/kernel_table.h"

namespace veilwire::crypto {
namespace {

#if defined(__GNUC__)
__extension__ typedef unsigned __int128 Uint128;
#endif

[[gnu::always_inline]] inline std::uint64_t load64(const std::uint8_t* from) {
  std::uint64_t value;
  std::memcpy(&value, from, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  value = __builtin_bswap64(value);
#endif
  return value;
}

[[gnu::always_inline]] inline void store64(std::uint8_t* to, std::uint64_t value) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  value = __builtin_bswap64(value);
#endif
  std::memcpy(to, &value, sizeof value);
}

// RFC 8439, 2.5.1: clears 22 bits of r.
[[gnu::always_inline]] inline void poly1305_begin(Poly1305State& state, const std::uint8_t* key32) {
  state.h[0] = state.h[1] = state.h[2] = 0;
  state.r[0] = load64(key32) & 0x0ffffffc0fffffff;
  state.r[1] = load64(key32 + 8) & 0x0ffffffc0ffffffc;
}

// sum = a + b + carry; returns the carry out. `carry` is 0 or 1.
[[gnu::always_inline]] inline std::uint8_t add_carry(std::uint8_t carry, std::uint64_t a,
                                                     std::uint64_t b, std::uint64_t& sum) {
#if defined(__x86_64__) && !defined(__clang__)
  // GCC keeps such chains in the carry flag, which it does not for 128-bit integers; Clang does,
  // and its MemorySanitizer follows those only.
  unsigned long long result;
  const std::uint8_t out = _addcarry_u64(carry, a, b, &result);
  sum = result;
  return out;
#else
  const Uint128 wide = Uint128{a} + b + carry;
  sum = static_cast<std::uint64_t>(wide);
  return static_cast<std::uint8_t>(wide >> 64);
#endif
}

struct Product {
  std::uint64_t low, high;
};

[[gnu::always_inline]] inline Product multiply(std::uint64_t a, std::uint64_t b) {
  const Uint128 wide = Uint128{a} * b;
  return {static_cast<std::uint64_t>(wide), static_cast<std::uint64_t>(wide >> 64)};
}

[[gnu::always_inline]] inline Product add(Product a, Product b) {
  Product sum;
  const std::uint8_t carry = add_carry(0, a.low, b.low, sum.low);
  add_carry(carry, a.high, b.high, sum.high);
  return sum;
}

// h = (h + block + 2^128) * r, partly reduced: h[2] stays below 8.
[[gnu::always_inline]] inline void poly1305_block(std::uint64_t h[3], std::uint64_t r0,
                                                  std::uint64_t r1, std::uint64_t s1,
                                                  std::uint64_t low, std::uint64_t high) {
  std::uint64_t a0;
  std::uint64_t a1;
  std::uint64_t a2;
  std::uint8_t carry = add_carry(0, h[0], low, a0);
  carry = add_carry(carry, h[1], high, a1);
  add_carry(carry, h[2], 1, a2);

  // r is clamped and a2 small, so none of these sums runs over 128 bits, nor d2 over 64.
  const Product d0 = add(multiply(a0, r0), multiply(a1, s1));
  Product d1 = add(multiply(a0, r1), multiply(a1, r0));
  d1 = add(d1, {a2 * s1, 0});
  d1 = add(d1, {d0.high, 0});
  const std::uint64_t d2 = a2 * r0 + d1.high;

  // What lies above 2^130 comes back times 5.
  const std::uint64_t over = (d2 & ~std::uint64_t{3}) + (d2 >> 2);
  carry = add_carry(0, d0.low, over, h[0]);
  carry = add_carry(carry, d1.low, 0, h[1]);
  add_carry(carry, d2 & 3, 0, h[2]);
}

[[gnu::always_inline]] inline void poly1305_scalar(Poly1305State& state, const std::uint8_t* blocks,
                                                   std::size_t count) {
  const std::uint64_t r0 = state.r[0];
  const std::uint64_t r1 = state.r[1];
  const std::uint64_t s1 = r1 + (r1 >> 2);
  std::uint64_t h[3] = {state.h[0], state.h[1], state.h[2]};
  for (; count > 0; --count, blocks += 16) {
    poly1305_block(h, r0, r1, s1, load64(blocks), load64(blocks + 8));
  }
  std::memcpy(state.h, h, sizeof h);
}

// A block that is short is padded with zeros, as RFC 8439, 2.8 does between the AEAD's parts.
// REQUIRES: 1 <= size <= 15.
[[gnu::always_inline]] inline void poly1305_padded(Poly1305State& state, const std::uint8_t* tail,
                                                   std::size_t size) {
  std::uint8_t block[16] = {};
  std::memcpy(block, tail, size);
  poly1305_scalar(state, block, 1);
}

// The lengths of associated data and ciphertext, the last block of the AEAD's message.
[[gnu::always_inline]] inline void poly1305_lengths(Poly1305State& state, std::uint64_t aad_size,
                                                    std::uint64_t size) {
  const std::uint64_t r1 = state.r[1];
  poly1305_block(state.h, state.r[0], r1, r1 + (r1 >> 2), aad_size, size);
}

// tag = (h mod p + pad) mod 2^128, without a branch.
[[gnu::always_inline]] inline void poly1305_end(const Poly1305State& state,
                                                const std::uint8_t* pad16, std::uint8_t* tag16) {
  // h - p is h + 5 with bit 130 taken off; it is the residue exactly where that bit comes to be
  // set.
  std::uint64_t g0;
  std::uint64_t g1;
  std::uint64_t g2;
  std::uint8_t carry = add_carry(0, state.h[0], 5, g0);
  carry = add_carry(carry, state.h[1], 0, g1);
  add_carry(carry, state.h[2], 0, g2);
  const std::uint64_t take_g = ~((g2 >> 2) - 1);
  std::uint64_t h0 = (state.h[0] & ~take_g) | (g0 & take_g);
  std::uint64_t h1 = (state.h[1] & ~take_g) | (g1 & take_g);
  carry = add_carry(0, h0, load64(pad16), h0);
  add_carry(carry, h1, load64(pad16 + 8), h1);
  store64(tag16, h0);
  store64(tag16 + 8, h1);
}

// The same where 16 bytes may be read at `tail`: what lies beyond is masked off in registers.
[[gnu::always_inline]] inline void poly1305_masked(Poly1305State& state, const std::uint8_t* tail,
                                                   std::size_t size) {
  const std::uint64_t ones = ~std::uint64_t{0};
  const std::uint64_t low = size >= 8 ? ones : ones >> (64 - 8 * size);
  const std::uint64_t high = size > 8 ? ones >> (128 - 8 * size) : 0;
  const std::uint64_t r1 = state.r[1];
  poly1305_block(state.h, state.r[0], r1, r1 + (r1 >> 2), load64(tail) & low,
                 load64(tail + 8) & high);
}

// One message from key to tag; kBlocks takes whole blocks into an accumulator.
template <auto kBlocks>
[[gnu::always_inline]] inline void poly1305_job(const Poly1305Job& job) {
  Poly1305State state;
  poly1305_begin(state, job.key32);
  kBlocks(state, job.data, job.size / 16);
  if (job.size % 16 != 0) poly1305_masked(state, job.data + job.size / 16 * 16, job.size % 16);
  poly1305_lengths(state, 0, job.size);
  poly1305_end(state, job.key32 + 16, job.tag16);
}

}  // namespace
}  // namespace veilwire::crypto

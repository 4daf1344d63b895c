// ChaCha20 with one block in each 32-bit lane of a vector, for any vector width: the sixteen words
// of the state are sixteen vectors. For every kernel, compiled for its own instruction set.
//
// `Lanes` gives the vector type and what it does differently from machine to machine:
//   Vector                     GCC's vector extension of kLanes words of 32 bits
//   rotate_left<N>(v)          each word
//   transpose(v[16])           from "word w of all blocks in v[w]" to blocks in memory order:
//                              the bytes of v[0], v[1], ... are block 0, block 1, ...
//   load(p), store(p, v)       unaligned
//   load_part(p, n), store_part(p, v, n)   the first n bytes, fewer than a vector has
#pragma once

#include <cstring>

#include "veilwire/base/secret.h"
#include "veilwire/crypto/kernels/kernel_table.h"

namespace veilwire::crypto {
namespace {

// load_part() and store_part() for machines without masked ones.
template <typename V>
V load_part_by_copy(const std::uint8_t* from, std::size_t size) {
  V part{};
  std::memcpy(&part, from, size);
  return part;
}

template <typename V>
void store_part_by_copy(std::uint8_t* to, V v, std::size_t size) {
  std::memcpy(to, &v, size);
  wipe(&v, sizeof v);
}

template <typename Lanes>
struct ChaCha20 {
  using V = typename Lanes::Vector;
  static constexpr std::size_t kLanes = sizeof(V) / 4;
  static constexpr std::size_t kPassBytes = kLanes * kBlockBytes;  // of one set
  // Of two sets; with four lanes of two such passes, where packets of several blocks fit better.
  static constexpr std::uint32_t kPassBlocks = kLanes < 8 ? 4 * kLanes : 2 * kLanes;

  [[gnu::always_inline]] static void quarter_round(V& a, V& b, V& c, V& d) {
    a += b, d = Lanes::template rotate_left<16>(d ^ a);
    c += d, b = Lanes::template rotate_left<12>(b ^ c);
    a += b, d = Lanes::template rotate_left<8>(d ^ a);
    c += d, b = Lanes::template rotate_left<7>(b ^ c);
  }

  [[gnu::always_inline]] static void double_round(V (&x)[16]) {
    quarter_round(x[0], x[4], x[8], x[12]);
    quarter_round(x[1], x[5], x[9], x[13]);
    quarter_round(x[2], x[6], x[10], x[14]);
    quarter_round(x[3], x[7], x[11], x[15]);
    quarter_round(x[0], x[5], x[10], x[15]);
    quarter_round(x[1], x[6], x[11], x[12]);
    quarter_round(x[2], x[7], x[8], x[13]);
    quarter_round(x[3], x[4], x[9], x[14]);
  }

  [[gnu::always_inline]] static V broadcast(std::uint32_t word) { return V{} + word; }

  [[gnu::always_inline]] static V key_word(const ChaChaInput& input, int i) {
    std::uint32_t word;
    std::memcpy(&word, input.key32 + 4 * i, sizeof word);
    return broadcast(word);
  }

  // What differs from lane to lane.
  struct Positions {
    V counters;
    V packets;
  };

  // The state at the start: RFC 8439's constants, key, counter, nonce.
  [[gnu::always_inline]] static void load_state(V (&x)[16], const ChaChaInput& input,
                                                const Positions& at) {
    x[0] = broadcast(0x61707865);
    x[1] = broadcast(0x3320646e);
    x[2] = broadcast(0x79622d32);
    x[3] = broadcast(0x6b206574);
    for (int i = 0; i < 8; ++i) x[4 + i] = key_word(input, i);
    x[12] = at.counters;
    x[13] = at.packets;
    x[14] = broadcast(input.nonce[1]);
    x[15] = broadcast(input.nonce[2]);
  }

  // Adding the input anew from memory costs less than keeping sixteen vectors of it.
  [[gnu::always_inline]] static void add_state(V (&x)[16], const ChaChaInput& input,
                                               const Positions& at) {
    V initial[16];
    load_state(initial, input, at);
    for (int i = 0; i < 16; ++i) x[i] += initial[i];
  }

  // kSets times kLanes blocks, in x in memory order. A quarter round is one chain of dependent
  // operations; the four of one set leave half of a wide processor idle, those of two sets do not.
  template <int kSets>
  [[gnu::always_inline]] static void pass(V (&x)[kSets][16], const ChaChaInput& input,
                                          const Positions (&at)[kSets]) {
    for (int set = 0; set < kSets; ++set) load_state(x[set], input, at[set]);
    for (int i = 0; i < 10; ++i) {
      for (int set = 0; set < kSets; ++set) double_round(x[set]);
    }
    for (int set = 0; set < kSets; ++set) {
      add_state(x[set], input, at[set]);
      Lanes::transpose(x[set]);
    }
  }

  // Blocks base.counter + skip and on.
  [[gnu::always_inline]] static Positions following(const ChaChaInput& base, std::uint32_t skip) {
    V counters = broadcast(base.counter + skip);
    for (std::uint32_t i = 0; i < kLanes; ++i) counters[i] += i;
    return {counters, broadcast(base.nonce[0])};
  }

  [[gnu::always_inline]] static Positions gather(const BlockPosition* positions,
                                                 std::size_t count) {
    Positions at{};
    for (std::size_t i = 0; i < kLanes && i < count; ++i) {
      at.counters[i] = positions[i].counter;
      at.packets[i] = positions[i].packet;
    }
    return at;
  }

  // The first `blocks` blocks of a set; a pass may have made more than was asked for.
  [[gnu::always_inline]] static void store_blocks(const V (&x)[16], std::size_t blocks,
                                                  std::uint8_t* out) {
    constexpr std::size_t kVectorsPerBlock = kBlockBytes / sizeof(V);
    for (std::size_t i = 0; i < 16 && i < blocks * kVectorsPerBlock; ++i) {
      Lanes::store(out + i * sizeof(V), x[i]);
    }
  }

  static void keystream(const ChaChaInput& base, const BlockPosition* positions, std::size_t count,
                        std::uint8_t* out) {
    for (; count > kLanes; positions += 2 * kLanes, out += 2 * kPassBytes) {
      const std::size_t second = count - kLanes < kLanes ? count - kLanes : kLanes;
      const Positions at[2] = {gather(positions, kLanes), gather(positions + kLanes, second)};
      V x[2][16];
      pass<2>(x, base, at);
      store_blocks(x[0], kLanes, out);
      store_blocks(x[1], second, out + kPassBytes);
      count -= kLanes + second;
    }
    if (count == 0) return;
    const Positions at[1] = {gather(positions, count)};
    V x[1][16];
    pass<1>(x, base, at);
    store_blocks(x[0], count, out);
  }

  [[gnu::always_inline]] static void xor_set(const V (&x)[16], const std::uint8_t* in,
                                             std::uint8_t* out) {
    for (std::size_t i = 0; i < 16; ++i) {
      Lanes::store(out + i * sizeof(V), Lanes::load(in + i * sizeof(V)) ^ x[i]);
    }
  }

  // Fewer bytes than a set gives.
  [[gnu::always_inline]] static void xor_part(const V (&x)[16], const std::uint8_t* in,
                                              std::uint8_t* out, std::size_t size) {
    std::size_t i = 0;
    for (; i < 16 && (i + 1) * sizeof(V) <= size; ++i) {
      Lanes::store(out + i * sizeof(V), Lanes::load(in + i * sizeof(V)) ^ x[i]);
    }
    const std::size_t done = i * sizeof(V);
    if (done == size) return;
    Lanes::store_part(out + done, Lanes::load_part(in + done, size - done) ^ x[i], size - done);
  }

  static void xor_stream(const ChaChaInput& base, const std::uint8_t* in, std::uint8_t* out,
                         std::size_t size) {
    ChaChaInput next = base;
    while (size > kPassBytes) {
      const Positions at[2] = {following(next, 0), following(next, kLanes)};
      V x[2][16];
      pass<2>(x, base, at);
      xor_set(x[0], in, out);
      if (size < 2 * kPassBytes) {
        return xor_part(x[1], in + kPassBytes, out + kPassBytes, size - kPassBytes);
      }
      xor_set(x[1], in + kPassBytes, out + kPassBytes);
      next.counter += 2 * kLanes;
      in += 2 * kPassBytes;
      out += 2 * kPassBytes;
      size -= 2 * kPassBytes;
    }
    if (size == 0) return;
    const Positions at[1] = {following(next, 0)};
    V x[1][16];
    pass<1>(x, base, at);
    if (size == kPassBytes) return xor_set(x[0], in, out);
    xor_part(x[0], in, out, size);
  }
};

}  // namespace
}  // namespace veilwire::crypto

// Double SHA-256 with one input in each 32-bit lane of a vector, for any vector width down to a
// plain word. For every kernel of that kind, compiled for its own instruction set.
//
// `Lanes` gives the vector type and what it does differently from machine to machine:
//   Vector                        an unsigned 32-bit word or GCC's vector extension of several
//   rotate_right<N>(v)            each word
//   xor3(x, y, z), choose(x, y, z), majority(x, y, z)   FIPS 180-4's Ch and Maj, bit by bit
//   load_block(w[16], blocks, at) message word t of lane i, big-endian at blocks[i] + at + 4 * t
//   store_digests(out, h[8])      word t of lane i, big-endian to out + 32 * i + 4 * t
//   load_states(h[8], states), store_states(states, h[8])   word t of lane i at states[8 * i + t]
#pragma once

#include <utility>

#include "veilwire/crypto/kernels/hash_table.h"
#include "veilwire/crypto/kernels/sha256_numbers.h"

namespace veilwire::crypto {
namespace {

template <typename Lanes>
struct Sha256Lanes {
  using V = typename Lanes::Vector;
  static constexpr std::size_t kLanes = sizeof(V) / 4;

  using State = V[kStateWords];

  [[gnu::always_inline]] static V broadcast(std::uint32_t word) { return V{} + word; }

  // FIPS 180-4, 4.1.2.
  [[gnu::always_inline]] static V big_sigma0(V x) {
    return Lanes::xor3(Lanes::template rotate_right<2>(x), Lanes::template rotate_right<13>(x),
                       Lanes::template rotate_right<22>(x));
  }
  [[gnu::always_inline]] static V big_sigma1(V x) {
    return Lanes::xor3(Lanes::template rotate_right<6>(x), Lanes::template rotate_right<11>(x),
                       Lanes::template rotate_right<25>(x));
  }
  [[gnu::always_inline]] static V small_sigma0(V x) {
    return Lanes::xor3(Lanes::template rotate_right<7>(x), Lanes::template rotate_right<18>(x),
                       x >> 3);
  }
  [[gnu::always_inline]] static V small_sigma1(V x) {
    return Lanes::xor3(Lanes::template rotate_right<17>(x), Lanes::template rotate_right<19>(x),
                       x >> 10);
  }

  // 6.2.2, step 3. Instead of moving the eight words down by one each round, they stay and their
  // names move: in round t, `a` is s[-t mod 8]. What the round before has just made is added last: the
  // chain from one `e` to the next bounds the whole.
  template <std::size_t kRound>
  [[gnu::always_inline]] static void round(State& s, V message_and_constant) {
    constexpr auto at = [](std::size_t name) { return (name - kRound) % kStateWords; };
    const V early = s[at(7)] + message_and_constant + Lanes::choose(s[at(4)], s[at(5)], s[at(6)]);
    const V late = big_sigma1(s[at(4)]);
    s[at(3)] = (s[at(3)] + early) + late;
    s[at(7)] =
        (early + Lanes::majority(s[at(0)], s[at(1)], s[at(2)])) + (late + big_sigma0(s[at(0)]));
  }

  // Message word t in place of word t - 16.
  template <std::size_t kRound>
  [[gnu::always_inline]] static void next_word(V (&w)[16]) {
    w[kRound] += small_sigma0(w[(kRound + 1) % 16]) + w[(kRound + 9) % 16] +
                 small_sigma1(w[(kRound + 14) % 16]);
  }

  using Sixteen = std::make_index_sequence<16>;

  template <std::size_t... kRounds>
  [[gnu::always_inline]] static void first_rounds(State& s, const V (&w)[16],
                                                  std::index_sequence<kRounds...>) {
    (round<kRounds>(s, w[kRounds] + kRoundConstants[kRounds]), ...);
  }
  template <std::size_t... kRounds>
  [[gnu::always_inline]] static void later_rounds(State& s, V (&w)[16], std::size_t from,
                                                  std::index_sequence<kRounds...>) {
    ((next_word<kRounds>(w), round<kRounds>(s, w[kRounds] + kRoundConstants[from + kRounds])), ...);
  }
  template <std::size_t... kRounds>
  [[gnu::always_inline]] static void padding_rounds(State& s, std::size_t from,
                                                    std::index_sequence<kRounds...>) {
    (round<kRounds>(s, broadcast(kPadding64Rounds[from + kRounds])), ...);
  }

  [[gnu::always_inline]] static void copy(State& to, const State& from) {
    for (std::size_t i = 0; i < kStateWords; ++i) to[i] = from[i];
  }
  [[gnu::always_inline]] static void add(State& to, const State& summand) {
    for (std::size_t i = 0; i < kStateWords; ++i) to[i] += summand[i];
  }

  [[gnu::always_inline]] static void take_block(State& h, V (&w)[16]) {
    State s;
    copy(s, h);
    first_rounds(s, w, Sixteen{});
    for (std::size_t from = 16; from < 64; from += 16) later_rounds(s, w, from, Sixteen{});
    add(h, s);
  }
  [[gnu::always_inline]] static void take_padding_64(State& h) {
    State s;
    copy(s, h);
    for (std::size_t from = 0; from < 64; from += 16) padding_rounds(s, from, Sixteen{});
    add(h, s);
  }
  [[gnu::always_inline]] static void start(State& h) {
    for (std::size_t i = 0; i < kStateWords; ++i) h[i] = broadcast(kInitialState[i]);
  }

  [[gnu::always_inline]] static void hash_again(State& h) {
    V w[16];
    for (std::size_t i = 0; i < kStateWords; ++i) w[i] = h[i];
    for (std::size_t i = 0; i < 8; ++i) w[8 + i] = broadcast(kDigestPadding[i]);
    start(h);
    take_block(h, w);
  }

  static void compress(std::uint32_t* states, const std::uint8_t* const* blocks,
                       std::size_t count) {
    State h;
    Lanes::load_states(h, states);
    for (std::size_t i = 0; i < count; ++i) {
      V w[16];
      Lanes::load_block(w, blocks, i * kHashBlockBytes);
      take_block(h, w);
    }
    Lanes::store_states(states, h);
  }

  static void rehash(const std::uint32_t* states, std::uint8_t* out) {
    State h;
    Lanes::load_states(h, states);
    hash_again(h);
    Lanes::store_digests(out, h);
  }

  static void sha256d_64(const std::uint8_t* rows, std::uint8_t* out) {
    const std::uint8_t* blocks[kLanes];
    for (std::size_t i = 0; i < kLanes; ++i) blocks[i] = rows + i * kHashBlockBytes;
    V w[16];
    Lanes::load_block(w, blocks, 0);
    State h;
    start(h);
    take_block(h, w);
    take_padding_64(h);
    hash_again(h);
    Lanes::store_digests(out, h);
  }

  static constexpr HashKernel kernel(std::string_view name, std::size_t fewest_together,
                                     const HashKernel* narrower) {
    return {
        .name = name,
        .lanes = kLanes,
        .fewest_together = fewest_together,
        .narrower = narrower,
        .compress = compress,
        .rehash = rehash,
        .sha256d_64 = sha256d_64,
    };
  }
};

}  // namespace
}  // namespace veilwire::crypto

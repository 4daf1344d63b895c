// The processor's SHA instructions, over four inputs in turn: the rounds of one are a chain in which
// each instruction waits for the one before and leaves the unit idle half of the time. Two inputs
// would just do where nothing else delayed them; four do.

#include <immintrin.h>

#include "veilwire/crypto/kernels/hash_table.h"
#include "veilwire/crypto/kernels/sha256_numbers.h"

namespace veilwire::crypto {
namespace {

__m128i load(const void* from) { return _mm_loadu_si128(static_cast<const __m128i*>(from)); }
void store(void* to, __m128i value) { _mm_storeu_si128(static_cast<__m128i*>(to), value); }
__m128i big_endian_words(__m128i bytes) {
  return _mm_shuffle_epi8(bytes,
                          _mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
}

// Two words of `low`, then two of `high`.
template <int kSelection>
[[gnu::always_inline]] inline __m128i select(__m128i low, __m128i high) {
  return _mm_castps_si128(
      _mm_shuffle_ps(_mm_castsi128_ps(low), _mm_castsi128_ps(high), kSelection));
}

// A state as the instructions want it: f, e, b, a and h, g, d, c, from the lowest word up.
struct State {
  __m128i abef;
  __m128i cdgh;
};

// Words in memory order.
struct Words {
  __m128i abcd;
  __m128i efgh;
};

[[gnu::always_inline]] inline State state_of(const std::uint32_t* words) {
  const __m128i abcd = load(words);
  const __m128i efgh = load(words + 4);
  return {select<_MM_SHUFFLE(0, 1, 0, 1)>(efgh, abcd), select<_MM_SHUFFLE(2, 3, 2, 3)>(efgh, abcd)};
}

[[gnu::always_inline]] inline Words words_of(const State& s) {
  return {select<_MM_SHUFFLE(2, 3, 2, 3)>(s.abef, s.cdgh),
          select<_MM_SHUFFLE(0, 1, 0, 1)>(s.abef, s.cdgh)};
}

// Sixteen message words, four in each.
struct Message {
  __m128i w[4];
};

[[gnu::always_inline]] inline Message digest_message(const Words& digest) {
  return {{digest.abcd, digest.efgh, load(kDigestPadding), load(kDigestPadding + 4)}};
}

[[gnu::always_inline]] inline Message load_message(const std::uint8_t* block) {
  return {{big_endian_words(load(block)), big_endian_words(load(block + 16)),
           big_endian_words(load(block + 32)), big_endian_words(load(block + 48))}};
}

[[gnu::always_inline]] inline void store_state(std::uint32_t* to, const State& s) {
  const Words words = words_of(s);
  store(to, words.abcd);
  store(to + 4, words.efgh);
}

[[gnu::always_inline]] inline void store_digest(std::uint8_t* out, const State& s) {
  const Words words = words_of(s);
  store(out, big_endian_words(words.abcd));
  store(out + 16, big_endian_words(words.efgh));
}

// Message words t to t + 3 in place of those 16 before; t is 4 * kQuad and more.
template <int kQuad>
[[gnu::always_inline]] inline void next_words(Message& m) {
  __m128i& oldest = m.w[kQuad % 4];
  const __m128i newest = m.w[(kQuad + 3) % 4];
  const __m128i seven_before = _mm_alignr_epi8(newest, m.w[(kQuad + 2) % 4], 4);
  const __m128i sum =
      _mm_add_epi32(_mm_sha256msg1_epu32(oldest, m.w[(kQuad + 1) % 4]), seven_before);
  oldest = _mm_sha256msg2_epu32(sum, newest);
}

template <std::size_t kLanes>
struct ShaNi {
  using States = State[kLanes];
  using Messages = Message[kLanes];

  // Each instruction makes the next a, b, e, f of two rounds out of c, d, g, h; what was a, b, e, f
  // is then c, d, g, h. After two the names fit again.
  [[gnu::always_inline]] static void four_rounds(States& s, const __m128i (&words)[kLanes]) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      s[i].cdgh = _mm_sha256rnds2_epu32(s[i].cdgh, s[i].abef, words[i]);
    }
    for (std::size_t i = 0; i < kLanes; ++i) {
      const __m128i second_half = _mm_shuffle_epi32(words[i], _MM_SHUFFLE(3, 2, 3, 2));
      s[i].abef = _mm_sha256rnds2_epu32(s[i].abef, s[i].cdgh, second_half);
    }
  }

  template <int kQuad = 0>
  [[gnu::always_inline]] static void rounds(States& s, Messages& m) {
    const __m128i constants = load(kRoundConstants.data() + 4 * kQuad);
    __m128i words[kLanes];
    for (std::size_t i = 0; i < kLanes; ++i) {
      if constexpr (kQuad >= 4) next_words<kQuad>(m[i]);
      words[i] = _mm_add_epi32(m[i].w[kQuad % 4], constants);
    }
    four_rounds(s, words);
    if constexpr (kQuad < 15) rounds<kQuad + 1>(s, m);
  }

  template <int kQuad = 0>
  [[gnu::always_inline]] static void padding_64_rounds(States& s) {
    __m128i words[kLanes];
    for (__m128i& of_lane : words) of_lane = load(kPadding64Rounds.data() + 4 * kQuad);
    four_rounds(s, words);
    if constexpr (kQuad < 15) padding_64_rounds<kQuad + 1>(s);
  }

  [[gnu::always_inline]] static void copy(States& to, const States& from) {
    for (std::size_t i = 0; i < kLanes; ++i) to[i] = from[i];
  }
  [[gnu::always_inline]] static void add(States& to, const States& summand) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      to[i].abef = _mm_add_epi32(to[i].abef, summand[i].abef);
      to[i].cdgh = _mm_add_epi32(to[i].cdgh, summand[i].cdgh);
    }
  }
  [[gnu::always_inline]] static void start(States& h) {
    for (State& lane : h) lane = state_of(kInitialState);
  }

  [[gnu::always_inline]] static void take_blocks(States& h, Messages& m) {
    States s;
    copy(s, h);
    rounds(s, m);
    add(h, s);
  }
  [[gnu::always_inline]] static void take_padding_64(States& h) {
    States s;
    copy(s, h);
    padding_64_rounds(s);
    add(h, s);
  }

  [[gnu::always_inline]] static void hash_again(Messages& digests, std::uint8_t* out) {
    States h;
    start(h);
    take_blocks(h, digests);
    for (std::size_t i = 0; i < kLanes; ++i) store_digest(out + i * kDigestBytes, h[i]);
  }

  static void compress(std::uint32_t* states, const std::uint8_t* const* blocks,
                       std::size_t count) {
    States h;
    for (std::size_t i = 0; i < kLanes; ++i) h[i] = state_of(states + i * kStateWords);
    for (std::size_t block = 0; block < count; ++block) {
      Messages m;
      for (std::size_t i = 0; i < kLanes; ++i) {
        m[i] = load_message(blocks[i] + block * kHashBlockBytes);
      }
      take_blocks(h, m);
    }
    for (std::size_t i = 0; i < kLanes; ++i) store_state(states + i * kStateWords, h[i]);
  }

  static void rehash(const std::uint32_t* states, std::uint8_t* out) {
    Messages digests;
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::uint32_t* state = states + i * kStateWords;
      digests[i] = digest_message({load(state), load(state + 4)});
    }
    hash_again(digests, out);
  }

  static void sha256d_64(const std::uint8_t* rows, std::uint8_t* out) {
    States h;
    Messages m;
    start(h);
    for (std::size_t i = 0; i < kLanes; ++i) m[i] = load_message(rows + i * kHashBlockBytes);
    take_blocks(h, m);
    take_padding_64(h);
    for (std::size_t i = 0; i < kLanes; ++i) m[i] = digest_message(words_of(h[i]));
    hash_again(m, out);
  }

  static constexpr HashKernel kernel(std::size_t fewest_together, const HashKernel* narrower) {
    return {
        .name = "shani",
        .lanes = kLanes,
        .fewest_together = fewest_together,
        .narrower = narrower,
        .compress = compress,
        .rehash = rehash,
        .sha256d_64 = sha256d_64,
    };
  }
};

constexpr HashKernel kOneLane = ShaNi<1>::kernel(1, nullptr);

}  // namespace

extern const HashKernel kShaNiHashKernel = ShaNi<4>::kernel(3, &kOneLane);

}  // namespace veilwire::crypto

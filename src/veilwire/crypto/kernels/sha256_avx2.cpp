// AVX2: eight inputs at once.

#include "veilwire/crypto/kernels/lanes_avx2.h"
#include "veilwire/crypto/kernels/sha256_lanes.h"

namespace veilwire::crypto {
namespace {

struct Avx2HashLanes : Avx2Lanes {
  template <int kBits>
  [[gnu::always_inline]] static Vector rotate_right(Vector v) {
    return v >> kBits | v << (32 - kBits);
  }
  [[gnu::always_inline]] static Vector xor3(Vector x, Vector y, Vector z) { return x ^ y ^ z; }
  [[gnu::always_inline]] static Vector choose(Vector x, Vector y, Vector z) {
    return z ^ (x & (y ^ z));
  }
  [[gnu::always_inline]] static Vector majority(Vector x, Vector y, Vector z) {
    return (x & y) | (z & (x | y));
  }

  static const std::uint8_t* bytes_of(const std::uint32_t* words) {
    return reinterpret_cast<const std::uint8_t*>(words);
  }
  static std::uint8_t* bytes_of(std::uint32_t* words) {
    return reinterpret_cast<std::uint8_t*>(words);
  }

  [[gnu::always_inline]] static Vector big_endian_words(Vector bytes) {
    const __m128i order = _mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    return words(_mm256_shuffle_epi8(raw(bytes), _mm256_broadcastsi128_si256(order)));
  }

  // The first and the second half of each block.
  [[gnu::always_inline]] static void load_block(Vector (&w)[16], const std::uint8_t* const* blocks,
                                                std::size_t at) {
    for (int half = 0; half < 2; ++half) {
      Vector rows[8];
      for (int i = 0; i < 8; ++i) rows[i] = big_endian_words(load(blocks[i] + at + 32 * half));
      transpose8(rows, w + 8 * half);
    }
  }

  [[gnu::always_inline]] static void load_states(Vector (&h)[8], const std::uint32_t* states) {
    Vector rows[8];
    for (int i = 0; i < 8; ++i) rows[i] = load(bytes_of(states) + 32 * i);
    transpose8(rows, h);
  }
  [[gnu::always_inline]] static void store_states(std::uint32_t* states, const Vector (&h)[8]) {
    Vector rows[8];
    transpose8(h, rows);
    for (int i = 0; i < 8; ++i) store(bytes_of(states) + 32 * i, rows[i]);
  }
  [[gnu::always_inline]] static void store_digests(std::uint8_t* out, const Vector (&h)[8]) {
    Vector digests[8];
    transpose8(h, digests);
    for (int i = 0; i < 8; ++i) store(out + 32 * i, big_endian_words(digests[i]));
  }
};

}  // namespace

extern const HashKernel kAvx2HashKernel =
    Sha256Lanes<Avx2HashLanes>::kernel("avx2", 3, &kOpenSslHashKernel);

}  // namespace veilwire::crypto

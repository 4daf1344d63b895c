// SHA-256's constants (FIPS 180-4, 4.2.2 and 5.3.3), and the padding that Bitcoin's hashes share. For
// every kernel, hence the unnamed namespace.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace veilwire::crypto {
namespace {

inline constexpr std::uint32_t kInitialState[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

using RoundWords = std::array<std::uint32_t, 64>;

alignas(64) inline constexpr RoundWords kRoundConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// The last eight words of a block that holds a digest: its end mark and its length in bits.
inline constexpr std::uint32_t kDigestPadding[8] = {0x80000000, 0, 0, 0, 0, 0, 0, 256};

// The block after a message of 64 bytes is always the same; so is what its rounds add: message word
// and constant.
constexpr RoundWords rounds_of_padding_64() {
  constexpr auto rotate = [](std::uint32_t x, int bits) { return x >> bits | x << (32 - bits); };
  RoundWords words{0x80000000};
  words[15] = 512;
  for (std::size_t t = 16; t < 64; ++t) {
    const std::uint32_t x = words[t - 15];
    const std::uint32_t y = words[t - 2];
    words[t] = words[t - 16] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) + words[t - 7] +
               (rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
  }
  for (std::size_t t = 0; t < 64; ++t) words[t] += kRoundConstants[t];
  return words;
}
alignas(64) inline constexpr RoundWords kPadding64Rounds = rounds_of_padding_64();

}  // namespace
}  // namespace veilwire::crypto

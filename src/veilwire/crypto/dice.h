// Numbers for choices that an outsider should not foresee but that need not fail: which peer to try,
// what to leave out. The ChaCha20 keystream under a seed: the same seed gives the same choices on every
// machine, compiler and kernel, and who sees some of them cannot tell the next.
//
// One for each machine, so that an extra draw of one does not shift the others'. What must never be
// guessed at (keys, nonces) comes from Entropy instead, which may fail.
#pragma once

#include <array>
#include <cstdint>
#include <expected>

#include "veilwire/base/entropy.h"
#include "veilwire/base/secret.h"

namespace veilwire::crypto {

class Dice {
 public:
  explicit Dice(Secret<32> seed) : key_(std::move(seed)) {}
  // With a seed of the given source.
  static std::expected<Dice, EntropyFailure> draw(Entropy& entropy);
  // For simulation and tests.
  static Dice of_seed(std::uint64_t seed);

  std::uint32_t u32() {
    if (next_ == words_.size()) refill();
    return words_[next_++];
  }
  std::uint64_t u64() {
    const std::uint64_t low = u32();
    return low | std::uint64_t{u32()} << 32;
  }
  // In [0, bound), each equally likely. REQUIRES: bound >= 1.
  std::uint32_t below(std::uint32_t bound);

 private:
  static constexpr std::size_t kWords = 64;

  void refill();

  Secret<32> key_;
  std::uint64_t next_block_ = 0;
  std::size_t next_ = kWords;
  std::array<std::uint32_t, kWords> words_{};
};

}  // namespace veilwire::crypto

// Reproducible bytes from a seed, for simulation and tests: the ChaCha20 keystream under that seed.
// As good as its seed is secret.
#pragma once

#include <cstdint>

#include "veilwire/base/entropy.h"
#include "veilwire/base/secret.h"

namespace veilwire::crypto {

class VEILWIRE_API SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed);
  [[nodiscard]] std::expected<void, EntropyFailure> fill(ByteSpan out) override;

 private:
  Secret<32> key_;
  std::uint64_t next_block_ = 0;
};

}  // namespace veilwire::crypto

// The operating system's randomness, through OpenSSL's generator.
#pragma once

#include "veilwire/base/entropy.h"

namespace veilwire::crypto {

// Thread-safe; after a fork both processes draw different bytes.
class VEILWIRE_API SystemEntropy final : public Entropy {
 public:
  [[nodiscard]] std::expected<void, EntropyFailure> fill(ByteSpan out) override;
};

}  // namespace veilwire::crypto

// Keys, garbage and entropy for tests: given, from a seed, or failing.
#pragma once

#include <utility>

#include "veilwire/crypto/ellswift.h"
#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/transport/key_source.h"
#include "veilwire/transport/v2_transport.h"

namespace veilwire::transport::testing {

class FailingEntropy final : public Entropy {
 public:
  std::expected<void, EntropyFailure> fill(ByteSpan) override {
    return std::unexpected(EntropyFailure{});
  }
};

// Makes keys from its entropy and counts how often it was asked.
class CountingKeys final : public KeySource {
 public:
  explicit CountingKeys(Entropy& entropy) : entropy_(entropy) {}
  std::expected<crypto::EphemeralKey, EntropyFailure> take() override {
    ++taken_;
    return crypto::ellswift_generate(entropy_);
  }
  int taken() const { return taken_; }

 private:
  Entropy& entropy_;
  int taken_ = 0;
};

// Gives one key that the test states.
class GivenKey final : public KeySource {
 public:
  GivenKey(const Secret<32>& secret, const crypto::EllSwift64& ellswift)
      : secret_(secret.copy()), ellswift_(ellswift) {}
  std::expected<crypto::EphemeralKey, EntropyFailure> take() override {
    return crypto::EphemeralKey{secret_.copy(), ellswift_};
  }

 private:
  Secret<32> secret_;
  crypto::EllSwift64 ellswift_;
};

inline GarbagePolicy given_garbage(Bytes garbage) {
  return [garbage = std::move(garbage)](Entropy&) -> std::expected<Bytes, EntropyFailure> {
    return garbage;
  };
}

inline GarbagePolicy no_garbage() { return given_garbage({}); }

}  // namespace veilwire::transport::testing

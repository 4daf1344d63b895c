// A source of randomness that gives so many draws and then none.
#pragma once

#include <algorithm>
#include <utility>

#include "veilwire/base/entropy.h"

namespace veilwire::peer::testing {

class FailingEntropy final : public Entropy {
 public:
  explicit FailingEntropy(int draws) : draws_left_(draws) {}
  [[nodiscard]] std::expected<void, EntropyFailure> fill(ByteSpan out) override {
    if (draws_left_ == 0) return std::unexpected(EntropyFailure{});
    --draws_left_;
    std::ranges::fill(out, std::uint8_t{0});
    return {};
  }

 private:
  int draws_left_;
};

}  // namespace veilwire::peer::testing

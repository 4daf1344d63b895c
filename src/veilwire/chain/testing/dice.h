// Choices that a seed decides.
#pragma once

#include <cstdint>
#include <random>

namespace veilwire::chain::testing {

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}

  // REQUIRES: bound >= 1.
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(engine_() % bound); }

 private:
  std::mt19937 engine_;
};

}  // namespace veilwire::chain::testing

// Numbers that follow from a seed, the same on every machine.
#pragma once

#include <cstdint>
#include <random>

namespace veilwire::bench {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // REQUIRES: `end` > 0. The standard's own distributions differ between libraries.
  std::uint64_t below(std::uint64_t end) { return engine_() % end; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace veilwire::bench

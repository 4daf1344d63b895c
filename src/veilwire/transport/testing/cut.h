// How a test cuts the bytes between two ends: a transport must not care.
#pragma once

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <random>

namespace veilwire::transport::testing {

enum class Cut : std::uint8_t { kWhole, kByteByByte, kRandom };

inline constexpr Cut kAllCuts[] = {Cut::kWhole, Cut::kByteByByte, Cut::kRandom};

inline std::ostream& operator<<(std::ostream& out, Cut cut) {
  constexpr const char* kNames[] = {"Whole", "ByteByByte", "Random"};
  return out << kNames[static_cast<std::size_t>(cut)];
}

class Cutter {
 public:
  explicit Cutter(Cut cut) : cut_(cut) {}

  // How many of `available` bytes go next. REQUIRES: available >= 1.
  std::size_t next(std::size_t available) {
    switch (cut_) {
      case Cut::kWhole:
        return available;
      case Cut::kByteByByte:
        return 1;
      case Cut::kRandom:
        break;
    }
    // Mostly small, now and then large: 1 to 2^17.
    const std::size_t bound = std::size_t{1} << (random_() % 18);
    return std::min(available, 1 + static_cast<std::size_t>(random_() % bound));
  }

 private:
  Cut cut_;
  std::mt19937_64 random_{324};
};

}  // namespace veilwire::transport::testing

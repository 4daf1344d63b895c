// How long this process has spent within libsecp256k1, on all threads together.
#pragma once

#include <chrono>

namespace veilwire::bench {

struct CurveTime {
  std::chrono::nanoseconds spent{};
  long signatures = 0;
};
CurveTime curve_time();

}  // namespace veilwire::bench

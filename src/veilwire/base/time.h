// Time as an argument. No code below the runtime reads a clock: the driver passes `now` in, and a
// simulator may pass any time that it likes, so long as it never goes back.
#pragma once

#include <chrono>

namespace veilwire {

// A monotonic clock that nobody can read: it only gives its time points a type of their own.
struct MonotonicClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock>;
  static constexpr bool is_steady = true;
};

using Duration = MonotonicClock::duration;
using TimePoint = MonotonicClock::time_point;

}  // namespace veilwire

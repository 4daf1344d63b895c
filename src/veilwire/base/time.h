// Time as an argument. No code below the runtime reads a clock: the driver passes `now` in, and a
// simulator may pass any time that it likes, so long as it never goes back.
//
// There are two times, and neither turns into the other: TimePoint for deadlines, UnixTime for what
// the protocol writes down.
#pragma once

#include <chrono>
#include <cstdint>

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

// The wall's clock, which may be set forwards and back; nobody can read this one either.
struct WallClock {
  using duration = std::chrono::duration<std::int64_t>;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<WallClock>;
  static constexpr bool is_steady = false;
};

// Whole seconds since 1970. A peer's may be any number: bound it before it is reckoned with.
using UnixTime = WallClock::time_point;

constexpr UnixTime from_unix_seconds(std::int64_t seconds) {
  return UnixTime(WallClock::duration(seconds));
}
constexpr std::int64_t to_unix_seconds(UnixTime time) { return time.time_since_epoch().count(); }

}  // namespace veilwire

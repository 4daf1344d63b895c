// Points in time at which a machine wants to be called. Private to the library.
#pragma once

#include <algorithm>
#include <optional>

#include "veilwire/base/time.h"

namespace veilwire {

// `wait` after `start`, or never where no point in time is that far: a caller may mean that by
// Duration::max().
constexpr TimePoint deadline_after(TimePoint start, Duration wait) {
  return wait > TimePoint::max() - std::max(start, TimePoint{}) ? TimePoint::max() : start + wait;
}

// The earlier of the two, where there are two.
constexpr std::optional<TimePoint> earlier(std::optional<TimePoint> a, TimePoint b) {
  return a ? std::min(*a, b) : b;
}

constexpr std::optional<TimePoint> earlier(std::optional<TimePoint> a, std::optional<TimePoint> b) {
  return b ? earlier(a, *b) : a;
}

}  // namespace veilwire

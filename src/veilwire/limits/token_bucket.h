// A rate with a burst.
#pragma once

#include <cstdint>

#include "veilwire/base/time.h"

namespace veilwire::limits {

// Kept as one point in time: the one at which the bucket will be full again. `now` never goes back.
// A new bucket is full.
class TokenBucket {
 public:
  // Whether a token is there at `now`. REQUIRES: `per_second` and `burst` at least 1.
  bool has_token(TimePoint now, std::uint32_t per_second, std::uint32_t burst) const;
  // Takes one, whether it is there or not: what is taken too early is waited for later.
  // REQUIRES: `per_second` at least 1.
  void take(TimePoint now, std::uint32_t per_second);

  // Where what is taken is of very different sizes, it is said in time: how long the bucket takes to
  // fill up by as much, and how long until it is full.
  bool has_any(TimePoint now, Duration whole) const { return full_at_ < now + whole; }
  void take_time(TimePoint now, Duration cost);

 private:
  TimePoint full_at_{};
};

}  // namespace veilwire::limits

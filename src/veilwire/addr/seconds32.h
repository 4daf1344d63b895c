// The book's own times: seconds since 1970 in 32 bits, enough until 2106. Whatever number a peer or a
// clock gives becomes one of these first, so that no sum or difference of two overflows 64 bits.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "veilwire/base/time.h"

namespace veilwire::addr {

class Seconds32 {
 public:
  // Never, which lies before everything.
  constexpr Seconds32() = default;
  // The nearest that there is.
  static constexpr Seconds32 of(UnixTime time) { return nearest(to_unix_seconds(time)); }

  constexpr UnixTime time() const { return from_unix_seconds(value_); }
  constexpr bool is_never() const { return value_ == 0; }

  // Negative where `earlier` is the later one.
  constexpr std::chrono::seconds since(Seconds32 earlier) const {
    return std::chrono::seconds(std::int64_t{value_} - earlier.value_);
  }
  // The nearest that there is.
  constexpr Seconds32 before(std::chrono::seconds span) const {
    constexpr auto kLongest = std::chrono::seconds(std::numeric_limits<std::uint32_t>::max());
    return nearest(value_ - std::clamp(span, -kLongest, kLongest).count());
  }

  friend constexpr auto operator<=>(Seconds32, Seconds32) = default;

 private:
  static constexpr Seconds32 nearest(std::int64_t value) {
    Seconds32 out;
    out.value_ = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(value, 0, std::numeric_limits<std::uint32_t>::max()));
    return out;
  }

  std::uint32_t value_ = 0;
};

}  // namespace veilwire::addr

// How many bytes of decoys a peer may send after the handshake. Private to the library.
#pragma once

#include <algorithm>

#include "veilwire/transport/limits.h"

namespace veilwire::transport {

// A token bucket of kDecoyBurstBytes that fills at kDecoyBytesPerSecond, kept as one point in time:
// the one at which it will be full again. A peer may pass the burst by one packet; then it waits.
class DecoyBudget {
 public:
  explicit DecoyBudget(TimePoint now) : full_at_(now) {}

  void spend(TimePoint now, std::size_t bytes) {
    full_at_ = std::max(full_at_, now) + kTimePerByte * static_cast<Duration::rep>(bytes);
  }

  // From here on the bucket does not hold less than nothing.
  TimePoint ready_at() const { return full_at_ - kTimePerBurst; }
  bool is_spent(TimePoint now) const { return now < ready_at(); }

 private:
  static constexpr Duration kTimePerByte =
      Duration(std::chrono::seconds(1)) / Duration::rep{kDecoyBytesPerSecond};
  static constexpr Duration kTimePerBurst = kTimePerByte * Duration::rep{kDecoyBurstBytes};

  TimePoint full_at_;
};

}  // namespace veilwire::transport

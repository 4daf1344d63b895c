// How many bytes a day go to peers that fetch old blocks.
//
// New blocks are what keeps the network together, and always pass. A peer that fetches the whole chain
// costs us 700 GB, and can have it elsewhere.
#pragma once

#include <array>
#include <cstdint>

#include "veilwire/base/time.h"
#include "veilwire/limits/token_bucket.h"

namespace veilwire::serve {

enum class Traffic : std::uint8_t {
  kNew,      // blocks of the last week
  kHistory,  // all others
};

// The allowance of a day is there at first, and comes back at an even rate. `now` never goes back.
class UploadBudget {
 public:
  // 0: history has no limit.
  explicit UploadBudget(std::uint64_t history_bytes_a_day)
      : history_bytes_a_day_(history_bytes_a_day) {}

  // What begins may be sent whole: what it takes too much comes off what comes later.
  bool has_room(TimePoint now, Traffic traffic) const;
  // REQUIRES: at most 100 MB at a time.
  void charge(TimePoint now, Traffic traffic, std::size_t bytes);

  // Sent so far.
  std::uint64_t bytes(Traffic traffic) const { return bytes_[static_cast<std::size_t>(traffic)]; }

 private:
  bool is_limited(Traffic traffic) const {
    return traffic == Traffic::kHistory && history_bytes_a_day_ != 0;
  }

  std::uint64_t history_bytes_a_day_;
  limits::TokenBucket history_;
  std::array<std::uint64_t, 2> bytes_{};
};

}  // namespace veilwire::serve

#include "veilwire/limits/token_bucket.h"

#include <algorithm>

#include "veilwire/base/deadline.h"

namespace veilwire::limits {
namespace {

constexpr Duration time_per_token(std::uint32_t per_second) {
  return Duration(std::chrono::seconds(1)) / Duration::rep{per_second};
}

}  // namespace

bool TokenBucket::has_token(TimePoint now, std::uint32_t per_second, std::uint32_t burst) const {
  return full_at_ <= now + time_per_token(per_second) * Duration::rep{burst - 1};
}

void TokenBucket::take(TimePoint now, std::uint32_t per_second) {
  take_time(now, time_per_token(per_second));
}

void TokenBucket::take_time(TimePoint now, Duration cost) {
  full_at_ = deadline_after(std::max(full_at_, now), cost);
}

}  // namespace veilwire::limits

#include "veilwire/serve/upload_budget.h"

#include <chrono>

namespace veilwire::serve {
namespace {

using Microseconds = std::chrono::duration<std::uint64_t, std::micro>;
constexpr std::chrono::hours kDay{24};
constexpr auto kLongest = std::chrono::duration_cast<Microseconds>(Duration::max());

}  // namespace

bool UploadBudget::has_room(TimePoint now, Traffic traffic) const {
  return !is_limited(traffic) || history_.has_any(now, kDay);
}

void UploadBudget::charge(TimePoint now, Traffic traffic, std::size_t bytes) {
  bytes_[static_cast<std::size_t>(traffic)] += bytes;
  if (!is_limited(traffic)) return;
  // In microseconds the product fits. One more, so that nothing is free.
  const Microseconds cost = Microseconds(kDay) * bytes / history_bytes_a_day_ + Microseconds(1);
  history_.take_time(now, cost < kLongest ? Duration(cost) : Duration::max());
}

}  // namespace veilwire::serve

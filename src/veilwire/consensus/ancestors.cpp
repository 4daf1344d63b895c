#include "veilwire/consensus/ancestors.h"

#include <algorithm>
#include <array>

#include "veilwire/consensus/limits.h"

namespace veilwire::consensus {

UnixTime median_time_past(const Ancestors& ancestors, protocol::Height height) {
  std::array<UnixTime, kMedianTimeBlocks> times;
  const std::uint32_t count = std::min(kMedianTimeBlocks, height.value() + 1);
  for (std::uint32_t i = 0; i < count; ++i) times[i] = ancestors.at(height.before(i)).time;
  const auto middle = times.begin() + count / 2;
  std::nth_element(times.begin(), middle, times.begin() + count);
  return *middle;
}

}  // namespace veilwire::consensus

#include "measures.h"

namespace veilwire::bench {
namespace {

// The proxy gives back what an idle connection does not need after one second.
constexpr Duration kUntilIdle = std::chrono::seconds(4);

void let_pass(Loop& loop, Duration duration) {
  const TimePoint end = now() + duration;
  while (now() < end) loop.turn(std::chrono::milliseconds(50));
}

}  // namespace

IdleFigures measure_idle(Site& site, Way way, std::size_t count, std::vector<Pair>& pairs) {
  // What the first connection makes the process load is not what a connection costs.
  pairs.push_back(site.open(way));
  let_pass(site.loop(), kUntilIdle);
  const std::size_t before = site.process(way).rss_bytes();
  for (std::size_t i = 0; i < count; ++i) pairs.push_back(site.open(way));
  let_pass(site.loop(), kUntilIdle);
  return {count, site.process(way).rss_bytes() - before};
}

}  // namespace veilwire::bench

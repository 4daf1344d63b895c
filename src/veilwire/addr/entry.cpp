#include "veilwire/addr/entry.h"

#include <algorithm>

namespace veilwire::addr {
namespace {

// Before this, in 1973, there is no Bitcoin: the time says nothing.
constexpr UnixTime kEarliestTime = from_unix_seconds(100'000'000);
constexpr std::size_t kFailuresThatCount = 8;
constexpr seconds kTriedLately = minutes(10);
constexpr std::uint32_t kShareWhenTriedLately = 100;

constexpr auto kChances = [] {
  std::array<std::uint32_t, kFailuresThatCount + 1> chances{};
  std::uint64_t chance = kCertain;
  for (std::uint32_t& each : chances) {
    each = static_cast<std::uint32_t>(chance);
    chance = chance * 66 / 100;
  }
  return chances;
}();

bool was_tried_within(const Entry& entry, Seconds32 now, seconds span) {
  return !entry.last_try.is_never() && now.since(entry.last_try) <= span;
}

}  // namespace

Seconds32 plausible_time(UnixTime said, Seconds32 now) {
  const Seconds32 time = Seconds32::of(said);
  if (said <= kEarliestTime || time.since(now) > kMaxTimeAhead) return now.before(kAgeWithoutTime);
  return time;
}

bool is_terrible(const Entry& entry, Seconds32 now) {
  if (was_tried_within(entry, now, kJustTried)) return false;
  if (entry.time.since(now) > kMaxTimeAhead) return true;
  if (now.since(entry.time) > kHorizon) return true;
  if (entry.last_success.is_never() && entry.failures >= kRetries) return true;
  return now.since(entry.last_success) > kFailuresWithin && entry.failures >= kMaxFailures;
}

std::uint32_t chance_of(const Entry& entry, Seconds32 now) {
  const std::uint32_t chance = kChances[std::min<std::size_t>(entry.failures, kFailuresThatCount)];
  return was_tried_within(entry, now, kTriedLately) ? chance / kShareWhenTriedLately : chance;
}

KnownAddress known(const Entry& entry) {
  return {.endpoint = entry.endpoint,
          .source = entry.source,
          .services = entry.services,
          .time = entry.time.time(),
          .last_try = entry.last_try.time(),
          .last_success = entry.last_success.time(),
          .failures = entry.failures,
          .table = entry.state == Entry::State::kTried ? Table::kTried : Table::kNew,
          .new_places = entry.new_places};
}

}  // namespace veilwire::addr

#include "veilwire/proxy/downgrade/recent_v1.h"

#include "veilwire/base/endpoint.h"

namespace veilwire::proxy {

void RecentV1::remember(TimePoint now, const Endpoint& target, RecentAnswer how) {
  drop_old(now);
  forget(target);
  if (places_.size() >= kMaxRecentV1) erase(places_.find(entries_.front().target));
  entries_.push_back({canonical(target), now + kRecentV1Lifetime, how});
  places_.emplace(entries_.back().target, std::prev(entries_.end()));
}

void RecentV1::forget(const Endpoint& target) {
  const auto place = places_.find(canonical(target));
  if (place != places_.end()) erase(place);
}

RecentAnswer RecentV1::find(TimePoint now, const Endpoint& target) {
  drop_old(now);
  const auto place = places_.find(canonical(target));
  return place == places_.end() ? RecentAnswer::kNothing : place->second->how;
}

void RecentV1::erase(std::map<Endpoint, Entries::iterator>::iterator place) {
  entries_.erase(place->second);
  places_.erase(place);
}

void RecentV1::drop_old(TimePoint now) {
  while (!entries_.empty() && entries_.front().until <= now) {
    erase(places_.find(entries_.front().target));
  }
}

}  // namespace veilwire::proxy

// Targets that answered only version 1 a while ago: dialling them with version 2 first would cost a
// second connection and be refused again.
#pragma once

#include <list>
#include <map>

#include "veilwire/base/endpoint.h"
#include "veilwire/base/time.h"

namespace veilwire::proxy {

// Long enough to spare a program that tries again and again the second dial; short, because while
// it lasts whoever cut one version 2 attempt has our next connections in the clear.
inline constexpr Duration kRecentV1Lifetime = std::chrono::minutes(10);
// Bounds the memory at about 4 MB, whatever a program dials.
inline constexpr std::size_t kMaxRecentV1 = 10'000;

// Targets are compared as canonical() has them. `now` never goes back.
class RecentV1 {
 public:
  // The target was dialled with version 2, then answered in version 1. Its time begins anew; at
  // kMaxRecentV1 the one remembered longest goes.
  void remember(TimePoint now, const Endpoint& target);
  // It answered in version 2.
  void forget(const Endpoint& target);
  bool contains(TimePoint now, const Endpoint& target);

  std::size_t size() const { return places_.size(); }

 private:
  struct Entry {
    Endpoint target;
    TimePoint until;
  };
  using Entries = std::list<Entry>;

  void erase(std::map<Endpoint, Entries::iterator>::iterator place);
  void drop_old(TimePoint now);

  Entries entries_;  // oldest first: all live equally long
  std::map<Endpoint, Entries::iterator> places_;
};

}  // namespace veilwire::proxy

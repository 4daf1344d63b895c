// What targets did a while ago that were offered version 2 and did not take it: dialling them with
// version 2 first would cost a second connection, or a program's patience, and be in vain again.
#pragma once

#include <cstdint>
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

// What a target did when it was offered version 2.
enum class RecentAnswer : std::uint8_t {
  kNothing,  // nothing that we know of
  kSpokeV1,  // it then spoke version 1
  // It took our key and gave no answer of version 2, and its program left before more was learned:
  kHungUp,   // it ended the connection, or spoke version 1 itself
  kIgnored,  // it stayed silent
};

// Targets are compared as canonical() has them. `now` never goes back.
class RecentV1 {
 public:
  // Its time begins anew; at kMaxRecentV1 the one remembered longest goes.
  void remember(TimePoint now, const Endpoint& target, RecentAnswer how = RecentAnswer::kSpokeV1);
  // It answered in version 2, or in neither.
  void forget(const Endpoint& target);
  RecentAnswer find(TimePoint now, const Endpoint& target);
  bool contains(TimePoint now, const Endpoint& target) {
    return find(now, target) != RecentAnswer::kNothing;
  }

  std::size_t size() const { return places_.size(); }

 private:
  struct Entry {
    Endpoint target;
    TimePoint until;
    RecentAnswer how;
  };
  using Entries = std::list<Entry>;

  void erase(std::map<Endpoint, Entries::iterator>::iterator place);
  void drop_old(TimePoint now);

  Entries entries_;  // oldest first: all live equally long
  std::map<Endpoint, Entries::iterator> places_;
};

}  // namespace veilwire::proxy

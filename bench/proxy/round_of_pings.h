// Pings on one connection after another, at a steady rate: what those feel who share the proxy with
// whatever else goes on.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "measures.h"

namespace veilwire::bench {

class RoundOfPings {
 public:
  // Answers, and writes down how long each round trip took. Both must outlive it.
  RoundOfPings(const std::vector<Pair>& pairs, Times& times);
  ~RoundOfPings();
  RoundOfPings(const RoundOfPings&) = delete;
  RoundOfPings& operator=(const RoundOfPings&) = delete;

  // The next one, each 5 ms, unless one is under way.
  void ping_when_due();
  bool waits() const { return waits_; }

 private:
  const std::vector<Pair>& pairs_;
  Times& times_;
  std::size_t next_ = 0;
  TimePoint due_at_;
  TimePoint sent_at_;
  bool waits_ = false;
};

}  // namespace veilwire::bench

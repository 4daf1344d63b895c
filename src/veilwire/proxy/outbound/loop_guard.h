// Notices that a connection which we accept is one that we dialled ourselves: a redirecting
// firewall rule that catches the proxy's own connections too would make one connection into
// endlessly many.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "veilwire/base/endpoint.h"

namespace veilwire::proxy {

// A connection as both of its ends know it. One end alone is not enough: the system gives one local
// port to several connections where their destinations differ.
struct FourTuple {
  Endpoint from;
  Endpoint to;  // before the firewall redirected it
  friend auto operator<=>(const FourTuple&, const FourTuple&) = default;
};

// Either end of such a connection may be seen first. Holds one for each connection that is
// under way.
class LoopGuard {
 public:
  // A connection was accepted, or one of ours is connected. False: it is the other end of one of
  // our own, and is not counted.
  bool accepted(const FourTuple& tuple);
  bool dialled(const FourTuple& tuple);
  // Whether an accepted one has turned out to be the other end of one of ours since.
  bool is_own(const FourTuple& accepted) const;
  // It has ended. What was not counted is nothing to forget.
  void accepted_ended(const FourTuple& tuple) { accepted_.erase(tuple); }
  void dialled_ended(const FourTuple& tuple) { dialled_.erase(tuple); }

 private:
  enum class Whose : std::uint8_t { kOthers, kOurs };

  std::map<FourTuple, Whose> accepted_;
  std::set<FourTuple> dialled_;
};

}  // namespace veilwire::proxy

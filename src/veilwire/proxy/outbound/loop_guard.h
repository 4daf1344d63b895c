// Notices that a connection which we accept is one that we dialled ourselves: a redirecting
// firewall rule that catches the proxy's own connections too would make one connection into
// endlessly many.
#pragma once

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

// Holds one for each connection of ours that is under way.
class LoopGuard {
 public:
  // As soon as the system has begun to connect it: its other end may be accepted next.
  void dialled(const FourTuple& tuple) { dialled_.insert(tuple); }
  void dialled_ended(const FourTuple& tuple) { dialled_.erase(tuple); }
  bool is_dialled(const FourTuple& accepted) const { return dialled_.contains(accepted); }

 private:
  std::set<FourTuple> dialled_;
};

}  // namespace veilwire::proxy

// Notices that a connection which we accept is one that we dialled ourselves: a redirecting
// firewall rule that catches the proxy's own connections too would make one connection into
// endlessly many.
#pragma once

#include <map>

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
  void dialled(const FourTuple& tuple) { came_back_.emplace(tuple, false); }
  void dialled_ended(const FourTuple& tuple) { came_back_.erase(tuple); }

  // Whether what was accepted is the other end of one of ours; that one is told by has_come_back().
  bool comes_back(const FourTuple& accepted) {
    const auto ours = came_back_.find(accepted);
    if (ours == came_back_.end()) return false;
    ours->second = true;
    return true;
  }
  bool has_come_back(const FourTuple& dialled) const {
    const auto ours = came_back_.find(dialled);
    return ours != came_back_.end() && ours->second;
  }

 private:
  std::map<FourTuple, bool> came_back_;
};

}  // namespace veilwire::proxy

// Where we listen: a dial that leads there would never end.
#pragma once

#include <vector>

#include "veilwire/base/endpoint.h"
#include "veilwire/proxy/outbound/loop_guard.h"

namespace veilwire::proxy {

class OwnAddresses {
 public:
  // `listener` is numeric, its port the one that the system gave.
  void add(const Endpoint& listener) { all_.push_back(listener); }
  const std::vector<Endpoint>& all() const { return all_; }

  // Whether a dial to `target` reaches one of them, as far as an address or "localhost" tells. An
  // address of this machine is as good as another: a listener on all addresses has every one, and
  // who dials "all addresses" reaches this machine.
  bool is_reached_by(const Endpoint& target) const;

  // Whether a connection that we have dialled ends at one of them. A connection from an address to
  // itself stays on this machine; not so where another proxy is dialled, which says nothing of
  // where the target is.
  bool is_end_of(const FourTuple& dialled) const;

 private:
  std::vector<Endpoint> all_;
};

}  // namespace veilwire::proxy

// What inbound and outbound connections have in common from the moment on that both ends are
// connected: a relay between them, its gate, and what is told of both.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "veilwire/proxy/carriage/policy_gate.h"
#include "veilwire/proxy/carriage/relay.h"
#include "veilwire/proxy/service.h"

namespace veilwire::proxy {

// The two ends, on one strand and not started.
struct RelayedEnds {
  std::shared_ptr<net::Connection> program;
  std::shared_ptr<net::Connection> peer;
};

class Relayed : public std::enable_shared_from_this<Relayed> {
 public:
  // Called once, when both ends have ended: how, as a sentence without its full stop.
  using Done = std::function<void(std::string_view)>;

  // `service` must outlive it.
  static std::shared_ptr<Relayed> make(Service& service, RelayFacts facts, RelayedEnds ends,
                                       Done done);

  // It lives until it is done, and is not to be called after that.
  void start() { relay_->start(); }
  // Sends what there is and closes; abort() does not wait for that.
  void close() { relay_->close(); }
  void abort() { relay_->abort(); }
  // Stops reading from one end, and goes on.
  void hold_off(Side from) { relay_->hold_off(from); }
  void go_on(Side from) { relay_->go_on(from); }

 private:
  Relayed(Service& service, RelayFacts facts, Done done)
      : gate_(service, std::move(facts)), done_(std::move(done)) {}
  void over(const CarriageEnd& end);

  PolicyGate gate_;
  Done done_;
  std::shared_ptr<Relay> relay_;
};

}  // namespace veilwire::proxy

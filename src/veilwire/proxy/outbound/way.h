// Where an outbound connection goes, and by which way: what the program asked for as the
// configuration has it, and whether it may go there at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "veilwire/base/endpoint.h"
#include "veilwire/base/time.h"
#include "veilwire/net/dial.h"
#include "veilwire/net/socks5_server.h"
#include "veilwire/proxy/outbound/loop_guard.h"
#include "veilwire/proxy/report/observer.h"
#include "veilwire/proxy/service.h"
#include "veilwire/proxy/settings/policy.h"

namespace veilwire::proxy {

// Why it may not: what the observer and the program are told.
struct NoWay {
  Refusal why{};
  std::string_view text;  // a sentence without its full stop
  net::Socks5Reply reply{};
};

class Way {
 public:
  // A program on another machine is not to reach what only this one, or its network, can.
  enum class Reach : std::uint8_t { kEverywhere, kNothingLocal };

  Way() = default;
  // Of the configuration as it is now: a second dial takes the same way.
  Way(const Service& service, const net::Socks5Request& request, Reach reach);

  const Endpoint& target() const { return target_; }
  const std::optional<net::Socks5Proxy>& upstream() const { return upstream_; }
  // The address being tried, or connected to, and the policy that holds for it.
  const Endpoint& address() const { return address_; }
  Policy policy() const { return policy_; }

  // Before anything is resolved or dialled.
  std::optional<NoWay> obstacle(const Service& service) const;
  // Whether the system's resolver is to be asked for the target's addresses.
  bool needs_addresses() const;
  void set_addresses(std::vector<Endpoint> addresses);
  bool has_next() const { return !addresses_.empty(); }
  // Goes on to the next address; the obstacle that it meets.
  std::optional<NoWay> next(const Service& service);
  // Whether a connection that was made ends at the proxy: through an upstream it does not tell.
  bool leads_to_this_machine(const Service& service, const FourTuple& tuple) const;

  // Until the program must have been answered; at least a millisecond.
  Duration time_to_answer() const;

 private:
  std::optional<NoWay> obstacle_at(const Service& service, const Endpoint& place) const;

  Endpoint target_;
  std::optional<net::Socks5Proxy> upstream_;
  Reach reach_ = Reach::kEverywhere;
  TimePoint answer_by_;
  std::vector<Endpoint> addresses_;  // still to be tried, the next one last
  Endpoint address_;
  Policy policy_ = Policy::kPreferV2;
};

// What a program is answered where its target could not be reached.
net::Socks5Reply reply_for(net::DialError error);

}  // namespace veilwire::proxy

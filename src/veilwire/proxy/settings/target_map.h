// Redirections: a program asks for one target and is connected to another.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "veilwire/base/endpoint.h"

namespace veilwire::proxy {

// Hosts are compared as canonical_host() has them. A target is redirected once: what a rule gives
// is not looked up again, so that no two rules make a loop.
class TargetMap {
 public:
  // "FROM=TO", each "host:port" or "host" (an IPv6 address with a port in brackets). FROM without a
  // port means every port; a rule with the port comes first. TO without a port keeps the target's.
  // The error is a sentence without its full stop. A second rule for one FROM is refused.
  std::expected<void, std::string> add(std::string_view rule);
  std::expected<void, std::string> add(std::string_view from, std::string_view to);

  // Rules of `over` take the place of those for the same FROM.
  void overlay(TargetMap over);

  // Where `target` is really to be found; itself where no rule says otherwise.
  Endpoint find(const Endpoint& target) const;

  std::size_t rule_count() const { return rules_.size(); }

  friend bool operator==(const TargetMap&, const TargetMap&) = default;

 private:
  std::map<Endpoint, Endpoint> rules_;  // port 0: every port, the same port
};

}  // namespace veilwire::proxy

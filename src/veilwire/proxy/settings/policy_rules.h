// Which policy a host has, by rules.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "veilwire/base/ip_address.h"
#include "veilwire/proxy/settings/policy.h"

namespace veilwire::proxy {

// A default and rules for hosts, of which the most specific wins:
//
//   203.0.113.5, 2001:db8::1        this address: over every network that it lies in
//   203.0.113.0/24, 2001:db8::/32   the addresses of this network: the longest prefix wins. IPv4
//                                   and IPv6 are strangers, ::/0 is IPv6 only
//   seed.example.org                this name
//   *.onion, *.example.org          names with this ending: the longest ending wins
//
// Names are compared as canonical_host() has them. A policy is about a host, not about a port.
class PolicyRules {
 public:
  explicit PolicyRules(Policy otherwise = Policy::kPreferV2) : otherwise_(otherwise) {}

  void set_default(Policy policy) { otherwise_ = policy; }
  Policy default_policy() const { return otherwise_; }

  // "PATTERN=POLICY". The error is a sentence without its full stop. A pattern has one rule: a
  // second one, even of the same policy, is refused.
  std::expected<void, std::string> add(std::string_view rule);
  std::expected<void, std::string> add(std::string_view pattern, Policy policy);

  // Rules of `over` take the place of those for the same pattern; the default stays.
  void overlay(PolicyRules over);

  // `host` as an Endpoint has it.
  Policy of(std::string_view host) const;
  // Of a name that was resolved to `address`. A rule for the name is the last word. Without one, a
  // rule for the address only tightens the default: whoever forges an answer of DNS chooses the
  // address, and by it could choose a looser policy.
  Policy of_resolved(std::string_view name, std::string_view address) const;

  // Whatever the defaults are.
  bool has_same_rules(const PolicyRules& other) const;

  // Whether no host at all has another one.
  bool are_all(Policy policy) const;

  std::size_t rule_count() const { return names_.size() + ends_.size() + networks_.size(); }

  friend bool operator==(const PolicyRules&, const PolicyRules&) = default;

 private:
  struct Network {
    unsigned bits = 0;  // of IpAddress's 128
    IpAddress address;
    friend auto operator<=>(const Network&, const Network&) = default;
  };

  std::expected<void, std::string> add_network(std::string_view pattern, Policy policy);
  std::expected<void, std::string> add_name(std::string_view pattern, Policy policy);
  // Nothing where no rule is about it.
  std::optional<Policy> rule_for(std::string_view host) const;
  std::optional<Policy> rule_for_address(const IpAddress& address) const;
  std::optional<Policy> rule_for_name(std::string_view name) const;

  Policy otherwise_;
  std::map<std::string, Policy, std::less<>> names_;
  std::map<std::string, Policy, std::less<>> ends_;  // with their first dot: ".onion"
  std::map<Network, Policy> networks_;
};

}  // namespace veilwire::proxy

#include "veilwire/proxy/settings/policy_rules.h"

#include <algorithm>
#include <utility>

#include "veilwire/base/endpoint.h"
#include "veilwire/base/escape.h"
#include "veilwire/proxy/settings/address_range.h"

namespace veilwire::proxy {
namespace {

using Added = std::expected<void, std::string>;

Added refuse(std::string_view text, std::string_view what) {
  return std::unexpected(quote_foreign(text) + " " + std::string(what));
}

template <typename Map, typename Key>
Added insert(Map& map, Key key, Policy policy, std::string_view pattern) {
  if (map.emplace(std::move(key), policy).second) return {};
  return refuse(pattern, "already has a policy: remove one of the two");
}

std::string_view without_brackets(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) return text.substr(1, text.size() - 2);
  return text;
}

}  // namespace

Added PolicyRules::add(std::string_view rule) {
  const std::size_t equals = rule.rfind('=');
  if (equals == rule.npos) return refuse(rule, "is not a rule: write PATTERN=POLICY");
  const auto policy = policy_from_name(rule.substr(equals + 1));
  if (!policy) {
    return refuse(rule, "names no policy: write " + policy_names() + " after the '='");
  }
  return add(rule.substr(0, equals), *policy);
}

Added PolicyRules::add(std::string_view pattern, Policy policy) {
  if (pattern.find('/') != pattern.npos) return add_network(pattern, policy);
  if (const auto address = IpAddress::parse(without_brackets(pattern))) {
    return insert(networks_, Network{IpAddress::kBits, *address}, policy, pattern);
  }
  return add_name(pattern, policy);
}

Added PolicyRules::add_network(std::string_view pattern, Policy policy) {
  const auto network = AddressRange::parse(pattern);
  if (!network) return std::unexpected(network.error());
  return insert(networks_, Network{network->bits(), network->address()}, policy, pattern);
}

Added PolicyRules::add_name(std::string_view pattern, Policy policy) {
  const bool is_end = pattern.starts_with("*.");
  const std::string_view name = pattern.substr(is_end ? 2 : 0);
  const auto parsed = parse_endpoint(name, 0);
  if (!parsed) {
    return refuse(pattern,
                  "is not a pattern: write an address, a network such as 10.0.0.0/8, a name, or "
                  "an ending such as *.onion");
  }
  if (parsed->host != name) return refuse(pattern, "names a port: policies apply to hosts");
  const std::string host = canonical_host(name);
  if (!is_end) return insert(names_, host, policy, pattern);
  return insert(ends_, "." + host, policy, pattern);
}

void PolicyRules::overlay(PolicyRules over) {
  over.names_.merge(names_);
  over.ends_.merge(ends_);
  over.networks_.merge(networks_);
  over.otherwise_ = otherwise_;
  *this = std::move(over);
}

bool PolicyRules::are_all(Policy policy) const {
  const auto is_that = [policy](const auto& rules) {
    return std::ranges::all_of(rules, [policy](const auto& rule) { return rule.second == policy; });
  };
  return otherwise_ == policy && is_that(names_) && is_that(ends_) && is_that(networks_);
}

bool PolicyRules::has_same_rules(const PolicyRules& other) const {
  return names_ == other.names_ && ends_ == other.ends_ && networks_ == other.networks_;
}

Policy PolicyRules::of(std::string_view host) const { return rule_for(host).value_or(otherwise_); }

Policy PolicyRules::of_resolved(std::string_view name, std::string_view address) const {
  if (const auto named = rule_for(name)) return *named;
  return stricter(otherwise_, of(address));
}

std::optional<Policy> PolicyRules::rule_for(std::string_view host) const {
  if (const auto address = IpAddress::parse(host)) return rule_for_address(*address);
  return rule_for_name(canonical_host(host));
}

std::optional<Policy> PolicyRules::rule_for_address(const IpAddress& address) const {
  if (networks_.empty()) return std::nullopt;
  const unsigned shortest = address.is_ipv4() ? IpAddress::kIpv4PrefixBits : 0;
  for (unsigned bits = IpAddress::kBits + 1; bits-- > shortest;) {
    const auto found = networks_.find({bits, address.prefix(bits)});
    if (found != networks_.end()) return found->second;
  }
  return std::nullopt;
}

std::optional<Policy> PolicyRules::rule_for_name(std::string_view name) const {
  if (const auto found = names_.find(name); found != names_.end()) return found->second;
  for (std::size_t dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1)) {
    const auto found = ends_.find(name.substr(dot));
    if (found != ends_.end()) return found->second;
  }
  return std::nullopt;
}

}  // namespace veilwire::proxy

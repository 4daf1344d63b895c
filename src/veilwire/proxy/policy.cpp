#include "veilwire/proxy/policy.h"

#include <array>
#include <charconv>
#include <utility>

#include "veilwire/base/endpoint.h"
#include "veilwire/base/escape.h"

namespace veilwire::proxy {
namespace {

using Added = std::expected<void, std::string>;

struct NamedPolicy {
  Policy policy;
  std::string_view name;
};
constexpr std::array kNames{
    NamedPolicy{Policy::kPreferV2, "prefer-v2"}, NamedPolicy{Policy::kV2Only, "v2-only"},
    NamedPolicy{Policy::kV1BlocksOnly, "v1-blocks-only"}, NamedPolicy{Policy::kV1Only, "v1-only"}};

int strictness(Policy policy) {
  switch (policy) {
    case Policy::kV1Only:
      return 0;
    case Policy::kPreferV2:
      return 1;
    case Policy::kV1BlocksOnly:
      return 2;
    case Policy::kV2Only:
      break;
  }
  return 3;
}

Added refuse(std::string_view text, std::string_view what) {
  return std::unexpected(quote_foreign(text) + " " + std::string(what));
}

template <typename Map, typename Key>
Added insert(Map& map, Key key, Policy policy, std::string_view pattern) {
  if (map.emplace(std::move(key), policy).second) return {};
  return refuse(pattern, "has a policy already; leave one of the two out");
}

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view without_brackets(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) return text.substr(1, text.size() - 2);
  return text;
}

}  // namespace

std::string_view policy_name(Policy policy) {
  for (const NamedPolicy& named : kNames) {
    if (named.policy == policy) return named.name;
  }
  return "";
}

std::optional<Policy> policy_from_name(std::string_view name) {
  for (const NamedPolicy& named : kNames) {
    if (named.name == name) return named.policy;
  }
  return std::nullopt;
}

Policy stricter(Policy one, Policy other) {
  return strictness(one) < strictness(other) ? other : one;
}

Added PolicyTable::add(std::string_view rule) {
  const std::size_t equals = rule.rfind('=');
  if (equals == rule.npos) return refuse(rule, "is no rule: write PATTERN=POLICY");
  const auto policy = policy_from_name(rule.substr(equals + 1));
  if (!policy) {
    return refuse(
        rule, "names no policy: write prefer-v2, v2-only, v1-blocks-only or v1-only behind '='");
  }
  return add(rule.substr(0, equals), *policy);
}

Added PolicyTable::add(std::string_view pattern, Policy policy) {
  if (const std::size_t slash = pattern.find('/'); slash != pattern.npos) {
    return add_network(pattern, slash, policy);
  }
  if (const auto address = IpAddress::parse(without_brackets(pattern))) {
    return insert(networks_, Network{IpAddress::kBits, *address}, policy, pattern);
  }
  return add_name(pattern, policy);
}

Added PolicyTable::add_network(std::string_view pattern, std::size_t slash, Policy policy) {
  const auto address = IpAddress::parse(pattern.substr(0, slash));
  if (!address) return refuse(pattern, "has no IP address before its '/'");
  // As it is written: an IPv4 network in IPv6 notation counts 128 bits.
  const bool is_short = pattern.find(':') == pattern.npos;
  const unsigned before = is_short ? IpAddress::kIpv4PrefixBits : 0;
  const auto bits = number(pattern.substr(slash + 1));
  if (!bits || *bits > IpAddress::kBits - before) {
    return refuse(pattern, is_short ? "needs a number from 0 to 32 behind its '/'"
                                    : "needs a number from 0 to 128 behind its '/'");
  }
  const Network network{*bits + before, address->prefix(*bits + before)};
  if (network.address != *address) {
    return refuse(pattern, "has bits behind its prefix: write " + network.address.to_string() +
                               std::string(pattern.substr(slash)));
  }
  return insert(networks_, network, policy, pattern);
}

Added PolicyTable::add_name(std::string_view pattern, Policy policy) {
  const bool is_end = pattern.starts_with("*.");
  const std::string_view name = pattern.substr(is_end ? 2 : 0);
  const auto parsed = parse_endpoint(name, 0);
  if (!parsed) {
    return refuse(pattern,
                  "is no pattern: write an address, a network such as 10.0.0.0/8, a name or "
                  "the end of names such as *.onion");
  }
  if (parsed->host != name) return refuse(pattern, "names a port: policies are about hosts");
  const std::string host = canonical_host(name);
  if (!is_end) return insert(names_, host, policy, pattern);
  return insert(ends_, "." + host, policy, pattern);
}

void PolicyTable::overlay(PolicyTable over) {
  over.names_.merge(names_);
  over.ends_.merge(ends_);
  over.networks_.merge(networks_);
  over.otherwise_ = otherwise_;
  *this = std::move(over);
}

Policy PolicyTable::of(std::string_view host) const { return rule_for(host).value_or(otherwise_); }

Policy PolicyTable::of_resolved(std::string_view name, std::string_view address) const {
  if (const auto named = rule_for(name)) return *named;
  return stricter(otherwise_, of(address));
}

std::optional<Policy> PolicyTable::rule_for(std::string_view host) const {
  if (const auto address = IpAddress::parse(host)) return rule_for_address(*address);
  return rule_for_name(canonical_host(host));
}

std::optional<Policy> PolicyTable::rule_for_address(const IpAddress& address) const {
  if (networks_.empty()) return std::nullopt;
  const unsigned shortest = address.is_ipv4() ? IpAddress::kIpv4PrefixBits : 0;
  for (unsigned bits = IpAddress::kBits + 1; bits-- > shortest;) {
    const auto found = networks_.find({bits, address.prefix(bits)});
    if (found != networks_.end()) return found->second;
  }
  return std::nullopt;
}

std::optional<Policy> PolicyTable::rule_for_name(std::string_view name) const {
  if (const auto found = names_.find(name); found != names_.end()) return found->second;
  for (std::size_t dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1)) {
    const auto found = ends_.find(name.substr(dot));
    if (found != ends_.end()) return found->second;
  }
  return std::nullopt;
}

}  // namespace veilwire::proxy

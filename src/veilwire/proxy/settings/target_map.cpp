#include "veilwire/proxy/settings/target_map.h"

#include <utility>

#include "veilwire/base/endpoint.h"
#include "veilwire/base/escape.h"

namespace veilwire::proxy {

std::expected<void, std::string> TargetMap::add(std::string_view rule) {
  const std::size_t equals = rule.find('=');
  if (equals == rule.npos) {
    return std::unexpected(quote_foreign(rule) + " is not a redirection: write FROM=TO");
  }
  return add(rule.substr(0, equals), rule.substr(equals + 1));
}

std::expected<void, std::string> TargetMap::add(std::string_view from, std::string_view to) {
  const auto source = parse_endpoint(from, 0);
  if (!source) return std::unexpected(source.error());
  const auto target = parse_endpoint(to, 0);
  if (!target) return std::unexpected(target.error());
  if (rules_.emplace(canonical(*source), *target).second) return {};
  return std::unexpected(quote_foreign(from) + " is already redirected: remove one of the two");
}

void TargetMap::overlay(TargetMap over) {
  over.rules_.merge(rules_);
  rules_ = std::move(over.rules_);
}

Endpoint TargetMap::find(const Endpoint& target) const {
  const Endpoint wanted = canonical(target);
  auto found = rules_.find(wanted);
  if (found == rules_.end()) found = rules_.find({wanted.host, 0});
  if (found == rules_.end()) return target;
  const Endpoint& to = found->second;
  return {to.host, to.port == 0 ? target.port : to.port};
}

}  // namespace veilwire::proxy

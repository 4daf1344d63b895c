#include "veilwire/proxy/settings/policy.h"

#include <algorithm>

#include "veilwire/proxy/settings/choices.h"

namespace veilwire::proxy {

std::optional<Policy> policy_from_name(std::string_view name) {
  const auto* const row = std::ranges::find(kPolicies, name, &PolicyRow::name);
  if (row == kPolicies.end()) return std::nullopt;
  return row->policy;
}

std::string policy_names() { return list_of_names(kPolicies); }

}  // namespace veilwire::proxy

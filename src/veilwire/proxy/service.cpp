#include "veilwire/proxy/service.h"

#include "veilwire/base/ip_address.h"
#include "veilwire/net/runtime.h"

namespace veilwire::proxy {
namespace {

std::string key_of(const Endpoint& target) { return to_string(canonical(target)); }

}  // namespace

SpokeV2 Service::once_spoke_v2(const Endpoint& target) const {
  if (downgrades == nullptr) return SpokeV2::kNo;
  return downgrades->once_spoke_v2(net::unix_time(), key_of(target));
}

void Service::saw_v2(const Endpoint& target) const {
  if (downgrades != nullptr) downgrades->saw_v2(net::unix_time(), key_of(target));
}

}  // namespace veilwire::proxy

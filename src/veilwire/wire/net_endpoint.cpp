#include "veilwire/wire/net_endpoint.h"

#include "veilwire/base/ip_address.h"

namespace veilwire::wire {

std::optional<NetEndpoint> NetEndpoint::of_node(const Endpoint& endpoint) {
  if (endpoint.port == 0) return std::nullopt;
  const auto address = NetAddress::from_text(canonical_host(endpoint.host));
  if (!address) return std::nullopt;
  return NetEndpoint{*address, endpoint.port};
}

std::optional<NetEndpoint> NetEndpoint::of_socket(const Endpoint& endpoint) {
  const auto address = IpAddress::parse(endpoint.host);
  if (!address) return std::nullopt;
  return NetEndpoint{NetAddress::from_legacy(address->bytes()), endpoint.port};
}

}  // namespace veilwire::wire

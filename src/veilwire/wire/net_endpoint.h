// Where a node can be reached, with its port.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "veilwire/base/endpoint.h"
#include "veilwire/wire/net_address.h"

namespace veilwire::wire {

struct NetEndpoint {
  NetAddress address;
  std::uint16_t port = 0;

  // What people write of a node: an IP address (IPv6 in fc00::/8 is CJDNS), an onion or I2P
  // address. Nothing where the host is a name, has a zone, or there is no port: only addresses
  // travel in messages.
  static std::optional<NetEndpoint> of_node(const Endpoint& endpoint);
  // What a socket says of one end of its connection: IPv4 or IPv6, whatever the range; a zone is
  // left out. Nothing where the host is a name.
  static std::optional<NetEndpoint> of_socket(const Endpoint& endpoint);

  friend bool operator==(const NetEndpoint&, const NetEndpoint&) = default;
  friend auto operator<=>(const NetEndpoint&, const NetEndpoint&) = default;
};

}  // namespace veilwire::wire

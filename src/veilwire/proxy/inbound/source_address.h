// The address from which the local program sees an inbound peer come. For .cpp files: it names
// Asio.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "veilwire/base/endpoint.h"
#include "veilwire/net/tcp.h"

namespace veilwire::proxy {

enum class SourceAddress : std::uint8_t {
  // A loopback address of its own for each network group of peers, always the same: the program can
  // tell groups apart and ban one, and no more.
  kByGroup,
  // The peer's own (Linux IP_TRANSPARENT; needs CAP_NET_ADMIN, and the replies routed back to us).
  // By group where it has none that could be shown.
  kPreserve,
};

// Where in 127.0.0.0/8 the peers of `peer`'s network group come from: never 127.0.0.0, 127.0.0.1 or
// the last address. Two groups share an address with a chance of one in 16 million. Peers of local
// and unroutable addresses are one group.
Endpoint loopback_address_of(const Endpoint& peer);

// What of `how` can be done, or nothing. A peer of the other address family than the program's, or
// one on loopback (Tor in front: its port is taken, by itself), keeps no address of its own. By
// group only towards 127.0.0.0/8: ::1 has no neighbours, and a program elsewhere cannot answer a
// loopback address.
std::optional<SourceAddress> possible_source(SourceAddress how, const Endpoint& peer,
                                             const Endpoint& program);

// Asks the system whether kPreserve can be done towards `program` at all. The error is a sentence
// without its full stop that says what to do.
std::expected<void, std::string> may_preserve_source(const Endpoint& program);

// Binds an open socket that is about to connect to `program`, where possible_source() allows.
net::ErrorCode bind_source(net::Tcp::socket& socket, SourceAddress how, const Endpoint& peer,
                           const Endpoint& program);

}  // namespace veilwire::proxy

// Where a connection was going before the firewall redirected it to us (Linux, netfilter's REDIRECT
// and DNAT). For .cpp files: it names Asio.
#pragma once

#include <expected>
#include <string>

#include "veilwire/base/endpoint.h"
#include "veilwire/net/tcp.h"

namespace veilwire::proxy {

// For IPv4 and IPv6. A connection that was not redirected is refused: it was meant for us, and has
// our own address as its destination where the firewall keeps track of it. The error is a sentence
// without its full stop.
std::expected<Endpoint, std::string> original_destination(net::Tcp::socket& socket);

}  // namespace veilwire::proxy

// Two sockets joined by loopback.
#pragma once

#include <utility>

#include "veilwire/net/tcp.h"
#include "veilwire/net/testing/loop.h"

namespace veilwire::net::testing {

// The first on `strand`, the second on none.
inline std::pair<Tcp::socket, Tcp::socket> joined_sockets(Loop& loop, const Strand& strand) {
  boost::asio::io_context& context = loop.runtime().context();
  Tcp::acceptor acceptor(context, Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  Tcp::socket ours(strand);
  Tcp::socket theirs(context);
  theirs.connect(acceptor.local_endpoint());
  acceptor.accept(ours);
  return {std::move(ours), std::move(theirs)};
}

}  // namespace veilwire::net::testing

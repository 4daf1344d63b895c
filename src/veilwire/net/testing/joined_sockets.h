// Two sockets joined by loopback.
#pragma once

#include "veilwire/net/tcp.h"

namespace veilwire::net::testing {

struct JoinedSockets {
  Tcp::socket first;
  Tcp::socket second;
};

inline JoinedSockets joined_sockets(const Strand& first, const Strand& second) {
  Tcp::acceptor acceptor(first, Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  JoinedSockets joined{Tcp::socket(first), Tcp::socket(second)};
  joined.second.connect(acceptor.local_endpoint());
  acceptor.accept(joined.first);
  return joined;
}

}  // namespace veilwire::net::testing

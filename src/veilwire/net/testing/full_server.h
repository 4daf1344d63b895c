// Listens and accepts nobody: connecting takes for ever.
#pragma once

#include <deque>

#include "veilwire/net/tcp.h"
#include "veilwire/net/testing/loop.h"

namespace veilwire::net::testing {

class FullServer {
 public:
  explicit FullServer(Loop& loop) : acceptor_(loop.runtime().context()) {
    const Tcp::endpoint any(boost::asio::ip::address_v4::loopback(), 0);
    acceptor_.open(any.protocol());
    acceptor_.bind(any);
    acceptor_.listen(0);
    for (int i = 0; i < 4; ++i) {
      fillers_.emplace_back(loop.runtime().context());
      fillers_.back().async_connect(acceptor_.local_endpoint(), [](const ErrorCode&) {});
    }
  }
  Endpoint address() const { return to_endpoint(acceptor_.local_endpoint()); }

 private:
  Tcp::acceptor acceptor_;
  std::deque<Tcp::socket> fillers_;
};

}  // namespace veilwire::net::testing

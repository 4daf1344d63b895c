// The program's side of the proxy until the program is told that it is connected: SOCKS5 over its
// socket.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "veilwire/base/time.h"
#include "veilwire/net/socks5_server.h"
#include "veilwire/net/tcp.h"

namespace veilwire::proxy {

// For the greeting, the login and the request: they are a program's on this machine, sent at once.
// Bounds what a connection that says nothing occupies.
inline constexpr Duration kSocksTimeout = std::chrono::seconds(30);

class SocksFront : public std::enable_shared_from_this<SocksFront> {
 public:
  // What came instead of a request: the rule that the program broke, or nothing where it went away
  // or kept silent.
  using NoRequest = std::optional<net::Socks5Fault>;
  using Asked = std::function<void(std::expected<net::Socks5Request, NoRequest>)>;

  explicit SocksFront(net::Tcp::socket socket);

  // `asked` is called once, on the socket's strand, never from within.
  void start(Asked asked);

  // Says how the dial went, once. What the socket does not take at once is lost; it is 22 bytes.
  void reply(net::Socks5Reply reply, const Endpoint& bound = {});

  net::Tcp::socket& socket() { return socket_; }
  // What the program sent after its request.
  const Bytes& first_bytes() const { return first_bytes_; }
  // What it asked for where that is Socks5Fault::kBadName.
  const std::optional<Endpoint>& bad_target() const { return server_.bad_target(); }
  void close();

 private:
  void wait();
  void hear();
  void take(ByteView bytes);
  void send();
  void finish(std::expected<net::Socks5Request, NoRequest> result);

  net::Tcp::socket socket_;
  boost::asio::steady_timer timer_;
  net::Socks5Server server_;
  Asked asked_;
  Bytes first_bytes_;
};

}  // namespace veilwire::proxy

// A TCP connection to a target with nothing said on it yet, made directly or by a SOCKS5 proxy. For
// .cpp files: it names Asio.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "veilwire/net/dial.h"
#include "veilwire/net/tcp.h"

namespace veilwire::net {

struct StreamConfig {
  std::optional<Socks5Proxy> proxy{};
  Duration connect_timeout = kConnectTimeout;
  Duration proxy_timeout = kProxyTimeout;
  // Called with the open socket before it connects: to bind it, to set options. An error ends the
  // dial as the system's refusal.
  std::function<ErrorCode(Tcp::socket&)> prepare{};
  std::function<void(const Endpoint& from, const Endpoint& to)> begun{};  // as DialConfig's
};

struct StreamFailure {
  DialPhase phase = DialPhase::kConnect;  // never kHandshake
  DialError error = DialError::kSystem;
  std::string detail;  // what the system or the proxy adds; may be empty
};

struct Stream {
  Tcp::socket socket;
  Bytes first;  // bytes of the peer's that came together with the proxy's reply
};

// Dials `target`, which is numeric unless there is a proxy. `done` is called once, on `strand`,
// never from within.
std::shared_ptr<Dial> dial_stream(Strand strand, const Endpoint& target, StreamConfig config,
                                  std::function<void(std::expected<Stream, StreamFailure>)> done);

// A connection over a socket that is connected and on a strand of its own, or on one with other
// sockets whose users belong together. `first`: bytes of the peer's that were read already.
std::shared_ptr<Connection> make_connection(Tcp::socket socket,
                                            std::unique_ptr<transport::Transport> transport,
                                            ByteView first = {});

// The strand of a connection, for another socket that belongs to it.
Strand strand_of(Connection& connection);

// dial() on `strand`.
std::shared_ptr<Dial> dial_on(Strand strand, const Endpoint& target, DialConfig config,
                              transport::KeySource& keys, Entropy& entropy,
                              std::function<void(std::expected<Dialled, DialFailure>)> done);

// The same, whose first attempt takes `first`, a stream to `target`, instead of making
// one; a second makes its own.
std::shared_ptr<Dial> dial_over(Strand strand, Stream first, const Endpoint& target,
                                DialConfig config, transport::KeySource& keys, Entropy& entropy,
                                std::function<void(std::expected<Dialled, DialFailure>)> done);

}  // namespace veilwire::net

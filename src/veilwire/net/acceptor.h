// A listening TCP socket and its accept loop. For .cpp files: it names Asio.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "veilwire/base/endpoint.h"
#include "veilwire/net/runtime.h"
#include "veilwire/net/tcp.h"

namespace veilwire::net {

class Acceptor {
 public:
  using Accepted = std::function<void(Tcp::socket)>;

  // Binds and listens; port 0 takes a free one. The error is a sentence without its full stop.
  // `accepted` is called from the loop, once at a time, with a socket on a strand of its own.
  static std::expected<std::unique_ptr<Acceptor>, std::string> open(Runtime& runtime,
                                                                    const Endpoint& address,
                                                                    Accepted accepted);
  // The same over a socket that listens already: one that the service manager has made. Takes the
  // descriptor over, on failure too.
  static std::expected<std::unique_ptr<Acceptor>, std::string> adopt(Runtime& runtime,
                                                                     int descriptor,
                                                                     Accepted accepted);
  // Stops listening; what was accepted lives on.
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  // Where it listens, the port filled in.
  const Endpoint& address() const;

 private:
  struct State;
  explicit Acceptor(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace veilwire::net

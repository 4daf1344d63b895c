// A small HTTP/1.1 server, for pages and calls that an operator's own tools use.
//
// It reads bodies within a limit, keeps connections open where it is told to, answers late, and
// turns requests into WebSockets. Requests that a client sends before it has its answer are taken
// one after another. It asks nobody for a password: a handler may (Request::header()); else listen
// on loopback.
//
// What it refuses by itself: 400 for what is no HTTP/1 request or has no Host, 403 for a WebSocket
// that a page of another origin asks for, 404, 405 and 426 as Routes says, 413 for a body over the
// limit, 421 for another Host than an address or localhost where it listens on loopback, 431 for
// headers that are too long. A client that is too slow is closed without an answer.
//
// The 421 keeps out web pages: one whose name its owner lets resolve to 127.0.0.1 could read what
// is served here in the browser of whoever visits it (DNS rebinding).
//
// One thread: the runtime is run by one thread, which also opens and destroys the server, on which
// handlers are called and which answers. No handler destroys the server.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "veilwire/base/endpoint.h"
#include "veilwire/http/message.h"
#include "veilwire/http/routes.h"
#include "veilwire/http/server_config.h"
#include "veilwire/net/runtime.h"

namespace veilwire::http {

class Server {
 public:
  // Binds and listens; port 0 takes a free one. The error is a sentence without its full stop.
  static std::expected<std::unique_ptr<Server>, std::string> open(net::Runtime& runtime,
                                                                  const Endpoint& address,
                                                                  Routes routes,
                                                                  const ServerConfig& config = {});
  // Stops listening and closes its connections. No handler is called any more.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Stops listening. What is asked already gets its answer, WebSockets are told goodbye, and all
  // others are closed; `stopped` is called when none is left, perhaps at once. Call it once.
  void stop(std::function<void()> stopped);

  // Where it listens, the port filled in.
  const Endpoint& address() const;
  std::size_t connection_count() const;

 private:
  struct State;
  explicit Server(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace veilwire::http

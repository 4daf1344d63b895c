// The server's connections: one that asks and is answered, and what it may turn into. For .cpp
// files: it names Asio. Beast is named by the .cpp files that implement it only.
#pragma once

#include <cstdint>
#include <memory>

#include "veilwire/http/routes.h"
#include "veilwire/http/server_config.h"
#include "veilwire/http/web_socket.h"
#include "veilwire/net/tcp.h"

namespace veilwire::http {

// What is read and thrown away after the last answer, at most.
inline constexpr std::size_t kMaxLingerBytes = 256 * 1024;

class Exchange {
 public:
  virtual ~Exchange() = default;
  // Ends when nothing is under way any more: its owner hears of it, perhaps within this call.
  virtual void stop() = 0;
  // At once. Its owner hears nothing any more.
  virtual void abort() = 0;
};

// Who keeps the connections alive and hears of their ends.
class ExchangeOwner {
 public:
  virtual void ended(const Exchange& exchange) = 0;
  virtual void replaced(const Exchange& exchange, std::shared_ptr<Exchange> by) = 0;

 protected:
  ~ExchangeOwner() = default;
};

// Which Host a request may name.
enum class Hosts : std::uint8_t {
  kAny,
  kNotByName,  // an address or localhost, with any port
};

// All references are used until the exchange has ended or abort() was called. Reads the first
// request from within.
std::shared_ptr<Exchange> begin_exchange(net::Tcp::socket socket, Hosts hosts, const Routes& routes,
                                         const ServerConfig& config, ExchangeOwner& owner);

// A WebSocket that is still to be made.
class WebSocketSession : public Exchange, public WebSocket {
 public:
  // Answers `request` on `socket` and goes on from there.
  virtual void begin(net::Tcp::socket socket, const Request& request, WebSocketEvents events) = 0;
};
std::shared_ptr<WebSocketSession> make_web_socket(const ServerConfig& config, ExchangeOwner& owner);

}  // namespace veilwire::http

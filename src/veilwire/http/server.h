// A small HTTP/1.1 server, for pages that an operator's own tools read.
//
// It knows GET and HEAD, reads no bodies, and closes each connection after one answer: what it
// serves is asked for every few seconds, and a connection that is not kept open needs no rules.
// Whoever reaches it may read: it asks nobody for a password, so listen on loopback.
//
// What it refuses by itself: 400 for what is no HTTP/1 request or has no Host, 405 for other
// methods, 413 for a request with a body, 421 for another Host than an address or localhost where
// it listens on loopback, 431 for headers that are too long. A client that is too slow is closed
// without an answer.
//
// The 421 keeps out web pages: one whose name its owner lets resolve to 127.0.0.1 could read what
// is served here in the browser of whoever visits it (DNS rebinding).
//
// One thread: the context is run by one thread, which also opens and destroys the server and on
// which the handler is called.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "veilwire/base/endpoint.h"
#include "veilwire/base/time.h"

namespace boost::asio {
class io_context;
}

namespace veilwire::http {

enum class Method : std::uint8_t { kGet, kHead };

// Foreign text, at most ServerConfig::max_header_bytes of it.
struct Request {
  Method method = Method::kGet;
  std::string path{};   // as it was sent, nothing decoded: "/metrics"
  std::string query{};  // behind the '?', or empty
};

struct Response {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  // Of a HEAD request only its length is sent.
  std::string body{};
};

// "404 Not Found" as a page.
Response not_found();

using Handler = std::function<Response(const Request&)>;

struct ServerConfig {
  // At once; others wait in the system's queue. A scraper needs one.
  std::size_t max_connections = 32;
  // The request line and all header fields.
  std::uint32_t max_header_bytes = 8 * 1024;
  // Until the first byte. Bounds how long those who connect and say nothing keep others waiting.
  Duration silence = std::chrono::seconds(2);
  // From then on for the whole request, and again for the whole answer. Bounds how long a client
  // that sends a byte now and then keeps one of the connections.
  Duration timeout = std::chrono::seconds(10);
  // How long a client may take to close after its answer. Closing at once would destroy an answer
  // that it has not read yet, where more of its bytes are on their way.
  Duration linger = std::chrono::seconds(1);
};

class Server {
 public:
  // Binds and listens; port 0 takes a free one. The error is a sentence without its full stop.
  static std::expected<std::unique_ptr<Server>, std::string> open(boost::asio::io_context& context,
                                                                  const Endpoint& address,
                                                                  Handler handler,
                                                                  const ServerConfig& config = {});
  // Stops listening and closes its connections. The handler is not called any more.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Where it listens, the port filled in.
  const Endpoint& address() const;
  std::size_t connection_count() const;

 private:
  struct State;
  explicit Server(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace veilwire::http

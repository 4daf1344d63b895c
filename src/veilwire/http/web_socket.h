// Messages of text in both directions, over a connection that began as a request (RFC 6455).
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "veilwire/http/message.h"

namespace veilwire::http {

// One client. All calls on the server's loop; after the end they do nothing.
class WebSocket {
 public:
  virtual ~WebSocket() = default;

  // Queues one message of UTF-8 text. A client for whom more than ServerConfig::max_queued_bytes
  // wait does not read: it is cut off.
  virtual void send(std::string text) = 0;
  // Says goodbye after what is queued.
  virtual void close() = 0;
};

// What comes from a client. Neither is called from within send() or close(), but by the loop.
struct WebSocketEvents {
  // At most ServerConfig::max_message_bytes.
  std::function<void(std::string_view text)> message;
  // Once, whoever ended it; not where the server is destroyed.
  std::function<void()> closed{};
};

// Takes a client, or refuses it with an answer such as 401. What is sent at once is queued. Must
// not throw.
using WebSocketHandler = std::function<std::expected<WebSocketEvents, Response>(
    const Request&, const std::shared_ptr<WebSocket>&)>;

}  // namespace veilwire::http

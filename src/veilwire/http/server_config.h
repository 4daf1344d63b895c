// What a client of the HTTP server may take: bytes, connections and time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "veilwire/base/time.h"

namespace veilwire::http {

struct ServerConfig {
  // At once, WebSockets with them; others wait in the system's queue. A scraper needs one.
  std::size_t max_connections = 32;
  // The request line and all header fields.
  std::uint32_t max_header_bytes = 8 * 1024;
  // Of a request's body. With zero a request with a body is refused. A client that announces so
  // much gets the memory for it before it has sent it: bounds that at max_connections times this.
  std::size_t max_body_bytes = 0;

  // Until the first byte. Bounds how long those who connect and say nothing keep others waiting.
  Duration silence = std::chrono::seconds(2);
  // From then on for the whole request, and again for the whole answer, which may be thought about
  // for as long as its handler likes. Bounds how long a client that sends a byte now and then
  // keeps one of the connections.
  Duration timeout = std::chrono::seconds(10);
  // From an answer until the first byte of the next request. With zero every connection is closed
  // after one answer, which the answer says.
  Duration idle = Duration::zero();
  // How long a client may take to close after its answer. Closing at once would destroy an answer
  // that it has not read yet, where more of its bytes are on their way.
  Duration linger = std::chrono::seconds(1);

  // Of a WebSocket: one message of the client's, and what waits for a client that does not read.
  std::size_t max_message_bytes = 64 * 1024;
  std::size_t max_queued_bytes = 1024 * 1024;
  // Without a sign of life from its client; half of that after the last one it is sent a ping.
  Duration web_socket_idle = std::chrono::seconds(60);
};

}  // namespace veilwire::http

// Plain TCP sockets on loopback, with the few settings that the load needs. What the system refuses
// ends the run: it throws std::system_error.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "veilwire/base/bytes.h"

namespace veilwire::bench {

// An IPv4 address of this machine, 127.0.0.0 + `host`, and a port.
struct Place {
  std::uint32_t host = 1;
  std::uint16_t port = 0;
};
std::string text_of(const Place& place);

// Owns a descriptor.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket();
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

Socket listen_at(const Place& place);
Place place_of(const Socket& listener);
// A port on which nobody listens now.
std::uint16_t free_port();

// Waits until it is connected; still blocking then.
Socket connect_to(const Place& to);
// From `from`, whose port is any; not blocking, and perhaps not connected yet.
Socket begin_connect(const Place& from, const Place& to);
// Nothing waits: a socket that holds -1. The new one does not block.
Socket accept_from(const Socket& listener);
void stop_blocking(const Socket& socket);

// On a blocking socket.
void write_all(const Socket& socket, ByteView bytes);
void read_all(const Socket& socket, ByteSpan bytes);

// Asks the SOCKS5 server at the other end for `target`.
void ask_socks5(const Socket& socket, const Place& target);

// Raises the soft limit on descriptors to the hard one, and returns it.
std::uint64_t allow_many_descriptors();

}  // namespace veilwire::bench

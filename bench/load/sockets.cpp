#include "sockets.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace veilwire::bench {
namespace {

constexpr std::uint32_t kLoopback = 0x7f000000;

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

sockaddr_in address_of(const Place& place) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(place.port);
  address.sin_addr.s_addr = htonl(kLoopback + place.host);
  return address;
}

Socket new_socket(int flags) {
  return Socket(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0), "socket"));
}

void set_option(const Socket& socket, int level, int option) {
  const int on = 1;
  checked(::setsockopt(socket.fd(), level, option, &on, sizeof on), "setsockopt");
}

void bind_to(const Socket& socket, const Place& place) {
  const sockaddr_in address = address_of(place);
  checked(::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
}

int connect_at_once(const Socket& socket, const Place& to) {
  const sockaddr_in address = address_of(to);
  return ::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

}  // namespace

std::string text_of(const Place& place) {
  return "127." + std::to_string(place.host >> 16 & 0xff) + "." +
         std::to_string(place.host >> 8 & 0xff) + "." + std::to_string(place.host & 0xff) + ":" +
         std::to_string(place.port);
}

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

Socket listen_at(const Place& place) {
  Socket socket = new_socket(SOCK_NONBLOCK);
  set_option(socket, SOL_SOCKET, SO_REUSEADDR);
  bind_to(socket, place);
  checked(::listen(socket.fd(), SOMAXCONN), "listen");
  return socket;
}

Place place_of(const Socket& listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  checked(::getsockname(listener.fd(), reinterpret_cast<sockaddr*>(&address), &size),
          "getsockname");
  return {ntohl(address.sin_addr.s_addr) - kLoopback, ntohs(address.sin_port)};
}

std::uint16_t free_port() { return place_of(listen_at({})).port; }

Socket connect_to(const Place& to) {
  Socket socket = new_socket(0);
  checked(connect_at_once(socket, to), "connect");
  set_option(socket, IPPROTO_TCP, TCP_NODELAY);
  return socket;
}

Socket begin_connect(const Place& from, const Place& to) {
  Socket socket = new_socket(SOCK_NONBLOCK);
  bind_to(socket, from);
  if (connect_at_once(socket, to) < 0 && errno != EINPROGRESS) checked(-1, "connect");
  set_option(socket, IPPROTO_TCP, TCP_NODELAY);
  return socket;
}

Socket accept_from(const Socket& listener) {
  const int fd = ::accept4(listener.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0 && (errno == EAGAIN || errno == ECONNABORTED)) return Socket();
  Socket socket(checked(fd, "accept"));
  set_option(socket, IPPROTO_TCP, TCP_NODELAY);
  return socket;
}

void stop_blocking(const Socket& socket) {
  const int flags = checked(::fcntl(socket.fd(), F_GETFL), "fcntl");
  checked(::fcntl(socket.fd(), F_SETFL, flags | O_NONBLOCK), "fcntl");
}

void write_all(const Socket& socket, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) checked(-1, "send");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void read_all(const Socket& socket, ByteSpan bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::recv(socket.fd(), bytes.data(), bytes.size(), 0);
    if (count < 0) checked(-1, "recv");
    if (count == 0) throw std::runtime_error("the other end closed the connection early");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

// RFC 1928: no login; CONNECT to an IPv4 address.
void ask_socks5(const Socket& socket, const Place& target) {
  constexpr std::array<std::uint8_t, 3> kGreeting{5, 1, 0};
  const sockaddr_in address = address_of(target);
  std::array<std::uint8_t, 10> request{5, 1, 0, 1};
  std::memcpy(request.data() + 4, &address.sin_addr.s_addr, 4);
  std::memcpy(request.data() + 8, &address.sin_port, 2);
  std::array<std::uint8_t, 2> chosen{};
  std::array<std::uint8_t, 10> reply{};

  write_all(socket, kGreeting);
  read_all(socket, chosen);
  write_all(socket, request);
  read_all(socket, reply);
  if (reply[1] != 0) {
    throw std::runtime_error("the proxy refused the target with SOCKS reply " +
                             std::to_string(reply[1]));
  }
}

std::uint64_t allow_many_descriptors() {
  rlimit limit{};
  checked(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  checked(::setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
  return limit.rlim_cur;
}

}  // namespace veilwire::bench

#include "veilwire/probe/conformance/blocking_socket.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace veilwire::probe::conformance {
namespace {

// What is taken at once, and what may wait in the inbox: a peer that never stops is read no faster
// than the suite looks at it.
constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::size_t kMaxInboxBytes = 16 * 1024 * 1024;

int milliseconds_until(Deadline deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

// What poll() reports for one descriptor, 0 at the deadline.
short wait_for(int fd, short events, Deadline deadline) {
  for (;;) {
    pollfd entry{fd, events, 0};
    const int count = poll(&entry, 1, milliseconds_until(deadline));
    if (count > 0) return entry.revents;
    if (count == 0 && Clock::now() >= deadline) return 0;
    if (count < 0 && errno != EINTR) return POLLERR;
  }
}

std::string connect_error(int error) {
  if (error == ECONNREFUSED) return "the target refused it";
  if (error == ETIMEDOUT) return "the target did not take it in time";
  return std::strerror(error);
}

bool connected(int fd, const Address& address, Deadline deadline) {
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0) {
    return true;
  }
  if (errno != EINPROGRESS) return false;
  if (wait_for(fd, POLLOUT, deadline) == 0) {
    errno = ETIMEDOUT;
    return false;
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  errno = error;
  return error == 0;
}

}  // namespace

bool Address::is_loopback() const {
  if (storage.ss_family == AF_INET) {
    sockaddr_in address;
    std::memcpy(&address, &storage, sizeof address);
    return ntohl(address.sin_addr.s_addr) >> 24 == 127;
  }
  sockaddr_in6 address;
  std::memcpy(&address, &storage, sizeof address);
  return storage.ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&address.sin6_addr);
}

std::expected<std::vector<Address>, std::string> resolve(const Endpoint& target) {
  if (is_hidden_service(target.host)) {
    return std::unexpected("the conformance suite does not go through a proxy");
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int error =
      getaddrinfo(target.host.c_str(), std::to_string(target.port).c_str(), &hints, &list);
  if (error != 0) {
    return std::unexpected("'" + target.host + "' has no address: " + gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, &freeaddrinfo);
  std::vector<Address> addresses;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    Address address{{}, one->ai_addrlen};
    std::memcpy(&address.storage, one->ai_addr, one->ai_addrlen);
    addresses.push_back(address);
  }
  return addresses;
}

std::expected<BlockingSocket, std::string> BlockingSocket::connect(const Address& address,
                                                                   Deadline deadline) {
  const int fd = socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::unexpected(connect_error(errno));
  BlockingSocket made(fd);
  // Every byte that a rule sends alone travels alone.
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (!connected(fd, address, deadline)) return std::unexpected(connect_error(errno));
  return made;
}

BlockingSocket::~BlockingSocket() { close(); }

BlockingSocket::BlockingSocket(BlockingSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      end_(other.end_),
      inbox_(std::move(other.inbox_)),
      received_bytes_(other.received_bytes_) {}

BlockingSocket& BlockingSocket::operator=(BlockingSocket&& other) noexcept {
  if (this == &other) return *this;
  close();
  fd_ = std::exchange(other.fd_, -1);
  end_ = other.end_;
  inbox_ = std::move(other.inbox_);
  received_bytes_ = other.received_bytes_;
  return *this;
}

void BlockingSocket::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void BlockingSocket::half_close() { ::shutdown(fd_, SHUT_WR); }

void BlockingSocket::reset() {
  const linger now{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
  end_ = SocketEnd::kReset;
}

void BlockingSocket::read_some() {
  const std::size_t before = inbox_.size();
  inbox_.resize(before + kReadBytes);
  const ssize_t count = recv(fd_, inbox_.data() + before, kReadBytes, 0);
  inbox_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count > 0) received_bytes_ += static_cast<std::uint64_t>(count);
  if (count == 0) end_ = SocketEnd::kFinished;
  if (count < 0 && errno != EAGAIN && errno != EINTR) end_ = SocketEnd::kReset;
}

void BlockingSocket::write_some(ByteView& rest) {
  const ssize_t count = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
  if (count >= 0) rest = rest.subspan(static_cast<std::size_t>(count));
  if (count < 0 && errno != EAGAIN && errno != EINTR) {
    // What the peer said before it closed may still be there to read.
    while (!ended() && inbox_.size() < kMaxInboxBytes) read_some();
    if (end_ == SocketEnd::kOpen) end_ = SocketEnd::kReset;
  }
}

bool BlockingSocket::send(ByteView bytes, Deadline deadline) {
  ByteView rest = bytes;
  while (!rest.empty() && !ended()) {
    const auto wanted =
        static_cast<short>(inbox_.size() < kMaxInboxBytes ? POLLOUT | POLLIN : POLLOUT);
    const short ready = wait_for(fd_, wanted, deadline);
    if (ready == 0) return false;
    if ((ready & POLLOUT) != 0) write_some(rest);
    if (!ended() && (ready & ~POLLOUT) != 0) read_some();
  }
  return rest.empty() && !ended();
}

bool BlockingSocket::receive(Deadline deadline) {
  if (ended()) return true;
  if (inbox_.size() >= kMaxInboxBytes) return true;
  const std::size_t before = inbox_.size();
  while (!ended() && inbox_.size() == before) {
    if (wait_for(fd_, POLLIN, deadline) == 0) return false;
    read_some();
  }
  return true;
}

Bytes BlockingSocket::take() { return std::exchange(inbox_, {}); }

}  // namespace veilwire::probe::conformance

// A listening socket on the loopback interface and a thread for each connection, for the responders
// of the tests.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "veilwire/base/endpoint.h"

namespace veilwire::probe::conformance::testing {

class LoopbackServer {
 public:
  // `serve` is called in a thread of its own for each connection, numbered from 1; the socket is
  // closed when it returns, which it must soon after `stopping` is set.
  LoopbackServer(std::function<void(int fd, int number)> serve, std::atomic<bool>& stopping)
      : serve_(std::move(serve)), stopping_(stopping) {
    listen();
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~LoopbackServer() {
    stopping_ = true;
    acceptor_.join();
    for (std::thread& thread : threads_) thread.join();
    ::close(fd_);
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  Endpoint endpoint() const { return {"127.0.0.1", port_}; }
  // Connections that are over.
  int over() const { return over_; }

 private:
  void listen() {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::listen(fd_, SOMAXCONN) != 0 ||
        getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      std::abort();  // no loopback: nothing can be tested
    }
    port_ = ntohs(address.sin_port);
  }

  void accept_all() {
    for (int number = 1; !stopping_;) {
      pollfd entry{fd_, POLLIN, 0};
      if (poll(&entry, 1, 5) <= 0) continue;
      const int fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      threads_.emplace_back([this, fd, number] {
        serve_(fd, number);
        ::close(fd);
        ++over_;
      });
      ++number;
    }
  }

  std::function<void(int, int)> serve_;
  std::atomic<bool>& stopping_;
  std::atomic<int> over_ = 0;
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::thread acceptor_;
  std::vector<std::thread> threads_;
};

}  // namespace veilwire::probe::conformance::testing

// A TCP server that follows a script: it stands for whatever is at the other end of a dial.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <exception>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/net/tcp.h"
#include "veilwire/net/testing/loop.h"

namespace veilwire::net::testing {

template <typename T>
using Task = boost::asio::awaitable<T>;

// What it does with one connection; the socket closes when it returns. An error of the socket ends
// it.
using Script = std::function<Task<void>(Tcp::socket&)>;

inline Task<Bytes> read_bytes(Tcp::socket& socket, std::size_t count) {
  Bytes bytes(count);
  co_await boost::asio::async_read(socket, boost::asio::buffer(bytes), boost::asio::use_awaitable);
  co_return bytes;
}

inline Task<void> write_bytes(Tcp::socket& socket, ByteView bytes) {
  co_await boost::asio::async_write(socket, boost::asio::buffer(bytes.data(), bytes.size()),
                                    boost::asio::use_awaitable);
}

inline Bytes bytes_of(std::string_view text) { return Bytes(text.begin(), text.end()); }

inline Task<void> write_text(Tcp::socket& socket, std::string_view text) {
  const Bytes bytes = bytes_of(text);
  co_await write_bytes(socket, bytes);
}

// Reads and drops until the other end closes.
inline Task<void> wait_for_end(Tcp::socket& socket) {
  Bytes bytes(4096);
  for (;;) {
    co_await socket.async_read_some(boost::asio::buffer(bytes), boost::asio::use_awaitable);
  }
}

// An error of the socket where it was closed meanwhile.
inline Task<void> pause(Tcp::socket& socket, Duration duration) {
  boost::asio::steady_timer timer(socket.get_executor(), duration);
  co_await timer.async_wait(boost::asio::use_awaitable);
  if (!socket.is_open()) {
    throw boost::system::system_error(boost::asio::error::operation_aborted);
  }
}

// Closes with a reset.
inline void reset(Tcp::socket& socket) {
  socket.set_option(boost::asio::socket_base::linger(true, 0));
  socket.close();
}

class RawServer {
 public:
  // The first connection gets the first script, and so on; after the last it listens no more.
  RawServer(Loop& loop, std::vector<Script> scripts)
      : loop_(loop),
        scripts_(std::move(scripts)),
        acceptor_(loop.runtime().context(),
                  Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)),
        address_(to_endpoint(acceptor_.local_endpoint())) {
    start(serve());
  }
  // Ends its connections, and turns the loop until no script runs any more: they use what the test
  // has beside it.
  ~RawServer() {
    acceptor_.close();
    for (Tcp::socket& socket : sockets_) socket.close();
    EXPECT_TRUE(loop_.run_until([this] { return running_ == 0; })) << "a script goes on for ever";
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  const Endpoint& address() const { return address_; }
  std::size_t accepted() const { return sockets_.size(); }

 private:
  void start(Task<void> task) {
    ++running_;
    boost::asio::co_spawn(acceptor_.get_executor(), std::move(task),
                          [this](const std::exception_ptr&) { --running_; });
  }

  Task<void> serve() {
    while (accepted() < scripts_.size()) {
      auto socket = co_await acceptor_.async_accept(boost::asio::use_awaitable);
      if (!acceptor_.is_open()) co_return;
      sockets_.push_back(std::move(socket));
      start(follow(scripts_[accepted() - 1], sockets_.back()));
    }
    acceptor_.close();
  }

  static Task<void> follow(const Script& script, Tcp::socket& socket) {
    try {
      co_await script(socket);
    } catch (const boost::system::system_error&) {
      // The other end went: so does this one.
    }
    socket.close();
  }

  Loop& loop_;
  const std::vector<Script> scripts_;
  std::deque<Tcp::socket> sockets_;
  std::size_t running_ = 0;
  Tcp::acceptor acceptor_;
  Endpoint address_;
};

}  // namespace veilwire::net::testing

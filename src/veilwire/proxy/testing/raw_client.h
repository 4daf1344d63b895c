// A socket that a test uses as if it blocked, the loop turning meanwhile.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/strand.hpp>
#include <string>
#include <utility>

#include "veilwire/net/tcp.h"
#include "veilwire/net/testing/loop.h"

namespace veilwire::proxy::testing {

class RawClient {
 public:
  RawClient(net::testing::Loop& loop, const Endpoint& to)
      : loop_(loop), socket_(boost::asio::make_strand(loop.runtime().context())) {
    net::ErrorCode error;
    socket_.connect(*net::to_tcp(to), error);
    EXPECT_FALSE(error) << error.message();
    socket_.non_blocking(true, error);
  }
  // Over a connection that was accepted.
  RawClient(net::testing::Loop& loop, net::Tcp::socket socket)
      : loop_(loop), socket_(std::move(socket)) {
    net::ErrorCode error;
    socket_.non_blocking(true, error);
  }

  void write(ByteView bytes) {
    const bool done = loop_.run_until([&] {
      bytes = bytes.subspan(write_some(bytes));
      return bytes.empty();
    });
    EXPECT_TRUE(done) << "not written";
  }
  // As much as the other end takes without reading on.
  std::size_t write_some(ByteView bytes) {
    if (bytes.empty()) return 0;
    net::ErrorCode error;
    const std::size_t count =
        socket_.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error);
    return error ? 0 : count;
  }
  // So many bytes, or fewer where the connection ends before.
  Bytes read(std::size_t count) {
    loop_.run_until([&] { return !take_some() || in_.size() >= count; });
    const auto end = in_.begin() + static_cast<std::ptrdiff_t>(std::min(count, in_.size()));
    Bytes out(in_.begin(), end);
    in_.erase(in_.begin(), end);
    return out;
  }
  // What is there now.
  Bytes take() {
    take_some();
    return std::exchange(in_, {});
  }
  Bytes read_to_end() {
    EXPECT_TRUE(loop_.run_until([&] { return !take_some(); })) << "no end";
    return std::exchange(in_, {});
  }
  bool has_ended() {
    take_some();
    return end_ != net::ErrorCode{};
  }
  bool ends_in_order() {
    loop_.run_until([&] { return !take_some(); });
    return end_ == boost::asio::error::eof;
  }

  void shut_down_sending() { socket_.shutdown(net::Tcp::socket::shutdown_send); }
  void close() { socket_.close(); }
  void reset() {
    socket_.set_option(boost::asio::socket_base::linger(true, 0));
    socket_.close();
  }
  net::Tcp::socket release() { return std::move(socket_); }
  Endpoint local() const { return net::local_of(socket_); }
  Endpoint remote() const { return net::remote_of(socket_); }
  net::Tcp::socket& socket() { return socket_; }

 private:
  // False once the other end has ended it.
  bool take_some() {
    std::array<std::uint8_t, 16384> buffer;
    while (!end_) {
      net::ErrorCode error;
      const std::size_t count = socket_.read_some(boost::asio::buffer(buffer), error);
      in_.insert(in_.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
      if (error == boost::asio::error::would_block) return true;
      end_ = error;
    }
    return false;
  }

  net::testing::Loop& loop_;
  net::Tcp::socket socket_;
  Bytes in_;
  net::ErrorCode end_;
};

}  // namespace veilwire::proxy::testing

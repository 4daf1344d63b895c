// A server, the loop that both ends run on, and clients that say what a test tells them to.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "veilwire/http/server.h"
#include "veilwire/net/tcp.h"
#include "veilwire/net/testing/loop.h"

namespace veilwire::http::testing {

// Sends what it is told and keeps what comes.
class Client {
 public:
  Client(net::Runtime& runtime, const Endpoint& server) : socket_(runtime.context()) {
    socket_.connect(net::to_tcp(server).value());
    read();
  }

  // Errors are the server's right: it may have closed already.
  void send(std::string text) {
    const std::string& kept = sent_.emplace_back(std::move(text));
    boost::asio::async_write(socket_, boost::asio::buffer(kept),
                             [](const net::ErrorCode&, std::size_t) {});
  }
  void send_byte_by_byte(std::string_view text) {
    for (const char byte : text) send(std::string(1, byte));
  }
  void close() { socket_.close(); }

  const std::string& received() const { return received_; }
  bool ended() const { return end_.failed(); }
  bool ended_cleanly() const { return end_ == boost::asio::error::eof; }

 private:
  void read() {
    socket_.async_read_some(boost::asio::buffer(buffer_),
                            [this](const net::ErrorCode& error, std::size_t count) {
                              received_.append(buffer_.data(), count);
                              if (!error) return read();
                              end_ = error;
                            });
  }

  net::Tcp::socket socket_;
  std::array<char, 4096> buffer_;
  std::deque<std::string> sent_;
  std::string received_;
  net::ErrorCode end_;
};

inline std::string get(const std::string& target, const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
}

inline std::string post(const std::string& target, const std::string& body,
                        const std::string& fields = "") {
  return "POST " + target +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         fields + "\r\n" + body;
}

inline std::string status_line(const std::string& answer) {
  return answer.substr(0, answer.find('\r'));
}

inline std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "no end of the header" : answer.substr(end + 4);
}

inline std::ptrdiff_t answer_count(const std::string& answers) {
  std::ptrdiff_t count = 0;
  for (auto at = answers.find("HTTP/1.1 "); at != answers.npos;
       at = answers.find("HTTP/1.1 ", at + 1))
    ++count;
  return count;
}

class ServerFixture : public ::testing::Test {
 protected:
  ~ServerFixture() override {
    server_.reset();
    loop_.run_for(std::chrono::milliseconds(1));
  }

  void serve(Routes routes, const ServerConfig& config = {}) {
    auto opened = Server::open(loop_.runtime(), {"127.0.0.1", 0}, std::move(routes), config);
    ASSERT_TRUE(opened) << opened.error();
    server_ = std::move(*opened);
  }

  Client& connect() { return clients_.emplace_back(loop_.runtime(), server_->address()); }

  // What the server sends until it closes.
  std::string answer_to(const std::string& text) {
    Client& client = connect();
    client.send(text);
    EXPECT_TRUE(loop_.run_until([&] { return client.ended(); }));
    EXPECT_TRUE(client.ended_cleanly());
    return client.received();
  }

  // Until that many answers have begun to come, and everything that comes with them.
  void await_answers(const Client& client, std::ptrdiff_t count) {
    EXPECT_TRUE(loop_.run_until([&] { return answer_count(client.received()) >= count; }));
    loop_.run_a_while();
    EXPECT_EQ(answer_count(client.received()), count);
  }
  void await_connections(std::size_t count) {
    EXPECT_TRUE(loop_.run_until([&] { return server_->connection_count() == count; }));
  }

  net::testing::Loop loop_;
  std::unique_ptr<Server> server_;
  std::deque<Client> clients_;
};

}  // namespace veilwire::http::testing

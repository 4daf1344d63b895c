// One connection: one request, one answer, and the end. For .cpp files: it names Asio.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <functional>
#include <memory>

#include "veilwire/http/server.h"

namespace veilwire::http {

// What is read and thrown away after the answer, at most.
inline constexpr std::size_t kMaxLingerBytes = 256 * 1024;

class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  using Tcp = boost::asio::ip::tcp;
  using ErrorCode = boost::system::error_code;

  using Done = std::function<void(const std::shared_ptr<Exchange>&)>;

  // Which Host a request may name.
  enum class Hosts : std::uint8_t {
    kAny,
    kNotByName,  // an address or localhost, with any port
  };

  // `handler` and `config` are used until close(). `done` is called once, with this exchange,
  // unless close() comes first.
  Exchange(Tcp::socket socket, Hosts hosts, const Handler& handler, const ServerConfig& config,
           Done done);

  void start();
  void close();

 private:
  void first_bytes_read(const ErrorCode& error, std::size_t count);
  void read_header();
  void header_read(const ErrorCode& error);
  Response response_to_request();
  bool names_host_that_may_be() const;
  Response response_of_handler(Method method);
  void answer(Response response);
  void answered(const ErrorCode& error);
  void linger(std::size_t read_bytes);
  void finish();

  boost::beast::tcp_stream stream_;
  const Hosts hosts_;
  const Handler& handler_;
  const ServerConfig& config_;
  Done done_;
  boost::beast::flat_buffer buffer_;
  boost::beast::http::request_parser<boost::beast::http::empty_body> parser_;
  boost::beast::http::response<boost::beast::http::string_body> response_;
  std::array<char, 1024> rest_;
};

}  // namespace veilwire::http

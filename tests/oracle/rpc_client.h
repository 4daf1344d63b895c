// JSON-RPC in batches over one connection to a node on this machine, blocking.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace veilwire::oracle {

class RpcClient {
 public:
  // `credentials`: "user:password". Throws where nobody listens, as all of it does where the
  // connection breaks.
  RpcClient(std::uint16_t port, std::string_view credentials);

  // Writes one request with a call of `method` for each of `parameters`, and does not wait: what
  // the node needs for its answer can be used here. At most one request is under way.
  void send(std::string_view method, const std::vector<std::string>& parameters);
  // The answers in the order of the calls, each an object with "result" and "error".
  std::vector<boost::json::object> receive();

 private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_{io_};
  boost::beast::flat_buffer buffer_;
  std::string authorization_;
};

}  // namespace veilwire::oracle

// What the files of this folder share of Asio. For .cpp files only.
#pragma once

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <cstring>
#include <expected>
#include <optional>
#include <string>

#include "veilwire/base/endpoint.h"

namespace veilwire::net {

using Tcp = boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;

inline Endpoint to_endpoint(const Tcp::endpoint& from) {
  return {from.address().to_string(), from.port()};
}

// What the system has as an address: nothing where it is of neither IP family. How long it is
// follows from its family, since not every call says so.
inline std::optional<Endpoint> to_endpoint(const sockaddr& from) {
  Tcp::endpoint endpoint;
  if (from.sa_family == AF_INET) {
    endpoint = Tcp::endpoint(Tcp::v4(), 0);
  } else if (from.sa_family == AF_INET6) {
    endpoint = Tcp::endpoint(Tcp::v6(), 0);
  } else {
    return std::nullopt;
  }
  std::memcpy(endpoint.data(), &from, endpoint.size());
  return to_endpoint(endpoint);
}

// The error is a sentence without its full stop.
inline std::expected<Tcp::endpoint, std::string> to_tcp(const Endpoint& from) {
  ErrorCode error;
  const auto address = boost::asio::ip::make_address(from.host, error);
  if (error) return std::unexpected("'" + from.host + "' is not a numeric address");
  return Tcp::endpoint(address, from.port);
}

// Where it cannot be told (the peer is gone already, or the socket is none of IP), an empty endpoint.
inline Endpoint remote_of(const Tcp::socket& socket) {
  ErrorCode error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? Endpoint{} : to_endpoint(*endpoint.data()).value_or(Endpoint{});
}

inline Endpoint local_of(const Tcp::socket& socket) {
  ErrorCode error;
  const auto endpoint = socket.local_endpoint(error);
  return error ? Endpoint{} : to_endpoint(*endpoint.data()).value_or(Endpoint{});
}

}  // namespace veilwire::net

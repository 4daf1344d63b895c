#include "veilwire/net/address.h"

#include <boost/asio/ip/address.hpp>

namespace veilwire::net {

std::optional<Bytes> numeric_address(const std::string& host) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (error) return std::nullopt;
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    return Bytes(bytes.begin(), bytes.end());
  }
  const auto bytes = address.to_v6().to_bytes();
  return Bytes(bytes.begin(), bytes.end());
}

}  // namespace veilwire::net

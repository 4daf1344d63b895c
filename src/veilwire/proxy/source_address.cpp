#include "veilwire/proxy/source_address.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "veilwire/base/endian.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/proxy/ip_address.h"
#include "veilwire/wire/network_group.h"

namespace veilwire::proxy {

using net::ErrorCode;
using net::Tcp;

namespace {

constexpr std::uint32_t kLoopbackHosts = 1U << 24;

wire::NetworkGroup group_of(const Endpoint& peer) {
  const IpAddress address = IpAddress::parse(peer.host).value_or(IpAddress());
  return wire::NetworkGroup::of(wire::NetAddress::from_legacy(address.bytes()));
}

ErrorCode last_error() { return {errno, boost::system::system_category()}; }

ErrorCode make_transparent(Tcp::socket& socket, bool ipv6) {
  const int on = 1;
  const int level = ipv6 ? SOL_IPV6 : SOL_IP;
  const int option = ipv6 ? IPV6_TRANSPARENT : IP_TRANSPARENT;
  if (::setsockopt(socket.native_handle(), level, option, &on, sizeof on) != 0) return last_error();
  return {};
}

}  // namespace

Endpoint loopback_address_of(const Endpoint& peer) {
  const crypto::Hash256 hash = crypto::sha256(group_of(peer).bytes());
  const std::uint32_t host = 2 + load_le<std::uint32_t>(hash.data()) % (kLoopbackHosts - 3);
  return {"127." + std::to_string(host >> 16) + "." + std::to_string((host >> 8) & 0xff) + "." +
              std::to_string(host & 0xff),
          0};
}

ErrorCode bind_source(Tcp::socket& socket, SourceAddress how, const Endpoint& peer,
                      const Endpoint& program) {
  ErrorCode error;
  const auto to = IpAddress::parse(program.host).value_or(IpAddress());
  if (how == SourceAddress::kByGroup) {
    if (!to.is_ipv4() || !to.is_loopback()) return {};
    socket.bind(*net::to_tcp(loopback_address_of(peer)), error);
    return error;
  }
  const auto from = net::to_tcp(peer);
  if (!from) return boost::asio::error::invalid_argument;
  if (const ErrorCode refused = make_transparent(socket, !to.is_ipv4()); refused) return refused;
  socket.bind(*from, error);
  return error;
}

}  // namespace veilwire::proxy

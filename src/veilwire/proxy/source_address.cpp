#include "veilwire/proxy/source_address.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>

#include "veilwire/base/endian.h"
#include "veilwire/base/ip_address.h"
#include "veilwire/crypto/sha256.h"
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

// An inherited socket for both families calls IPv4 peers ::ffff:a.b.c.d.
Endpoint unmapped(const Endpoint& peer, const Endpoint& program) {
  return IpAddress::parse(program.host).value_or(IpAddress()).is_ipv4() ? canonical(peer) : peer;
}

ErrorCode make_transparent(Tcp::socket& socket, bool ipv6) {
  const int on = 1;
  const int level = ipv6 ? SOL_IPV6 : SOL_IP;
  const int option = ipv6 ? IPV6_TRANSPARENT : IP_TRANSPARENT;
  if (::setsockopt(socket.native_handle(), level, option, &on, sizeof on) != 0) return last_error();
  return {};
}

}  // namespace

Endpoint loopback_address_of(const Endpoint& peer) {
  const Hash256 hash = crypto::sha256(group_of(peer).bytes());
  const std::uint32_t host = 2 + load_le<std::uint32_t>(hash.data()) % (kLoopbackHosts - 3);
  return {"127." + std::to_string(host >> 16) + "." + std::to_string((host >> 8) & 0xff) + "." +
              std::to_string(host & 0xff),
          0};
}

std::optional<SourceAddress> possible_source(SourceAddress how, const Endpoint& peer,
                                             const Endpoint& program) {
  const auto from = IpAddress::parse(peer.host);
  const auto to = IpAddress::parse(program.host).value_or(IpAddress());
  if (how == SourceAddress::kPreserve && from && !from->is_loopback() &&
      from->is_ipv4() == to.is_ipv4())
    return SourceAddress::kPreserve;
  if (to.is_ipv4() && to.is_loopback()) return SourceAddress::kByGroup;
  return std::nullopt;
}

std::expected<void, std::string> may_preserve_source(const Endpoint& program) {
  const bool is_ipv6 = !IpAddress::parse(program.host).value_or(IpAddress()).is_ipv4();
  boost::asio::io_context context;
  Tcp::socket socket(context);
  ErrorCode error;
  socket.open(is_ipv6 ? Tcp::v6() : Tcp::v4(), error);
  if (!error) error = make_transparent(socket, is_ipv6);
  if (!error) return {};
  return std::unexpected(
      "preserve-source is not possible (" + error.message() +
      "): it needs CAP_NET_ADMIN, which systemd grants with AmbientCapabilities=CAP_NET_ADMIN; "
      "grant it, or leave preserve-source out");
}

ErrorCode bind_source(Tcp::socket& socket, SourceAddress how, const Endpoint& peer,
                      const Endpoint& program) {
  const auto possible = possible_source(how, peer, program);
  if (!possible) return {};
  const bool is_preserved = *possible == SourceAddress::kPreserve;
  const auto from = net::to_tcp(is_preserved ? unmapped(peer, program) : loopback_address_of(peer));
  if (!from) return boost::asio::error::invalid_argument;
  if (is_preserved) {
    if (const ErrorCode refused = make_transparent(socket, from->address().is_v6()); refused)
      return refused;
  }
  ErrorCode error;
  socket.bind(*from, error);
  return error;
}

}  // namespace veilwire::proxy

#include "veilwire/proxy/outbound/original_destination.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "veilwire/base/ip_address.h"

namespace veilwire::proxy {

using net::Tcp;

namespace {

// From <linux/netfilter_ipv4.h> and <linux/netfilter_ipv6/ip6_tables.h>, which do not go together
// with the C library's own headers.
constexpr int kOriginalDestination = 80;

constexpr const char* kNotRedirected =
    "the connection was not redirected by this machine's firewall: it has no original destination";

// What comes over IPv4 to a socket for both families is IPv4 to the firewall.
int level_of(const boost::asio::ip::address& local) {
  return local.is_v4() || local.to_v6().is_v4_mapped() ? SOL_IP : SOL_IPV6;
}

}  // namespace

std::expected<Endpoint, std::string> original_destination(Tcp::socket& socket) {
  net::ErrorCode error;
  const Tcp::endpoint local = socket.local_endpoint(error);
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (error || ::getsockopt(socket.native_handle(), level_of(local.address()), kOriginalDestination,
                            &address, &size) != 0) {
    return std::unexpected(kNotRedirected);
  }
  // The kernel leaves `size` as it was.
  const auto destination = net::to_endpoint(reinterpret_cast<const sockaddr&>(address));
  if (!destination) return std::unexpected("the original destination is not an IP address");
  if (canonical(*destination) == canonical(net::to_endpoint(local))) {
    return std::unexpected(kNotRedirected);
  }
  return *destination;
}

}  // namespace veilwire::proxy

#include "veilwire/proxy/original_destination.h"

#include <netinet/in.h>
#include <sys/socket.h>

namespace veilwire::proxy {

using net::Tcp;

namespace {

// From <linux/netfilter_ipv4.h> and <linux/netfilter_ipv6/ip6_tables.h>, which do not go together
// with the C library's own headers.
constexpr int kOriginalDestination = 80;

}  // namespace

std::expected<Endpoint, std::string> original_destination(Tcp::socket& socket) {
  net::ErrorCode error;
  const bool ipv6 = socket.local_endpoint(error).protocol() == Tcp::v6();
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (error || ::getsockopt(socket.native_handle(), ipv6 ? SOL_IPV6 : SOL_IP, kOriginalDestination,
                            &address, &size) != 0) {
    return std::unexpected(
        "the connection was not redirected by this machine's firewall: it has no original "
        "destination");
  }
  // The kernel leaves `size` as it was.
  const auto destination = net::to_endpoint(reinterpret_cast<const sockaddr&>(address));
  if (!destination) return std::unexpected("the original destination is no IP address");
  return *destination;
}

}  // namespace veilwire::proxy

// A host and a port, as people write them.
//
// Which type of address to use when; no two of them mean the same:
//
//   Endpoint              host and port as people write them: what is configured, dialled, listened
//                         on and logged. The host may be a name
//   IpAddress             an IP address as 128 bits: prefixes, limits, whose address it is
//   wire::NetAddress      where a node is, in any network of BIP 155: what is passed on and kept
//   wire::NetEndpoint     the same with a port
//   wire::LegacyEndpoint  the field of 26 bytes in `version` and `addr`, as it lies there
//
// Two questions are asked of addresses, and have names of their own: whether one is this host
// (is_loopback(), NetAddress::is_this_host()), and whether one means something to others
// (IpAddress::is_internal() where it does not, NetAddress::is_routable() where peers pass it on).
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace veilwire {

struct Endpoint {
  // A name, an IPv4 address, or an IPv6 address without its brackets. At most 255 characters of
  // letters, digits, '-', '.', '_', ':' and, in an IPv6 address, a '%' with its zone.
  std::string host;
  std::uint16_t port = 0;

  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

// "host", "host:port", "1.2.3.4:8333", "[::1]:8333", "[::1]", and a bare IPv6 address ("::1"). An
// IPv4 address is four numbers: "1.2.3", which resolvers take for 1.2.0.3, is refused.
// The error is a sentence without its full stop: "'x:99999' has a port over 65535". It shows at
// most the first 80 characters of `text`, escaped. Port 0 is taken: a listener asks for any port by
// it.
std::expected<Endpoint, std::string> parse_endpoint(std::string_view text,
                                                    std::uint16_t default_port);
// "host:port", with brackets round an IPv6 address. parse_endpoint() reads it back.
std::string to_string(const Endpoint& endpoint);

// The last label is a number, "0x7f" included. No name is (RFC 3696, 2): `host` is an IPv4 address,
// or one of the short forms that inet_aton(3) and so the system's resolver would make one of.
bool ends_in_a_number(std::string_view host);

// Ends in ".onion" or ".b32.i2p", in either case, with a last dot or without: only a proxy can
// reach it, and no resolver may see it (RFC 7686).
bool is_hidden_service(std::string_view host);

// A name is not, whatever it resolves to.
bool is_loopback(const Endpoint& endpoint);

// How a host is compared and kept: an address in its shortest form, a name in lower case and
// without the dot at its end.
std::string canonical_host(std::string_view host);
Endpoint canonical(const Endpoint& endpoint);

}  // namespace veilwire

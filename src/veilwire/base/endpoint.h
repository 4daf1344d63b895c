// A host and a port, as people write them.
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

// "host", "host:port", "1.2.3.4:8333", "[::1]:8333", "[::1]", and a bare IPv6 address ("::1").
// The error is a sentence without its full stop: "'x:99999' has a port over 65535". It shows at
// most the first 80 characters of `text`, escaped. Port 0 is taken: a listener asks for any port by
// it.
std::expected<Endpoint, std::string> parse_endpoint(std::string_view text,
                                                    std::uint16_t default_port);
// "host:port", with brackets round an IPv6 address. parse_endpoint() reads it back.
std::string to_string(const Endpoint& endpoint);

// Ends in ".onion" or ".i2p", in either case, with a last dot or without: only a proxy can reach
// it, and no resolver may see it (RFC 7686), a misspelt one included.
bool is_hidden_service(std::string_view host);

}  // namespace veilwire

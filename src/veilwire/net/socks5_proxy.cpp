#include <algorithm>
#include <array>

#include "veilwire/base/escape.h"
#include "veilwire/net/dial.h"
#include "veilwire/net/resolve.h"

namespace veilwire::net {
namespace {

// One and the same here: names are left to the proxy in any case.
constexpr std::array<std::string_view, 2> kSchemes{"socks5://", "socks5h://"};
constexpr std::size_t kMaxLoginBytes = 255;  // RFC 1929

// A complaint may end in a log: the password must not.
std::string without_login(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) return escape_foreign(text, kMaxShownChars);
  return "(hidden)" + escape_foreign(text.substr(at), kMaxShownChars);
}

std::expected<void, std::string> take_login(std::string_view login, Socks5Proxy& config) {
  const auto colon = login.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == login.size()) {
    return std::unexpected("a proxy's login is USER:PASSWORD");
  }
  config.user = login.substr(0, colon);
  config.password = login.substr(colon + 1);
  if (std::max(config.user.size(), config.password.size()) > kMaxLoginBytes) {
    return std::unexpected("a proxy's user and password have at most 255 bytes each");
  }
  return {};
}

}  // namespace

std::expected<Socks5Proxy, std::string> parse_proxy(std::string_view text) {
  Socks5Proxy config;
  std::string_view rest = text;
  const auto scheme =
      std::ranges::find_if(kSchemes, [&](std::string_view one) { return text.starts_with(one); });
  if (scheme != kSchemes.end()) {
    rest.remove_prefix(scheme->size());
  } else if (rest.find("://") != std::string_view::npos) {
    return std::unexpected("'" + without_login(text) +
                           "' is not a SOCKS5 proxy: only socks5:// can be used");
  }
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    if (auto taken = take_login(rest.substr(0, at), config); !taken) {
      return std::unexpected(taken.error());
    }
    rest.remove_prefix(at + 1);
  }
  auto address = parse_endpoint(rest, 0);
  if (!address) return std::unexpected(address.error());
  if (address->host == "localhost") address->host = "127.0.0.1";
  if (!is_numeric(address->host)) {
    return std::unexpected("the proxy '" + address->host + "' has to be given by its address");
  }
  // SOCKS has 1080, Tor 9050: whoever leaves it out means one of them, and we cannot tell which.
  if (address->port == 0) {
    return std::unexpected("the proxy '" + address->host + "' has no port: Tor's is 9050");
  }
  config.address = *address;
  return config;
}

}  // namespace veilwire::net

#include "veilwire/proxy/settings/values.h"

#include <fmt/format.h>

#include <algorithm>

#include "veilwire/base/escape.h"
#include "veilwire/base/hex.h"
#include "veilwire/base/ip_address.h"
#include "veilwire/net/local_acceptor.h"
#include "veilwire/protocol/network.h"

namespace veilwire::proxy {
namespace {

std::unexpected<std::string> refuse(std::string_view text, std::string_view what) {
  return std::unexpected(fmt::format("{} {}", quote_foreign(text), what));
}

template <typename T, std::size_t N>
std::expected<T, std::string> by_name(std::string_view text, const std::array<Named<T>, N>& rows) {
  const auto row = std::ranges::find(rows, text, &Named<T>::name);
  if (row != rows.end()) return row->value;
  return refuse(text, "is not known: write " + list_of_names(rows));
}

}  // namespace

std::expected<Endpoint, std::string> parse_listen(std::string_view text,
                                                  std::uint16_t default_port) {
  if (!text.empty() && text.find_first_not_of("0123456789") == text.npos) {
    return refuse(text, fmt::format("is not an address: write 127.0.0.1:{}",
                                    escape_foreign(text, kMaxShownChars)));
  }
  auto endpoint = parse_endpoint(text, default_port);
  if (!endpoint) return endpoint;
  const auto address = IpAddress::parse(endpoint->host);
  if (!address) {
    return refuse(text, "is not a numeric address: write one such as 127.0.0.1 or [::1]");
  }
  if (address->is_ipv4()) endpoint->host = address->to_string();
  if (endpoint->port == 0 && !text.ends_with(":0")) {
    return refuse(text, "has no port: write ADDR:PORT");
  }
  return endpoint;
}

std::expected<Endpoint, std::string> parse_socks(std::string_view text) {
  return parse_listen(text, kDefaultListenPort);
}

std::expected<void, std::string> add_listen(std::string_view text, Settings& settings) {
  constexpr std::string_view kUnix = "unix:";
  if (text.starts_with(kUnix)) {
    const std::string_view path = text.substr(kUnix.size());
    if (!path.starts_with('/') || path.size() > net::kMaxSocketPathBytes) {
      return refuse(text,
                    fmt::format("is not a socket: write unix: and an absolute path of at most "
                                "{} bytes",
                                net::kMaxSocketPathBytes));
    }
    settings.listen_unix.emplace_back(path);
    return {};
  }
  auto address = parse_socks(text);
  if (!address) return std::unexpected(address.error());
  settings.listen.push_back(std::move(*address));
  return {};
}

std::expected<Endpoint, std::string> parse_transparent(std::string_view text) {
  return parse_listen(text, 0);
}

std::expected<Endpoint, std::string> parse_metrics(std::string_view text) {
  return parse_listen(text, kDefaultMetricsPort);
}

std::expected<InboundRoute, std::string> parse_inbound(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos) {
    return refuse(text, "is not a route: write LISTEN=PROGRAM, as in 0.0.0.0:8333=127.0.0.1:18333");
  }
  const auto listen = parse_listen(text.substr(0, equals), 0);
  if (!listen) return std::unexpected(listen.error());
  const auto program = parse_listen(text.substr(equals + 1), 0);
  if (!program) return std::unexpected(program.error());
  if (program->port == 0) return refuse(text, "names port 0, on which no program can listen");
  return InboundRoute{*listen, *program};
}

std::expected<wire::NetEndpoint, std::string> parse_external(std::string_view text) {
  const auto endpoint = parse_endpoint(text, 0);
  if (!endpoint) return std::unexpected(endpoint.error());
  if (endpoint->port == 0) return refuse(text, "has no port: write ADDR:PORT");
  const auto external = wire::NetEndpoint::of_node(*endpoint);
  if (!external) {
    return refuse(text, "is not an IP, onion or I2P address, and peers pass on no others");
  }
  const auto ip = IpAddress::parse(endpoint->host);
  if (ip && (ip->is_unspecified() || ip->is_loopback())) {
    return refuse(text, "is not an address that anybody can reach: write the one that peers see");
  }
  return *external;
}

std::expected<protocol::Magic, std::string> parse_network(std::string_view text) {
  const auto magic = from_hex(text);
  protocol::Magic out{};
  if (!magic || magic->size() != out.size()) {
    if (const auto* network = protocol::network_from_name(text)) return network->magic;
    return refuse(text, "is not known: write " + list_of_names(protocol::networks()) +
                            ", or the 8 hexadecimal digits of a magic");
  }
  std::ranges::copy(*magic, out.begin());
  return out;
}

std::expected<Policy, std::string> parse_policy(std::string_view text) {
  if (const auto policy = policy_from_name(text)) return *policy;
  return refuse(text, "is not a policy: write " + policy_names());
}

std::expected<OnDowngrade, std::string> parse_on_downgrade(std::string_view text) {
  return by_name(text, kDowngradeActions);
}

std::expected<LogLevel, std::string> parse_log_level(std::string_view text) {
  return by_name(text, kLogLevels);
}

std::expected<IpAddress, std::string> parse_address(std::string_view text) {
  if (const auto address = IpAddress::parse(text)) return *address;
  return refuse(text, "is not an address: write one such as 172.17.0.2 or fd00::2");
}

std::expected<std::string, std::string> parse_path(std::string_view text) {
  if (text.empty()) return std::unexpected("names no file");
  return std::string(text);
}

}  // namespace veilwire::proxy

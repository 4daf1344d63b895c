#include "veilwire/proxy/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "veilwire/base/escape.h"
#include "veilwire/base/hex.h"
#include "veilwire/base/ip_address.h"
#include "veilwire/net/local_acceptor.h"

namespace veilwire::proxy {
namespace {

std::unexpected<std::string> refuse(std::string_view text, std::string_view what) {
  return std::unexpected(fmt::format("{} {}", quote_foreign(text), what));
}

template <typename T>
struct Named {
  std::string_view name;
  T value;
};

template <typename T, std::size_t N>
std::expected<T, std::string> by_name(std::string_view text, const std::array<Named<T>, N>& names) {
  std::string known;
  for (const Named<T>& named : names) {
    if (named.name == text) return named.value;
    known += (known.empty() ? "" : ", ") + std::string(named.name);
  }
  return refuse(text, "is none of " + known);
}

constexpr std::array kNetworks{Named<transport::Magic>{"main", transport::kMainMagic},
                               Named<transport::Magic>{"testnet3", transport::kTestnet3Magic},
                               Named<transport::Magic>{"testnet4", transport::kTestnet4Magic},
                               Named<transport::Magic>{"signet", transport::kSignetMagic},
                               Named<transport::Magic>{"regtest", transport::kRegtestMagic}};

// -- Contradictions -------------------------------------------------------------------------------

struct Place {
  std::string_view setting;
  Endpoint at;
};

std::vector<Place> places_of(const ProxyConfig& config) {
  std::vector<Place> out;
  for (const Endpoint& at : config.listen) out.push_back({"listen", at});
  for (const Endpoint& at : config.transparent) out.push_back({"transparent", at});
  for (const InboundRoute& route : config.inbound) out.push_back({"inbound", route.listen});
  if (config.metrics) out.push_back({"metrics", *config.metrics});
  return out;
}

using Sentences = std::vector<std::string>;

void look_for_nothing_to_do(const ProxyConfig& config, Sentences& out) {
  if (config.listen.empty() && config.listen_unix.empty() && config.transparent.empty() &&
      config.inbound.empty()) {
    out.emplace_back("there is nothing to do: give listen, transparent or inbound");
  }
}

void look_beyond_loopback(const ProxyConfig& config, Sentences& out) {
  if (config.allow_remote) return;
  const auto look = [&](std::string_view setting, const Endpoint& at) {
    if (is_loopback(at)) return;
    out.push_back(
        fmt::format("{} {} would serve everybody who reaches this machine, without a password: "
                    "give a loopback address such as 127.0.0.1, or allow-remote",
                    setting, to_string(at)));
  };
  for (const Endpoint& at : config.listen) look("listen", at);
  if (config.metrics) look("metrics", *config.metrics);
}

void look_for_places_given_twice(const std::vector<Place>& places, Sentences& out) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (places[i].at.port == 0 || canonical(places[i].at) != canonical(places[j].at)) continue;
      out.push_back(fmt::format("{} is given twice, for {} and for {}: give each its own port",
                                to_string(places[i].at), places[j].setting, places[i].setting));
    }
  }
}

void look_for_loops(const ProxyConfig& config, const std::vector<Place>& places, Sentences& out) {
  const auto is_ours = [&](const Endpoint& target) {
    return std::ranges::any_of(places, [&](const Place& place) {
      return place.at.port != 0 && canonical(place.at) == canonical(target);
    });
  };
  for (const InboundRoute& route : config.inbound) {
    if (!is_ours(route.program)) continue;
    out.push_back(
        fmt::format("inbound leads to {}, which is the proxy itself: give the address of "
                    "the program",
                    to_string(route.program)));
  }
  if (config.upstream && is_ours(config.upstream->address)) {
    out.push_back(fmt::format("upstream {} is the proxy itself: give the address of another proxy",
                              to_string(config.upstream->address)));
  }
}

void look_for_what_needs_another(const ProxyConfig& config, Sentences& out) {
  if (config.external && config.inbound.empty()) {
    out.emplace_back(
        "external tells the network that version 2 is served there, and nothing serves it: give "
        "inbound too, or leave external out");
  }
  if (config.preserve_source && config.inbound.empty()) {
    out.emplace_back("preserve-source is about inbound connections: give inbound too");
  }
  if (config.on_downgrade == OnDowngrade::kRefuse && !config.downgrade_file) {
    out.emplace_back(
        "on-downgrade refuse needs a memory of who once spoke version 2: give downgrade-file too");
  }
  if (config.pass_v2 && config.passthrough == Passthrough::kRefuse) {
    out.emplace_back(
        "pass-v2 carries a program's own version 2, and no-passthrough carries nothing of the "
        "kind: "
        "give one of the two");
  }
  if (!config.clients.empty() && !config.allow_remote) {
    out.emplace_back("clients are programs on other machines: give allow-remote too");
  }
  if (config.allow_local_targets && !config.allow_remote) {
    out.emplace_back(
        "allow-local-targets is about programs on other machines: give allow-remote too");
  }
  if (config.downgrade_file && config.downgrade_file == config.keylog_file) {
    out.emplace_back("downgrade-file and keylog are one file: give each its own");
  }
}

// -- Settings -------------------------------------------------------------------------------------

struct Setting {
  std::string_view name;
  bool (*is_same)(const ProxyConfig&, const ProxyConfig&);
};

template <auto kMember>
bool is_same(const ProxyConfig& a, const ProxyConfig& b) {
  return a.*kMember == b.*kMember;
}

template <auto kMember>
bool is_same_in_log(const ProxyConfig& a, const ProxyConfig& b) {
  return a.log.*kMember == b.log.*kMember;
}

constexpr std::array kSettings{
    Setting{"listen", is_same<&ProxyConfig::listen>},
    Setting{"transparent", is_same<&ProxyConfig::transparent>},
    Setting{"inbound", is_same<&ProxyConfig::inbound>},
    Setting{"allow_remote", is_same<&ProxyConfig::allow_remote>},
    Setting{"listen (unix)", is_same<&ProxyConfig::listen_unix>},
    Setting{"clients", is_same<&ProxyConfig::clients>},
    Setting{"allow_local_targets", is_same<&ProxyConfig::allow_local_targets>},
    Setting{"v1_payload_bytes", is_same<&ProxyConfig::v1_payload_bytes>},
    Setting{"pass_v2", is_same<&ProxyConfig::pass_v2>},
    Setting{"upstream", is_same<&ProxyConfig::upstream>},
    Setting{"external", is_same<&ProxyConfig::external>},
    Setting{"preserve_source", is_same<&ProxyConfig::preserve_source>},
    Setting{"network", is_same<&ProxyConfig::network>},
    Setting{"passthrough", is_same<&ProxyConfig::passthrough>},
    Setting{"policy or policies", is_same<&ProxyConfig::policies>},
    Setting{"map", is_same<&ProxyConfig::map>},
    Setting{"downgrade_file", is_same<&ProxyConfig::downgrade_file>},
    Setting{"on_downgrade", is_same<&ProxyConfig::on_downgrade>},
    Setting{"keylog", is_same<&ProxyConfig::keylog_file>},
    Setting{"metrics", is_same<&ProxyConfig::metrics>},
    Setting{"log.level", is_same_in_log<&LogOptions::level>},
    Setting{"log.ips", is_same_in_log<&LogOptions::ips>},
    Setting{"log.session_ids", is_same_in_log<&LogOptions::session_ids>},
    Setting{"limits", is_same<&ProxyConfig::limits>}};

// For listeners, files, the loop and what resolves names.
constexpr std::uint64_t kOtherDescriptors = 64;

}  // namespace

std::expected<Endpoint, std::string> parse_listen(std::string_view text,
                                                  std::uint16_t default_port) {
  if (!text.empty() && text.find_first_not_of("0123456789") == text.npos) {
    return refuse(text, fmt::format("is no address: write 127.0.0.1:{}",
                                    escape_foreign(text, kMaxShownChars)));
  }
  auto endpoint = parse_endpoint(text, default_port);
  if (!endpoint) return endpoint;
  const auto address = IpAddress::parse(endpoint->host);
  if (!address) {
    return refuse(text, "is no numeric address: write one such as 127.0.0.1 or [::1]");
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

std::expected<void, std::string> add_listen(std::string_view text, ProxyConfig& config) {
  constexpr std::string_view kUnix = "unix:";
  if (text.starts_with(kUnix)) {
    const std::string_view path = text.substr(kUnix.size());
    if (!path.starts_with('/') || path.size() > net::kMaxSocketPathBytes) {
      return refuse(text,
                    fmt::format("is no socket: write unix: and an absolute path of at most {} "
                                "bytes",
                                net::kMaxSocketPathBytes));
    }
    config.listen_unix.emplace_back(path);
    return {};
  }
  auto address = parse_socks(text);
  if (!address) return std::unexpected(address.error());
  config.listen.push_back(std::move(*address));
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
    return refuse(text, "is no route: write LISTEN=PROGRAM, as in 0.0.0.0:8333=127.0.0.1:18333");
  }
  const auto listen = parse_listen(text.substr(0, equals), 0);
  if (!listen) return std::unexpected(listen.error());
  const auto program = parse_listen(text.substr(equals + 1), 0);
  if (!program) return std::unexpected(program.error());
  if (program->port == 0) return refuse(text, "names port 0, where no program listens");
  return InboundRoute{*listen, *program};
}

std::expected<wire::NetEndpoint, std::string> parse_external(std::string_view text) {
  const auto endpoint = parse_endpoint(text, 0);
  if (!endpoint) return std::unexpected(endpoint.error());
  if (endpoint->port == 0) return refuse(text, "has no port: write ADDR:PORT");
  const auto external = wire::NetEndpoint::of_node(*endpoint);
  if (!external) {
    return refuse(text, "is no IP address, onion or I2P address, which is all that peers pass on");
  }
  if (external->address == wire::NetAddress() || endpoint->host == "::") {
    return refuse(text, "is no address that anybody can reach: write the one that peers see");
  }
  return *external;
}

std::expected<transport::Magic, std::string> parse_network(std::string_view text) {
  const auto magic = from_hex(text);
  transport::Magic out{};
  if (!magic || magic->size() != out.size()) {
    auto network = by_name(text, kNetworks);
    if (!network) network.error() += ", nor a magic of 8 hexadecimal digits";
    return network;
  }
  std::ranges::copy(*magic, out.begin());
  return out;
}

std::expected<Policy, std::string> parse_policy(std::string_view text) {
  if (const auto policy = policy_from_name(text)) return *policy;
  return refuse(text, "is none of prefer-v2, v2-only, v1-blocks-only, v1-only");
}

std::expected<OnDowngrade, std::string> parse_on_downgrade(std::string_view text) {
  return by_name(text, std::array{Named<OnDowngrade>{"warn", OnDowngrade::kWarn},
                                  Named<OnDowngrade>{"refuse", OnDowngrade::kRefuse}});
}

std::expected<LogLevel, std::string> parse_log_level(std::string_view text) {
  return by_name(text, std::array{Named<LogLevel>{"error", LogLevel::kError},
                                  Named<LogLevel>{"warning", LogLevel::kWarning},
                                  Named<LogLevel>{"info", LogLevel::kInfo},
                                  Named<LogLevel>{"debug", LogLevel::kDebug}});
}

Sentences contradictions(const ProxyConfig& config) {
  Sentences out;
  const std::vector<Place> places = places_of(config);
  look_for_nothing_to_do(config, out);
  look_beyond_loopback(config, out);
  look_for_places_given_twice(places, out);
  look_for_loops(config, places, out);
  look_for_what_needs_another(config, out);
  return out;
}

std::vector<std::string_view> changed_settings(const ProxyConfig& before,
                                               const ProxyConfig& after) {
  std::vector<std::string_view> out;
  for (const Setting& setting : kSettings) {
    if (!setting.is_same(before, after)) out.push_back(setting.name);
  }
  return out;
}

std::optional<std::string> want_of_descriptors(const ProxyConfig& config,
                                               std::uint64_t descriptors) {
  std::uint64_t connections = 0;
  if (!config.listen.empty() || !config.listen_unix.empty() || !config.transparent.empty())
    connections += config.limits.program_connections;
  if (!config.inbound.empty()) connections += config.limits.admission.connections;
  const std::uint64_t wanted = kOtherDescriptors + 2 * connections;
  if (descriptors >= wanted) return std::nullopt;
  return fmt::format(
      "this process may have {} descriptors, and {} connections take {}: those beyond will wait; "
      "raise its limit (ulimit -Hn, LimitNOFILE=), or lower program_connections and "
      "inbound_connections",
      descriptors, connections, wanted);
}

}  // namespace veilwire::proxy

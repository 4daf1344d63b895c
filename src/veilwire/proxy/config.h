// All that a person can decide about the proxy, and which decisions fit together.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veilwire/base/endpoint.h"
#include "veilwire/base/time.h"
#include "veilwire/limits/admission.h"
#include "veilwire/limits/buffer_ledger.h"
#include "veilwire/net/dial.h"
#include "veilwire/proxy/address_range.h"
#include "veilwire/proxy/introduction.h"
#include "veilwire/proxy/policy.h"
#include "veilwire/proxy/target_map.h"
#include "veilwire/transport/network.h"

namespace veilwire::proxy {

inline constexpr std::uint16_t kDefaultListenPort = 1324;
inline constexpr std::uint16_t kDefaultMetricsPort = 9324;
// Of every time-out that a person gives.
inline constexpr unsigned kMinSeconds = 1;
inline constexpr unsigned kMaxSeconds = 3600;

// A port of ours, and the program behind it, which speaks version 1.
struct InboundRoute {
  Endpoint listen;   // numeric
  Endpoint program;  // numeric
  friend bool operator==(const InboundRoute&, const InboundRoute&) = default;
};

// What happens to a program that speaks version 2 itself, or no Bitcoin at all.
enum class Passthrough : std::uint8_t {
  kAllow,   // its bytes go through untouched; success is answered once the target is connected
  kRefuse,  // the version 2 handshake comes first, and success is answered after it
};

// What happens when a peer that once spoke version 2 answers in version 1.
enum class OnDowngrade : std::uint8_t { kWarn, kRefuse };

enum class LogLevel : std::uint8_t { kError, kWarning, kInfo, kDebug };

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  bool ips = false;          // addresses of peers
  bool session_ids = false;  // in full
  friend bool operator==(const LogOptions&, const LogOptions&) = default;
};

struct ProxyLimits {
  limits::AdmissionLimits admission{};
  limits::BufferLimits buffers{};
  // From programs, which are on our side; bounds what one that has gone mad can take.
  std::uint32_t program_connections = 8192;
  // Until a target, or the upstream proxy, has answered.
  Duration connect_timeout = std::chrono::seconds(15);
  Duration handshake_timeout = std::chrono::seconds(60);
  // From SIGTERM until what is still open is cut.
  Duration drain_timeout = std::chrono::seconds(10);
  friend bool operator==(const ProxyLimits&, const ProxyLimits&) = default;
};

struct ProxyConfig {
  std::vector<Endpoint> listen{};          // SOCKS5; numeric
  std::vector<std::string> listen_unix{};  // SOCKS5 too; paths of sockets
  std::vector<Endpoint> transparent{};     // redirected connections; numeric
  std::vector<InboundRoute> inbound{};
  // Lets SOCKS5 and metrics be served beyond loopback. Both ask nobody for a password.
  bool allow_remote = false;
  // The programs on other machines that are served by SOCKS5; none: all.
  std::vector<AddressRange> clients{};
  // Lets programs on other machines reach loopback, link-local and private addresses by SOCKS5.
  bool allow_local_targets = false;

  std::optional<net::ProxyConfig> upstream{};
  std::optional<wire::NetEndpoint> external{};
  bool preserve_source = false;
  std::optional<transport::Magic> network{};  // nothing: the program's own
  // What a payload may have in version 1, for networks that carry more than Bitcoin's 4 000 000 bytes.
  std::map<transport::Magic, std::size_t> v1_payload_bytes{};
  TargetMap map{};
  PolicyTable policies{};
  Passthrough passthrough = Passthrough::kAllow;
  // Carries a program's own version 2 under v2-only and v1-blocks-only too. Nobody can tell that it
  // is that: what is not version 1 is carried.
  bool pass_v2 = false;

  std::optional<std::string> downgrade_file{};  // nothing: no memory over restarts, nor a check
  OnDowngrade on_downgrade = OnDowngrade::kWarn;

  std::optional<std::string> keylog_file{};
  std::optional<Endpoint> metrics{};  // numeric
  LogOptions log{};
  ProxyLimits limits{};
  // What is not as one would expect, a sentence without its full stop for each: told when it is
  // taken, at the start and anew.
  std::vector<std::string> warnings{};
};

// -- What a person writes, for the command line and the file alike. Errors are sentences without
// -- their full stop.

// A numeric address: listening by name would mean whatever a resolver says today. With a
// `default_port` of 0 a port must be written. Port 0 is taken where it is written: any free one.
// IPv4 in the notation of IPv6 is IPv4.
std::expected<Endpoint, std::string> parse_listen(std::string_view text,
                                                  std::uint16_t default_port);
std::expected<Endpoint, std::string> parse_socks(std::string_view text);
// "unix:/path", an absolute one, or what parse_socks() takes: adds it to where SOCKS5 is served.
std::expected<void, std::string> add_listen(std::string_view text, ProxyConfig& config);
std::expected<Endpoint, std::string> parse_transparent(std::string_view text);
std::expected<Endpoint, std::string> parse_metrics(std::string_view text);
// "ADDR:PORT=ADDR:PORT".
std::expected<InboundRoute, std::string> parse_inbound(std::string_view text);
std::expected<wire::NetEndpoint, std::string> parse_external(std::string_view text);
// "main", "testnet3", "testnet4", "signet", "regtest", or the eight hexadecimal digits of a magic.
std::expected<transport::Magic, std::string> parse_network(std::string_view text);
std::expected<Policy, std::string> parse_policy(std::string_view text);
// "warn", "refuse".
std::expected<OnDowngrade, std::string> parse_on_downgrade(std::string_view text);
// "error", "warning", "info", "debug".
std::expected<LogLevel, std::string> parse_log_level(std::string_view text);

// What does not fit together, a sentence without its full stop for each; empty where all is well.
// They name the settings as the command line and the file do, but for '-' and '_'.
std::vector<std::string> contradictions(const ProxyConfig& config);

// The settings in which the two differ, as the file names them.
std::vector<std::string_view> changed_settings(const ProxyConfig& before, const ProxyConfig& after);

// A sentence without its full stop where `config` lets in more connections than a process with so
// many descriptors can have.
std::optional<std::string> want_of_descriptors(const ProxyConfig& config,
                                               std::uint64_t descriptors);

}  // namespace veilwire::proxy

// Everything that an operator can decide about the proxy. How each setting is written on the
// command line and in the file is said in table.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "veilwire/base/endpoint.h"
#include "veilwire/base/time.h"
#include "veilwire/host/log.h"
#include "veilwire/limits/admission.h"
#include "veilwire/limits/buffer_ledger.h"
#include "veilwire/net/dial.h"
#include "veilwire/protocol/magic.h"
#include "veilwire/proxy/settings/address_range.h"
#include "veilwire/proxy/settings/policy_rules.h"
#include "veilwire/proxy/settings/target_map.h"
#include "veilwire/wire/net_endpoint.h"

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

// What happens when a peer that has spoken version 2 before answers in version 1.
enum class OnDowngrade : std::uint8_t { kWarn, kRefuse };

using host::LogLevel;

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  bool ips = false;          // addresses of peers
  bool session_ids = false;  // in full
  friend bool operator==(const LogOptions&, const LogOptions&) = default;
};

struct ProxyLimits {
  limits::AdmissionLimits admission{};
  limits::BufferLimits buffers{};
  // From programs, which are on our side: bounds what one that has run wild can take.
  std::uint32_t program_connections = 8192;
  // Until a target, or the upstream proxy, has answered.
  Duration connect_timeout = std::chrono::seconds(15);
  Duration handshake_timeout = std::chrono::seconds(60);
  // From SIGTERM until what is still open is cut.
  Duration drain_timeout = std::chrono::seconds(10);
  friend bool operator==(const ProxyLimits&, const ProxyLimits&) = default;
};

struct Settings {
  std::vector<Endpoint> listen{};          // SOCKS5; numeric
  std::vector<std::string> listen_unix{};  // SOCKS5 too; paths of sockets
  std::vector<Endpoint> transparent{};     // redirected connections; numeric
  std::vector<InboundRoute> inbound{};
  // Lets SOCKS5 and metrics be served beyond loopback. Neither asks for a password.
  bool allow_remote = false;
  // The programs on other machines that are served by SOCKS5; none: all.
  std::vector<AddressRange> clients{};
  // Lets programs on other machines reach loopback, link-local and private addresses by SOCKS5.
  bool allow_local_targets = false;

  std::optional<net::Socks5Proxy> upstream{};
  std::optional<wire::NetEndpoint> external{};
  bool preserve_source = false;
  std::optional<protocol::Magic> network{};  // nothing: the program's own
  // What a payload may have in version 1, for networks that carry more than Bitcoin's 4 000 000
  // bytes.
  std::map<protocol::Magic, std::size_t> v1_payload_bytes{};
  TargetMap map{};
  PolicyRules policies{};
  Passthrough passthrough = Passthrough::kAllow;
  // Carries a program's own version 2 under v2-only and v1-blocks-only too. Nobody can tell that it
  // is that: what is not version 1 is carried.
  bool pass_v2 = false;

  // Where it is remembered which peers spoke version 2. Without it downgrades go unnoticed.
  std::optional<std::string> downgrade_file{};
  bool downgrade_memory = true;  // false: none, whatever downgrade_file says
  OnDowngrade on_downgrade = OnDowngrade::kWarn;

  std::optional<std::string> keylog_file{};
  std::optional<Endpoint> metrics{};  // numeric
  LogOptions log{};
  ProxyLimits limits{};
  // Surprises for the operator, each a sentence without its full stop: logged whenever these
  // settings are taken, at the start and after a reload.
  std::vector<std::string> warnings{};
};

}  // namespace veilwire::proxy

// Everything that an operator can decide about the proxy. How each setting is written on the
// command line and in the file is said in table.h.
#pragma once

#include <cstdint>
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
#include "veilwire/proxy/introduction.h"
#include "veilwire/proxy/settings/policy_rules.h"
#include "veilwire/proxy/settings/target_map.h"

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
  std::vector<Endpoint> listen{};       // SOCKS5; numeric
  std::vector<Endpoint> transparent{};  // redirected connections; numeric
  std::vector<InboundRoute> inbound{};
  // Lets SOCKS5 and metrics be served beyond loopback. Neither asks for a password.
  bool allow_remote = false;

  std::optional<net::Socks5Proxy> upstream{};
  std::optional<wire::NetEndpoint> external{};
  bool preserve_source = false;
  std::optional<protocol::Magic> network{};  // nothing: the program's own
  TargetMap map{};
  PolicyRules policies{};
  Passthrough passthrough = Passthrough::kAllow;

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

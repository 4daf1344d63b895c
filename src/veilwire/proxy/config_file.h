// The proxy's configuration as a TOML file:
//
//   listen = "127.0.0.1:1324"        a text, or a list of them: ["127.0.0.1:1324", "[::1]:1324"]
//   transparent = "127.0.0.1:1325"   likewise
//   inbound = "0.0.0.0:8333=127.0.0.1:18333"   likewise
//   allow_remote = false
//   upstream = "socks5://127.0.0.1:9050"
//   external = "203.0.113.5:8333"
//   preserve_source = false
//   network = "main"
//   passthrough = true
//   policy = "prefer-v2"             the default
//   downgrade_file = "/var/lib/veilwire/spoke-v2.sqlite"
//   on_downgrade = "warn"
//   keylog = "/tmp/keys"
//   metrics = "127.0.0.1:9324"
//
//   [policies]                       as policy.h says
//   "*.onion" = "v2-only"
//   "10.0.0.0/8" = "v1-only"
//
//   [map]
//   "seed.example:8333" = "127.0.0.1:18444"
//
//   [log]
//   level = "info"
//   ips = false
//   session_ids = false
//
//   [limits]                         numbers; the keys of AdmissionLimits, but for `connections`,
//   inbound_connections = 8192       which has this name, and these
//   program_connections = 8192
//   partial_message_bytes = 256000000
//   connect_seconds = 15
//   handshake_seconds = 60
//   drain_seconds = 10
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "veilwire/proxy/config.h"

namespace veilwire::proxy {

// Larger files are refused: bounds what a wrong file name can make us read.
inline constexpr std::size_t kMaxConfigBytes = 1'000'000;

// All mistakes, in the order of the file, each "FILE:LINE:COLUMN: " and a sentence without its full
// stop. Unknown keys are mistakes. What does not fit together is left to contradictions(), since
// the command line may still add to it.
std::expected<ProxyConfig, std::vector<std::string>> parse_config(std::string_view toml,
                                                                  std::string_view file_name);
std::expected<ProxyConfig, std::vector<std::string>> read_config_file(const std::string& path);

}  // namespace veilwire::proxy

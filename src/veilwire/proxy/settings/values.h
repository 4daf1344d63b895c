// What an operator writes as a value, on the command line and in the file alike. Errors are
// sentences without their full stop.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "veilwire/proxy/settings/choices.h"
#include "veilwire/proxy/settings/settings.h"

namespace veilwire::proxy {

inline constexpr std::array kDowngradeActions{Named<OnDowngrade>{"warn", OnDowngrade::kWarn},
                                              Named<OnDowngrade>{"refuse", OnDowngrade::kRefuse}};

inline constexpr std::array kLogLevels{
    Named<LogLevel>{"error", LogLevel::kError}, Named<LogLevel>{"warning", LogLevel::kWarning},
    Named<LogLevel>{"info", LogLevel::kInfo}, Named<LogLevel>{"debug", LogLevel::kDebug}};

// A numeric address: what a name means is up to a resolver. With a `default_port` of 0 a port must
// be written. A written port 0 is taken: any free one. IPv4 in the notation of IPv6 is IPv4.
std::expected<Endpoint, std::string> parse_listen(std::string_view text,
                                                  std::uint16_t default_port);
std::expected<Endpoint, std::string> parse_socks(std::string_view text);
std::expected<Endpoint, std::string> parse_transparent(std::string_view text);
std::expected<Endpoint, std::string> parse_metrics(std::string_view text);
// "ADDR:PORT=ADDR:PORT".
std::expected<InboundRoute, std::string> parse_inbound(std::string_view text);
std::expected<wire::NetEndpoint, std::string> parse_external(std::string_view text);
// The name of a network, or the eight hexadecimal digits of a magic.
std::expected<protocol::Magic, std::string> parse_network(std::string_view text);
std::expected<Policy, std::string> parse_policy(std::string_view text);
std::expected<OnDowngrade, std::string> parse_on_downgrade(std::string_view text);
std::expected<LogLevel, std::string> parse_log_level(std::string_view text);
// The name of a file.
std::expected<std::string, std::string> parse_path(std::string_view text);

}  // namespace veilwire::proxy

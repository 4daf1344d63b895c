#include "veilwire/base/endpoint.h"

#include <algorithm>
#include <optional>

#include "veilwire/base/ascii.h"
#include "veilwire/base/escape.h"
#include "veilwire/base/ip_address.h"

namespace veilwire {
namespace {

constexpr std::size_t kMaxHostChars = 255;

using Parsed = std::expected<Endpoint, std::string>;

Parsed refuse(std::string_view text, std::string_view what) {
  return std::unexpected(quote_foreign(text) + " " + std::string(what));
}

// The locale's idea of a letter is not asked for.
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_name_char(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
         c == '_';
}
bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_name_char);
}

// Four numbers in decimal and nothing else. A leading zero is octal to some readers and decimal to
// others, so it is not taken.
bool is_ipv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    std::size_t digits = 0;
    int value = 0;
    while (digits < text.size() && digits < 3 && is_digit(text[digits])) {
      value = value * 10 + (text[digits++] - '0');
    }
    if (digits == 0 || value > 255 || (digits > 1 && text.front() == '0')) return false;
    text.remove_prefix(digits);
    if (part == 3) break;
    if (!text.starts_with('.')) return false;
    text.remove_prefix(1);
  }
  return text.empty();
}

// -- IPv6 (RFC 4291, 2.2; zones as in RFC 4007, 11) -----------------------------------------------

// How many of the eight groups `text` writes, an IPv4 address at its end being two; nothing where
// it is no list of groups.
std::optional<int> count_groups(std::string_view text) {
  int groups = 0;
  if (text.empty()) return groups;
  while (true) {
    const std::size_t colon = text.find(':');
    if (colon == text.npos && is_ipv4(text)) return groups + 2;
    const std::string_view group = text.substr(0, colon);
    if (group.empty() || group.size() > 4 || !std::ranges::all_of(group, is_hex_digit)) {
      return std::nullopt;
    }
    ++groups;
    if (colon == text.npos) return groups;
    text.remove_prefix(colon + 1);
  }
}

bool is_ipv6_without_zone(std::string_view text) {
  const std::size_t gap = text.find("::");
  if (gap == text.npos) return count_groups(text) == 8;
  const std::string_view head = text.substr(0, gap);
  if (head.find('.') != head.npos) return false;
  const std::optional<int> before = count_groups(head);
  const std::optional<int> after = count_groups(text.substr(gap + 2));
  return before && after && *before + *after < 8;
}

bool is_ipv6(std::string_view text) {
  const std::size_t percent = text.find('%');
  if (percent != text.npos && !is_name(text.substr(percent + 1))) return false;
  return is_ipv6_without_zone(text.substr(0, percent));
}

// -- Host and port --------------------------------------------------------------------------------

Parsed with_port(std::string_view text, std::string_view host, std::string_view port) {
  if (port.empty() || !std::ranges::all_of(port, is_digit)) {
    return refuse(text, "has a port that is not a number");
  }
  std::uint32_t value = 0;
  for (const char digit : port) {
    value = value * 10 + static_cast<std::uint32_t>(digit - '0');
    if (value > 65535) return refuse(text, "has a port over 65535");
  }
  return Endpoint{std::string(host), static_cast<std::uint16_t>(value)};
}

Parsed parse_bracketed(std::string_view text, std::uint16_t default_port) {
  const std::size_t end = text.find(']');
  if (end == text.npos) return refuse(text, "has a '[' without its ']'");
  const std::string_view host = text.substr(1, end - 1);
  if (!is_ipv6(host)) return refuse(text, "has brackets around what is not an IPv6 address");
  const std::string_view rest = text.substr(end + 1);
  if (rest.empty()) return Endpoint{std::string(host), default_port};
  if (!rest.starts_with(':')) return refuse(text, "has something other than a port after its ']'");
  return with_port(text, host, rest.substr(1));
}

Parsed parse_name(std::string_view text, std::uint16_t default_port) {
  const std::size_t colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  if (host.empty()) return refuse(text, "has no host");
  if (!is_name(host)) return refuse(text, "has a character that no host name has");
  if (ends_in_a_number(host) && !is_ipv4(host)) {
    return refuse(text,
                  "is not an IPv4 address: write four numbers from 0 to 255, as in 192.0.2.1");
  }
  if (colon == text.npos) return Endpoint{std::string(host), default_port};
  return with_port(text, host, text.substr(colon + 1));
}

Parsed parse_any(std::string_view text, std::uint16_t default_port) {
  if (text.find("://") != text.npos) return refuse(text, "is a URL: write the host and port alone");
  if (text.starts_with('[')) return parse_bracketed(text, default_port);
  if (std::ranges::count(text, ':') < 2) return parse_name(text, default_port);
  if (is_ipv6(text)) return Endpoint{std::string(text), default_port};
  return refuse(text, "has more than one ':' but is not an IPv6 address");
}

}  // namespace

Parsed parse_endpoint(std::string_view text, std::uint16_t default_port) {
  Parsed parsed = parse_any(text, default_port);
  if (parsed && parsed->host.size() > kMaxHostChars) {
    return refuse(text, "has a host of over 255 characters");
  }
  return parsed;
}

std::string to_string(const Endpoint& endpoint) {
  const std::string port = std::to_string(endpoint.port);
  if (endpoint.host.find(':') == std::string::npos) return endpoint.host + ":" + port;
  return "[" + endpoint.host + "]:" + port;
}

bool ends_in_a_number(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string_view last = host.substr(host.rfind('.') + 1);
  return last.starts_with("0x") || last.starts_with("0X") || std::ranges::all_of(last, is_digit);
}

bool is_hidden_service(std::string_view host) {
  // "x.onion." is the same name, written in full.
  if (host.ends_with('.')) host.remove_suffix(1);
  return ends_in_either_case(host, ".onion") || ends_in_either_case(host, ".i2p");
}

bool is_loopback(const Endpoint& endpoint) {
  const auto address = IpAddress::parse(endpoint.host);
  return address && address->is_loopback();
}

std::string canonical_host(std::string_view host) {
  // A zone belongs to its address, and is the name of an interface: its case counts.
  if (host.find('%') != host.npos) return std::string(host);
  if (const auto address = IpAddress::parse(host)) return address->to_string();
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string out(host);
  std::ranges::transform(out, out.begin(), lower_case);
  return out;
}

Endpoint canonical(const Endpoint& endpoint) {
  return {canonical_host(endpoint.host), endpoint.port};
}

}  // namespace veilwire

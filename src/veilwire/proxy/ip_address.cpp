#include "veilwire/proxy/ip_address.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <span>

#include "veilwire/net/address.h"

namespace veilwire::proxy {
namespace {

struct Range {
  IpAddress first;
  unsigned bits;  // of 128
};

using Bytes16 = IpAddress::Bytes16;

constexpr Range ipv4(std::uint8_t a, std::uint8_t b, unsigned bits) {
  return {IpAddress(Bytes16{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b}),
          IpAddress::kIpv4PrefixBits + bits};
}

constexpr Range kAllIpv4 = ipv4(0, 0, 0);
constexpr std::array kUnspecified{Range{IpAddress(), 128}, ipv4(0, 0, 32)};
constexpr std::array kLoopback{
    Range{IpAddress(Bytes16{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), 128},
    ipv4(127, 0, 8)};
constexpr std::array kLocal{Range{IpAddress(Bytes16{0xfe, 0x80}), 10},
                            Range{IpAddress(Bytes16{0xfc, 0x00}), 7},
                            ipv4(169, 254, 16),
                            ipv4(10, 0, 8),
                            ipv4(172, 16, 12),
                            ipv4(192, 168, 16),
                            ipv4(100, 64, 10)};

bool is_in(const IpAddress& address, std::span<const Range> ranges) {
  return std::ranges::any_of(
      ranges, [&](const Range& range) { return address.shares(range.bits, range.first); });
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const auto numeric = net::numeric_address(std::string(text));
  if (!numeric) return std::nullopt;
  Bytes16 bytes{};
  if (numeric->size() == 4) bytes[10] = bytes[11] = 0xff;
  std::ranges::copy_backward(*numeric, bytes.end());
  return IpAddress(bytes);
}

std::string IpAddress::to_string() const {
  namespace ip = boost::asio::ip;
  const ip::address_v6 address(bytes_);
  if (is_ipv4()) return ip::make_address_v4(ip::v4_mapped, address).to_string();
  return address.to_string();
}

bool IpAddress::is_ipv4() const { return shares(kAllIpv4.bits, kAllIpv4.first); }

bool IpAddress::is_unspecified() const { return is_in(*this, kUnspecified); }
bool IpAddress::is_loopback() const { return is_in(*this, kLoopback); }
bool IpAddress::is_local() const {
  return is_unspecified() || is_loopback() || is_in(*this, kLocal);
}

IpAddress IpAddress::prefix(unsigned bits) const {
  IpAddress out;
  for (unsigned i = 0; i < bytes_.size() && bits > 0; ++i) {
    const unsigned of_this = std::min(bits, 8U);
    out.bytes_[i] = static_cast<std::uint8_t>(bytes_[i] & (0xff00U >> of_this));
    bits -= of_this;
  }
  return out;
}

std::optional<SocketAddress> socket_address(const Endpoint& endpoint) {
  const auto address = IpAddress::parse(endpoint.host);
  if (!address) return std::nullopt;
  return SocketAddress{*address, endpoint.port};
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
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

Endpoint canonical(const Endpoint& endpoint) {
  return {canonical_host(endpoint.host), endpoint.port};
}

}  // namespace veilwire::proxy

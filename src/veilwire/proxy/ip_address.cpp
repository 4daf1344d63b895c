#include "veilwire/proxy/ip_address.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <span>

#include "veilwire/net/address.h"

namespace veilwire::proxy {
namespace {

struct Range {
  std::string_view first;
  unsigned bits;  // of 128
};

constexpr unsigned ipv4_bits(unsigned bits) { return IpAddress::kIpv4PrefixBits + bits; }

constexpr std::array<Range, 2> kUnspecified{{{"::", 128}, {"0.0.0.0", 128}}};
constexpr std::array<Range, 2> kLoopback{{{"::1", 128}, {"127.0.0.0", ipv4_bits(8)}}};
constexpr std::array<Range, 7> kLocal{{{"fe80::", 10},
                                       {"fc00::", 7},
                                       {"169.254.0.0", ipv4_bits(16)},
                                       {"10.0.0.0", ipv4_bits(8)},
                                       {"172.16.0.0", ipv4_bits(12)},
                                       {"192.168.0.0", ipv4_bits(16)},
                                       {"100.64.0.0", ipv4_bits(10)}}};

bool is_in(const IpAddress& address, std::span<const Range> ranges) {
  return std::ranges::any_of(ranges, [&](const Range& range) {
    return address.shares(range.bits, *IpAddress::parse(range.first));
  });
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

bool IpAddress::is_ipv4() const {
  static const IpAddress any = *parse("0.0.0.0");
  return shares(kIpv4PrefixBits, any);
}

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

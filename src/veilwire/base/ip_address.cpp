#include "veilwire/base/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <span>

namespace veilwire {
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
constexpr std::array kInternal{Range{IpAddress(Bytes16{0xfe, 0x80}), 10},
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

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  // Only what stands before a zero byte would be read.
  if (text.find('\0') != text.npos) return std::nullopt;
  Bytes16 bytes{};
  if (text.find(':') != text.npos) {
    const std::string without_zone(text.substr(0, text.find('%')));
    if (::inet_pton(AF_INET6, without_zone.c_str(), bytes.data()) != 1) return std::nullopt;
    return IpAddress(bytes);
  }
  bytes[10] = bytes[11] = 0xff;
  if (::inet_pton(AF_INET, std::string(text).c_str(), &bytes[12]) != 1) return std::nullopt;
  return IpAddress(bytes);
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_ipv4()) {
    ::inet_ntop(AF_INET, &bytes_[12], text.data(), text.size());
  } else {
    ::inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
  }
  return text.data();
}

bool IpAddress::is_ipv4() const { return shares(kAllIpv4.bits, kAllIpv4.first); }

bool IpAddress::is_unspecified() const { return is_in(*this, kUnspecified); }
bool IpAddress::is_loopback() const { return is_in(*this, kLoopback); }
bool IpAddress::is_internal() const {
  return is_unspecified() || is_loopback() || is_in(*this, kInternal);
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

}  // namespace veilwire

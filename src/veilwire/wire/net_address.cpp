#include "veilwire/wire/net_address.h"

#include <algorithm>
#include <span>

#include "veilwire/wire/address_range.h"

namespace veilwire::wire {
namespace {

constexpr std::size_t kIpv4Offset = 12;  // of the address in the mapped form
constexpr std::size_t kTorV2Offset = 6;

constexpr AddressRange kMappedIpv4{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
constexpr AddressRange kMappedTorV2{{0xfd, 0x87, 0xd8, 0x7e, 0xeb, 0x43}, 48};

constexpr AddressRange kThisHostIpv4[] = {{{127}, 8}, {{0}, 8}};
constexpr AddressRange kThisHostIpv6{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128};

constexpr AddressRange kReservedIpv4[] = {
    {{0}, 8},
    {{127}, 8},
    {{10}, 8},             // RFC 1918
    {{172, 16}, 12},       // RFC 1918
    {{192, 168}, 16},      // RFC 1918
    {{198, 18}, 15},       // RFC 2544: benchmarks
    {{169, 254}, 16},      // RFC 3927: link-local
    {{100, 64}, 10},       // RFC 6598: shared
    {{192, 0, 2}, 24},     // RFC 5737: documentation
    {{198, 51, 100}, 24},  // RFC 5737
    {{203, 0, 113}, 24},   // RFC 5737
    {{255, 255, 255, 255}, 32},
};

constexpr AddressRange kReservedIpv6[] = {
    {{}, 128},
    kThisHostIpv6,
    kMappedIpv4,
    {{0x20, 0x01, 0x0d, 0xb8}, 32},        // RFC 3849: documentation
    {{0xfc}, 7},                           // RFC 4193: private
    {{0xfe, 0x80, 0, 0, 0, 0, 0, 0}, 64},  // RFC 4862: link-local
    {{0x20, 0x01, 0x00, 0x10}, 28},        // RFC 4843: hashes as addresses
    {{0x20, 0x01, 0x00, 0x20}, 28},        // RFC 7343: the same, again
};

constexpr AddressRange kCjdns{{0xfc}, 8};

// IPv6 ranges that hold an IPv4 address.
struct LinkedRange {
  AddressRange range;
  std::size_t offset;    // where in the address
  std::uint8_t flipped;  // every byte is combined with this
};

constexpr LinkedRange kLinkedRanges[] = {
    {{{0x20, 0x02}, 16}, 2, 0},                                                // RFC 3964: 6to4
    {{{0x20, 0x01, 0, 0}, 32}, kIpv4Offset, 0xff},                             // RFC 4380: Teredo
    {{{0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}, 96}, kIpv4Offset, 0},  // RFC 6052: NAT64
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0}, 96}, kIpv4Offset, 0},        // RFC 6145
};

bool within_any(std::span<const AddressRange> ranges, ByteView address) {
  return std::ranges::any_of(ranges, [&](const auto& range) { return range.contains(address); });
}

Ipv4Bytes ipv4_at(ByteView address, std::size_t offset, std::uint8_t flipped) {
  Ipv4Bytes out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::uint8_t>(address[offset + i] ^ flipped);
  }
  return out;
}

Ipv6Bytes mapped(const AddressRange& range, std::size_t offset, ByteView address) {
  Ipv6Bytes out = range.prefix;
  std::ranges::copy(address, out.begin() + static_cast<std::ptrdiff_t>(offset));
  return out;
}

}  // namespace

std::string_view network_name(NetworkId network) {
  switch (network) {
    case NetworkId::kIpv4:
      return "ipv4";
    case NetworkId::kIpv6:
      return "ipv6";
    case NetworkId::kTorV2:
    case NetworkId::kTorV3:
      return "onion";
    case NetworkId::kI2p:
      return "i2p";
    case NetworkId::kCjdns:
      return "cjdns";
  }
  return "unknown";
}

std::optional<std::size_t> network_address_bytes(std::uint8_t network) {
  switch (static_cast<NetworkId>(network)) {
    case NetworkId::kIpv4:
      return 4;
    case NetworkId::kIpv6:
    case NetworkId::kCjdns:
      return 16;
    case NetworkId::kTorV2:
      return 10;
    case NetworkId::kTorV3:
    case NetworkId::kI2p:
      return 32;
  }
  return std::nullopt;
}

NetAddress::NetAddress(NetworkId network, ByteView bytes)
    : network_(network), size_(static_cast<std::uint8_t>(bytes.size())) {
  std::ranges::copy(bytes, bytes_.begin());
}

NetAddress NetAddress::ipv4(const Ipv4Bytes& bytes) { return {NetworkId::kIpv4, bytes}; }

std::optional<NetAddress> NetAddress::from_bytes(NetworkId network, ByteView bytes) {
  if (network_address_bytes(static_cast<std::uint8_t>(network)) != bytes.size()) {
    return std::nullopt;
  }
  return NetAddress(network, bytes);
}

NetAddress NetAddress::from_legacy(const Ipv6Bytes& bytes) {
  const ByteView view(bytes);
  if (kMappedIpv4.contains(view)) return {NetworkId::kIpv4, view.subspan(kIpv4Offset)};
  if (kMappedTorV2.contains(view)) return {NetworkId::kTorV2, view.subspan(kTorV2Offset)};
  return {NetworkId::kIpv6, view};
}

std::optional<Ipv6Bytes> NetAddress::to_legacy() const {
  switch (network_) {
    case NetworkId::kIpv4:
      return mapped(kMappedIpv4, kIpv4Offset, bytes());
    case NetworkId::kTorV2:
      return mapped(kMappedTorV2, kTorV2Offset, bytes());
    case NetworkId::kIpv6:
      return mapped(AddressRange{}, 0, bytes());
    default:
      return std::nullopt;
  }
}

bool NetAddress::is_this_host() const {
  if (network_ == NetworkId::kIpv4) return within_any(kThisHostIpv4, bytes());
  return network_ == NetworkId::kIpv6 && kThisHostIpv6.contains(bytes());
}

bool NetAddress::is_routable() const {
  switch (network_) {
    case NetworkId::kIpv4:
      return !within_any(kReservedIpv4, bytes());
    case NetworkId::kIpv6:
      return !within_any(kReservedIpv6, bytes());
    case NetworkId::kCjdns:
      return kCjdns.contains(bytes());
    case NetworkId::kTorV2:
      return false;
    case NetworkId::kTorV3:
    case NetworkId::kI2p:
      return true;
  }
  return false;
}

std::optional<Ipv4Bytes> NetAddress::linked_ipv4() const {
  if (!is_routable()) return std::nullopt;
  if (network_ == NetworkId::kIpv4) return ipv4_at(bytes(), 0, 0);
  if (network_ != NetworkId::kIpv6) return std::nullopt;
  for (const LinkedRange& linked : kLinkedRanges) {
    if (linked.range.contains(bytes())) return ipv4_at(bytes(), linked.offset, linked.flipped);
  }
  return std::nullopt;
}

std::size_t NetAddressHash::operator()(const NetAddress& address) const {
  std::array<std::uint8_t, 33> data{static_cast<std::uint8_t>(address.network())};
  std::ranges::copy(address.bytes(), data.begin() + 1);
  return static_cast<std::size_t>(
      crypto::siphash24(key_, ByteView(data).first(1 + address.bytes().size())));
}

}  // namespace veilwire::wire

#include "veilwire/wire/network_group.h"

#include <algorithm>

#include "veilwire/wire/address_range.h"

namespace veilwire::wire {
namespace {

constexpr std::uint8_t kClassIpv4 = 1;
constexpr std::uint8_t kClassIpv6 = 2;
constexpr std::uint8_t kClassTor = 3;
constexpr std::uint8_t kClassI2p = 4;
constexpr std::uint8_t kClassCjdns = 5;

constexpr AddressRange kHeNet{{0x20, 0x01, 0x04, 0x70}, 32};

}  // namespace

NetworkGroup::NetworkGroup(std::uint8_t network_class, ByteView address, std::size_t bits)
    : bytes_{network_class}, size_(static_cast<std::uint8_t>(1 + (bits + 7) / 8)) {
  std::ranges::copy(address.first(size_ - 1u), bytes_.begin() + 1);
  if (bits % 8 == 0) return;
  std::uint8_t& last = bytes_[size_ - 1u];
  last = static_cast<std::uint8_t>(last | 0xff >> bits % 8);
}

NetworkGroup NetworkGroup::of(const NetAddress& address) {
  if (!address.is_routable()) return {};
  if (const auto ipv4 = address.linked_ipv4()) return {kClassIpv4, *ipv4, 16};
  const ByteView bytes = address.bytes();
  switch (address.network()) {
    case NetworkId::kTorV3:
      return {kClassTor, bytes, 4};
    case NetworkId::kI2p:
      return {kClassI2p, bytes, 4};
    case NetworkId::kCjdns:
      return {kClassCjdns, bytes, 12};
    case NetworkId::kIpv6:
      return {kClassIpv6, bytes, kHeNet.contains(bytes) ? 36u : 32u};
    case NetworkId::kIpv4:
    case NetworkId::kTorV2:
      break;
  }
  return {};
}

}  // namespace veilwire::wire

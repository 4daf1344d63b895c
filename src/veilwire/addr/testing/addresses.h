// Addresses for tests.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "veilwire/addr/known_address.h"
#include "veilwire/addr/network_set.h"
#include "veilwire/crypto/dice.h"

namespace veilwire::addr::testing {

inline constexpr UnixTime kNow = from_unix_seconds(1'700'000'000);

inline wire::NetAddress address(std::string_view text) {
  return wire::NetAddress::from_text(text).value();
}
inline wire::NetEndpoint endpoint(std::string_view text, std::uint16_t port = 8333) {
  return {address(text), port};
}
inline HeardAddress heard(const wire::NetEndpoint& endpoint, UnixTime time = kNow) {
  return {endpoint, protocol::kNodeNetwork, time};
}
inline HeardAddress heard(std::string_view text, UnixTime time = kNow) {
  return heard(endpoint(text), time);
}

// `group` has 16 bits that differ from group to group, `host` the rest.
inline wire::NetAddress ipv4(std::uint32_t group, std::uint32_t host) {
  return wire::NetAddress::ipv4(
      {static_cast<std::uint8_t>(20 + group / 256 % 64), static_cast<std::uint8_t>(group),
       static_cast<std::uint8_t>(host >> 8), static_cast<std::uint8_t>(host)});
}

// Routable, of any of the networks kept.
inline wire::NetAddress random_address(wire::NetworkId network, crypto::Dice& dice) {
  std::array<std::uint8_t, 32> bytes;
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(dice.u32());
  if (network == wire::NetworkId::kIpv4) bytes[0] = static_cast<std::uint8_t>(20 + bytes[0] % 64);
  if (network == wire::NetworkId::kIpv6) bytes[0] = 0x2a;
  if (network == wire::NetworkId::kCjdns) bytes[0] = 0xfc;
  const auto size = wire::network_address_bytes(static_cast<std::uint8_t>(network)).value();
  return wire::NetAddress::from_bytes(network, ByteView(bytes).first(size)).value();
}

}  // namespace veilwire::addr::testing

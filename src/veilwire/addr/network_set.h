// Some of the networks that nodes are reached on.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "veilwire/wire/net_address.h"

namespace veilwire::addr {

// Those whose addresses are kept; Tor v2 is gone.
inline constexpr std::array kNetworks{
    wire::NetworkId::kIpv4, wire::NetworkId::kIpv6,  wire::NetworkId::kTorV3,
    wire::NetworkId::kI2p,  wire::NetworkId::kCjdns,
};

// Its place in kNetworks. REQUIRES: it has one.
constexpr std::size_t network_place(wire::NetworkId network) {
  const auto number = static_cast<std::size_t>(network);
  return network < wire::NetworkId::kTorV2 ? number - 1 : number - 2;
}

class NetworkSet {
 public:
  // None.
  constexpr NetworkSet() = default;
  constexpr NetworkSet(std::initializer_list<wire::NetworkId> networks) {
    for (const wire::NetworkId network : networks) add(network);
  }
  static constexpr NetworkSet all() {
    NetworkSet set;
    for (const wire::NetworkId network : kNetworks) set.add(network);
    return set;
  }

  // REQUIRES: one of kNetworks.
  constexpr void add(wire::NetworkId network) {
    bits_ = static_cast<std::uint8_t>(bits_ | 1u << network_place(network));
  }
  constexpr bool contains(wire::NetworkId network) const {
    return network != wire::NetworkId::kTorV2 && (bits_ >> network_place(network) & 1) != 0;
  }
  constexpr bool empty() const { return bits_ == 0; }

  friend bool operator==(const NetworkSet&, const NetworkSet&) = default;

 private:
  std::uint8_t bits_ = 0;
};

}  // namespace veilwire::addr

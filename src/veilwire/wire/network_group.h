// The part of an address that costs something to have many of. Limits per group keep one operator
// of a whole network from being all of our peers (eclipse attacks).
#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "veilwire/base/bytes.h"
#include "veilwire/wire/net_address.h"

namespace veilwire::wire {

// The class of network, then the bits that make the group, as peers build them without a map of
// autonomous systems:
//
//   IPv4, and IPv6 that holds IPv4     1 and the /16
//   IPv6                               2 and the /32; the /36 within he.net, who gives /32s away
//   Tor, I2P                           3, 4 and the first 4 bits
//   CJDNS                              5 and the first 12 bits, the first 8 being always the same
//   local and unroutable               0
//
// A part of a byte is filled up with ones.
class NetworkGroup {
 public:
  // That of all unroutable addresses.
  NetworkGroup() = default;
  static NetworkGroup of(const NetAddress& address);

  ByteView bytes() const { return ByteView(bytes_).first(size_); }

  friend bool operator==(const NetworkGroup&, const NetworkGroup&) = default;
  friend auto operator<=>(const NetworkGroup&, const NetworkGroup&) = default;

 private:
  NetworkGroup(std::uint8_t network_class, ByteView address, std::size_t bits);

  std::array<std::uint8_t, 6> bytes_{};  // zeros from size_ on
  std::uint8_t size_ = 1;
};

}  // namespace veilwire::wire

// Where a node can be reached, without its port: an address of one of the networks of BIP 155.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veilwire/base/bytes.h"
#include "veilwire/crypto/siphash.h"

namespace veilwire::wire {

// With BIP 155's numbers.
enum class NetworkId : std::uint8_t {
  kIpv4 = 1,
  kIpv6 = 2,
  kTorV2 = 3,  // obsolete: the Tor network has not carried it since 2021
  kTorV3 = 4,
  kI2p = 5,
  kCjdns = 6,
};

// As RPC calls name them: "ipv4", "ipv6", "onion", "i2p", "cjdns".
std::string_view network_name(NetworkId network);
// How long an address of it is. Nothing for a number that is no network known here.
std::optional<std::size_t> network_address_bytes(std::uint8_t network);

using Ipv4Bytes = std::array<std::uint8_t, 4>;
using Ipv6Bytes = std::array<std::uint8_t, 16>;

class NetAddress {
 public:
  // 0.0.0.0
  NetAddress() = default;
  static NetAddress ipv4(const Ipv4Bytes& bytes);
  // Nothing where the length is not the network's.
  static std::optional<NetAddress> from_bytes(NetworkId network, ByteView bytes);
  // The form of 16 bytes: an IPv4 address in ::ffff:0:0/96, a Tor v2 address in
  // fd87:d87e:eb43::/48, and IPv6 in all others.
  static NetAddress from_legacy(const Ipv6Bytes& bytes);
  // Any text that to_text() gives, and other ways to write an IPv6 address; hidden services in
  // either case. No names, ports, brackets or zones. IPv6 in fc00::/8 is CJDNS, which nobody else
  // uses there (RFC 4193). Nothing where the text is none of these or an onion's checksum is wrong.
  static std::optional<NetAddress> from_text(std::string_view text);

  NetworkId network() const { return network_; }
  ByteView bytes() const { return ByteView(bytes_).first(size_); }

  // Nothing for Tor v3, I2P and CJDNS, which only addrv2 carries. Undoes from_legacy().
  std::optional<Ipv6Bytes> to_legacy() const;

  // "1.2.3.4", IPv6 and CJDNS as in RFC 5952, "<56 characters>.onion", "<52 characters>.b32.i2p".
  std::string to_text() const;

  // Of this host: 127.0.0.0/8, 0.0.0.0/8, ::1.
  bool is_this_host() const;
  // May be passed on and dialled: not of a private, local, documentation or otherwise reserved
  // range, not IPv4 in the clothes of IPv6, no CJDNS address outside fc00::/8, no Tor v2.
  bool is_routable() const;
  // The IPv4 address that a routable one is, or holds: 6to4 (RFC 3964), Teredo (RFC 4380), NAT64
  // (RFC 6052), translated (RFC 6145).
  std::optional<Ipv4Bytes> linked_ipv4() const;

  friend bool operator==(const NetAddress&, const NetAddress&) = default;
  friend auto operator<=>(const NetAddress&, const NetAddress&) = default;

 private:
  NetAddress(NetworkId network, ByteView bytes);

  NetworkId network_ = NetworkId::kIpv4;
  std::uint8_t size_ = 4;
  std::array<std::uint8_t, 32> bytes_{};  // zeros from size_ on
};

// For hash tables. Peers choose addresses, so that the key must be secret: random for each table.
class NetAddressHash {
 public:
  explicit NetAddressHash(const crypto::SipKey& key) : key_(key) {}
  std::size_t operator()(const NetAddress& address) const;

 private:
  crypto::SipKey key_;
};

}  // namespace veilwire::wire

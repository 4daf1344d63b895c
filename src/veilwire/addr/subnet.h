// Addresses that begin with the same bits, as an operator writes them: "1.2.3.0/24", "2a00::/16". A
// hidden service or a CJDNS address is one alone.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veilwire/wire/net_address.h"

namespace veilwire::addr {

class Subnet {
 public:
  // The address alone.
  explicit Subnet(const wire::NetAddress& address);
  // The bits after the first `bits` do not matter. Nothing for more bits than the address has, or for
  // fewer where it is not IPv4 or IPv6.
  static std::optional<Subnet> of(const wire::NetAddress& address, unsigned bits);
  // An address, or one with '/' and the number of bits.
  static std::optional<Subnet> from_text(std::string_view text);

  bool contains(const wire::NetAddress& address) const;

  // Its first address.
  const wire::NetAddress& base() const { return base_; }
  unsigned bits() const { return bits_; }
  // With the bits even where it is one address, as Core's listbanned has it.
  std::string to_text() const;

  friend bool operator==(const Subnet&, const Subnet&) = default;
  friend auto operator<=>(const Subnet&, const Subnet&) = default;

 private:
  Subnet(const wire::NetAddress& base, unsigned bits)
      : base_(base), bits_(static_cast<std::uint16_t>(bits)) {}

  wire::NetAddress base_;
  std::uint16_t bits_;
};

}  // namespace veilwire::addr

// A network of IP addresses, as people write it.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "veilwire/base/ip_address.h"

namespace veilwire::proxy {

class AddressRange {
 public:
  // "203.0.113.5", "203.0.113.0/24", "2001:db8::/32". IPv4 and IPv6 are strangers: ::/0 is IPv6
  // only. The error is a sentence without its full stop.
  static std::expected<AddressRange, std::string> parse(std::string_view text);

  bool contains(const IpAddress& address) const {
    return address.is_ipv4() == is_ipv4_ && address_.shares(bits_, address);
  }

  // The first `bits()` of the 128 of an IpAddress, and zeros.
  const IpAddress& address() const { return address_; }
  unsigned bits() const { return bits_; }

  friend bool operator==(const AddressRange&, const AddressRange&) = default;

 private:
  IpAddress address_;
  unsigned bits_ = IpAddress::kBits;  // of 128
  bool is_ipv4_ = false;
};

}  // namespace veilwire::proxy

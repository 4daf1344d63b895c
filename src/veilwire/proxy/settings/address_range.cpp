#include "veilwire/proxy/settings/address_range.h"

#include <charconv>

#include "veilwire/base/escape.h"

namespace veilwire::proxy {
namespace {

std::unexpected<std::string> refuse(std::string_view text, std::string_view what) {
  return std::unexpected(quote_foreign(text) + " " + std::string(what));
}

}  // namespace

std::expected<AddressRange, std::string> AddressRange::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) {
    return refuse(text,
                  "is not an address or network: write one such as 192.168.1.5 or 192.168.1.0/24");
  }
  AddressRange range;
  range.address_ = *address;
  range.is_ipv4_ = address->is_ipv4();
  if (slash == text.npos) return range;
  // As it is written: an IPv4 network in IPv6 notation counts 128 bits.
  const bool is_short = text.find(':') == text.npos;
  const unsigned before = is_short ? IpAddress::kIpv4PrefixBits : 0;
  unsigned bits = 0;
  const std::string_view number = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), bits);
  if (error != std::errc() || end != number.data() + number.size() ||
      bits > IpAddress::kBits - before) {
    return refuse(text, is_short ? "needs a number from 0 to 32 after its '/'"
                                 : "needs a number from 0 to 128 after its '/'");
  }
  range.bits_ = bits + before;
  if (address->prefix(range.bits_) != *address) {
    return refuse(text, "has bits set after its prefix: write " +
                            address->prefix(range.bits_).to_string() +
                            std::string(text.substr(slash)));
  }
  return range;
}

}  // namespace veilwire::proxy

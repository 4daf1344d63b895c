#include "veilwire/addr/subnet.h"

#include <charconv>

namespace veilwire::addr {
namespace {

unsigned bits_of(const wire::NetAddress& address) {
  return static_cast<unsigned>(8 * address.bytes().size());
}

bool has_prefixes(wire::NetworkId network) {
  return network == wire::NetworkId::kIpv4 || network == wire::NetworkId::kIpv6;
}

// The first `bits` bits, the rest zero.
wire::NetAddress prefix_of(const wire::NetAddress& address, unsigned bits) {
  Bytes bytes(address.bytes().begin(), address.bytes().end());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t before = 8 * i;
    if (before + 8 <= bits) continue;
    const unsigned kept = before >= bits ? 0 : static_cast<unsigned>(bits - before);
    bytes[i] = static_cast<std::uint8_t>(bytes[i] & (0xff00 >> kept));
  }
  return wire::NetAddress::from_bytes(address.network(), bytes).value_or(address);
}

}  // namespace

Subnet::Subnet(const wire::NetAddress& address) : Subnet(address, bits_of(address)) {}

std::optional<Subnet> Subnet::of(const wire::NetAddress& address, unsigned bits) {
  if (bits > bits_of(address)) return std::nullopt;
  if (bits < bits_of(address) && !has_prefixes(address.network())) return std::nullopt;
  return Subnet(prefix_of(address, bits), bits);
}

std::optional<Subnet> Subnet::from_text(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = wire::NetAddress::from_text(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Subnet(*address);
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), bits);
  if (error != std::errc() || end != digits.end()) return std::nullopt;
  return of(*address, bits);
}

bool Subnet::contains(const wire::NetAddress& address) const {
  return address.network() == base_.network() && prefix_of(address, bits_) == base_;
}

std::string Subnet::to_text() const { return base_.to_text() + "/" + std::to_string(bits_); }

}  // namespace veilwire::addr

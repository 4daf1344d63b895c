// An IP address as a number: for prefixes, classes and comparisons. Which type of address to use
// when is said in endpoint.h.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace veilwire {

class IpAddress {
 public:
  // IPv4 lies in ::ffff:0:0/96 (RFC 4291, 2.5.5.2), so that what a socket for both families calls
  // ::ffff:1.2.3.4 is 1.2.3.4.
  using Bytes16 = std::array<std::uint8_t, 16>;
  static constexpr unsigned kBits = 128;
  static constexpr unsigned kIpv4PrefixBits = 96;

  // All zeros: no address.
  constexpr IpAddress() = default;
  explicit constexpr IpAddress(const Bytes16& bytes) : bytes_(bytes) {}
  // Nothing where `text` is not a numeric address. An IPv6 zone is left out.
  static std::optional<IpAddress> parse(std::string_view text);

  const Bytes16& bytes() const { return bytes_; }
  // Shortest form, as RFC 5952 has it; IPv4 with its dots.
  std::string to_string() const;

  bool is_ipv4() const;
  // No address: all zeros, or 0.0.0.0.
  bool is_unspecified() const;
  bool is_loopback() const;  // 127.0.0.0/8 and ::1
  // Means nothing outside of its own site: unspecified, loopback, link-local (169.254.0.0/16,
  // fe80::/10), private (RFC 1918, RFC 4193) or shared behind a provider's router (RFC 6598).
  bool is_internal() const;

  // The first `bits` of the 128 bits, the rest zero.
  IpAddress prefix(unsigned bits) const;
  // Whether the first `bits` of the 128 are those of `other`.
  bool shares(unsigned bits, const IpAddress& other) const {
    return prefix(bits) == other.prefix(bits);
  }

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  Bytes16 bytes_{};
};

}  // namespace veilwire

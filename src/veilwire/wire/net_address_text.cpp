// The text forms of addresses, in both directions.

#include <algorithm>
#include <charconv>

#include "veilwire/base/ascii.h"
#include "veilwire/base/ip_address.h"
#include "veilwire/crypto/sha3.h"
#include "veilwire/wire/base32.h"
#include "veilwire/wire/net_address.h"

namespace veilwire::wire {
namespace {

constexpr std::string_view kOnionEnd = ".onion";
constexpr std::string_view kI2pEnd = ".b32.i2p";
// Bounds what is decoded: the longest text is that of an onion.
constexpr std::size_t kMaxTextChars = 62;

// Tor's rend-spec-v3: base32(key, checksum, version).
constexpr std::size_t kOnionKeyBytes = 32;
constexpr std::size_t kOnionChecksumBytes = 2;
constexpr std::size_t kOnionBytes = kOnionKeyBytes + kOnionChecksumBytes + 1;
constexpr std::uint8_t kOnionVersion = 3;

// The key with its checksum and version.
Bytes onion_bytes(ByteView key) {
  constexpr std::string_view kPrefix = ".onion checksum";
  Bytes hashed(kPrefix.begin(), kPrefix.end());
  hashed.insert(hashed.end(), key.begin(), key.end());
  hashed.push_back(kOnionVersion);
  const auto digest = crypto::sha3_256(hashed);
  Bytes out(key.begin(), key.end());
  out.insert(out.end(), digest.begin(), digest.begin() + kOnionChecksumBytes);
  out.push_back(kOnionVersion);
  return out;
}

std::string ipv4_text(ByteView bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    if (!text.empty()) text.push_back('.');
    text += std::to_string(byte);
  }
  return text;
}

using Groups = std::array<std::uint16_t, 8>;

struct Run {
  std::size_t begin = 0;
  std::size_t size = 0;
};

// RFC 5952, 4.2: the first of the longest runs of zeros, but not of one group alone.
Run longest_zeros(const Groups& groups) {
  Run longest;
  for (std::size_t begin = 0; begin < groups.size(); ++begin) {
    std::size_t end = begin;
    while (end < groups.size() && groups[end] == 0) ++end;
    if (end - begin > longest.size) longest = {begin, end - begin};
  }
  return longest.size >= 2 ? longest : Run{groups.size(), 0};
}

void append_hex_group(std::string& text, std::uint16_t group) {
  char digits[4];
  const auto end = std::to_chars(digits, digits + sizeof digits, group, 16).ptr;
  text.append(digits, end);
}

std::string ipv6_text(ByteView bytes) {
  Groups groups;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i] = static_cast<std::uint16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  }
  const Run zeros = longest_zeros(groups);
  std::string text;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == zeros.begin) {
      text += "::";
      i += zeros.size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text.push_back(':');
    append_hex_group(text, groups[i]);
  }
  return text;
}

// What stands before the ending.
std::optional<std::string_view> without_end(std::string_view text, std::string_view end) {
  if (!ends_in_either_case(text, end)) return std::nullopt;
  return text.substr(0, text.size() - end.size());
}

std::optional<NetAddress> from_onion(std::string_view label) {
  const auto bytes = from_base32(label);
  if (!bytes) return std::nullopt;
  if (bytes->size() != kOnionBytes) return NetAddress::from_bytes(NetworkId::kTorV2, *bytes);
  const ByteView key = ByteView(*bytes).first(kOnionKeyBytes);
  if (onion_bytes(key) != *bytes) return std::nullopt;
  return NetAddress::from_bytes(NetworkId::kTorV3, key);
}

std::optional<NetAddress> from_i2p(std::string_view label) {
  const auto bytes = from_base32(label);
  if (!bytes) return std::nullopt;
  return NetAddress::from_bytes(NetworkId::kI2p, *bytes);
}

std::optional<NetAddress> from_ip(std::string_view text) {
  if (text.find('%') != text.npos) return std::nullopt;
  const auto address = IpAddress::parse(text);
  if (!address) return std::nullopt;
  if (address->bytes()[0] == 0xfc)
    return NetAddress::from_bytes(NetworkId::kCjdns, address->bytes());
  return NetAddress::from_legacy(address->bytes());
}

}  // namespace

std::string NetAddress::to_text() const {
  switch (network_) {
    case NetworkId::kIpv4:
      return ipv4_text(bytes());
    case NetworkId::kIpv6:
    case NetworkId::kCjdns:
      return ipv6_text(bytes());
    case NetworkId::kTorV2:
      return to_base32(bytes()).append(kOnionEnd);
    case NetworkId::kTorV3:
      return to_base32(onion_bytes(bytes())).append(kOnionEnd);
    case NetworkId::kI2p:
      return to_base32(bytes()).append(kI2pEnd);
  }
  return {};
}

std::optional<NetAddress> NetAddress::from_text(std::string_view text) {
  if (text.size() > kMaxTextChars) return std::nullopt;
  if (const auto label = without_end(text, kOnionEnd)) return from_onion(*label);
  if (const auto label = without_end(text, kI2pEnd)) return from_i2p(*label);
  return from_ip(text);
}

}  // namespace veilwire::wire

// 256-bit hashes: block hashes, txids, wtxids, filter headers; targets and work too, as numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace veilwire {

// In the order in which it travels. As a number: the least significant byte first.
using Hash256 = std::array<std::uint8_t, 32>;

// As people and RPC calls write it: byte-reversed hexadecimal, 64 lower-case digits.
constexpr std::string to_display(const Hash256& hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * hash.size());
  for (auto byte = hash.rbegin(); byte != hash.rend(); ++byte) {
    text += kDigits[*byte >> 4];
    text += kDigits[*byte & 0xf];
  }
  return text;
}

// The same backwards, in either case. Nothing for anything but 64 hexadecimal digits.
constexpr std::optional<Hash256> hash_from_display(std::string_view text) {
  constexpr auto kDigitOf = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  Hash256 hash{};
  if (text.size() != 2 * hash.size()) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const int high = kDigitOf(text[2 * i]);
    const int low = kDigitOf(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    hash[hash.size() - 1 - i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return hash;
}

// A hash that stands in the source; a malformed one does not compile.
consteval Hash256 operator""_hash(const char* text, std::size_t size) {
  return hash_from_display({text, size}).value();
}

}  // namespace veilwire

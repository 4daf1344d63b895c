#include "veilwire/wire/base32.h"

namespace veilwire::wire {
namespace {

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";

int value_of(char character) {
  if (character >= 'a' && character <= 'z') return character - 'a';
  if (character >= 'A' && character <= 'Z') return character - 'A';
  if (character >= '2' && character <= '7') return character - '2' + 26;
  return -1;
}

}  // namespace

std::string to_base32(ByteView bytes) {
  std::string text;
  unsigned pending = 0;
  unsigned pending_bits = 0;
  for (const std::uint8_t byte : bytes) {
    pending = pending << 8 | byte;
    pending_bits += 8;
    for (; pending_bits >= 5; pending_bits -= 5) {
      text.push_back(kAlphabet[pending >> (pending_bits - 5) & 31]);
    }
  }
  if (pending_bits > 0) text.push_back(kAlphabet[pending << (5 - pending_bits) & 31]);
  return text;
}

std::optional<Bytes> from_base32(std::string_view text) {
  Bytes bytes;
  unsigned pending = 0;
  unsigned pending_bits = 0;
  for (const char character : text) {
    const int value = value_of(character);
    if (value < 0) return std::nullopt;
    pending = pending << 5 | static_cast<unsigned>(value);
    pending_bits += 5;
    if (pending_bits < 8) continue;
    pending_bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>(pending >> pending_bits));
  }
  const bool bits_left_over = (pending & ((1u << pending_bits) - 1)) != 0;
  if (pending_bits >= 5 || bits_left_over) return std::nullopt;
  return bytes;
}

}  // namespace veilwire::wire

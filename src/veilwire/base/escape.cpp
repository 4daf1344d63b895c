#include "veilwire/base/escape.h"

namespace veilwire {
namespace {

// A backslash alone would make an escape of the text's own look like one of ours.
std::string_view escape_byte(std::uint8_t byte, char (&room)[4]) {
  static constexpr char kDigits[] = "0123456789abcdef";
  if (byte == '\\') return "\\\\";
  if (byte >= ' ' && byte <= '~') {
    room[0] = static_cast<char>(byte);
    return {room, 1};
  }
  room[0] = '\\';
  room[1] = 'x';
  room[2] = kDigits[byte >> 4];
  room[3] = kDigits[byte & 15];
  return {room, 4};
}

}  // namespace

std::string escape_foreign(ByteView text, std::size_t at_most) {
  std::string out;
  char room[4];
  for (const std::uint8_t byte : text) {
    const std::string_view escape = escape_byte(byte, room);
    if (escape.size() > at_most - out.size()) return out += "...";
    out += escape;
  }
  return out;
}

std::string escape_foreign(std::string_view text, std::size_t at_most) {
  return escape_foreign(ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()),
                        at_most);
}

std::string quote_foreign(std::string_view text) {
  return "'" + escape_foreign(text, kMaxShownChars) + "'";
}

}  // namespace veilwire

// Text from others, made safe to show: for terminals, logs and JSON alike.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "veilwire/base/bytes.h"

namespace veilwire {

// Longest escaped text: bounds what one peer's string can put on a screen or into a log line.
inline constexpr std::size_t kMaxEscapedChars = 1024;

// How much of a refused text its complaint shows.
inline constexpr std::size_t kMaxShownChars = 80;

// Printable ASCII (' '..'~') stays, but for the backslash, which becomes `\\`; every other byte
// becomes `\xNN`, lower case. So the result is one line of ASCII without control characters,
// terminal escapes or text that runs from right to left, and the original bytes can be read off it.
// What would pass `at_most` characters is cut between escapes, and "..." follows: at most `at_most`
// + 3 characters in all, however long `text` is.
std::string escape_foreign(std::string_view text, std::size_t at_most = kMaxEscapedChars);
std::string escape_foreign(ByteView text, std::size_t at_most = kMaxEscapedChars);

// What a complaint is about: up to kMaxShownChars of it, escaped, between single quotes.
std::string quote_foreign(std::string_view text);

}  // namespace veilwire

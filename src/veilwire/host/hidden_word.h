// Hides a word in a text of somebody else's making.
#pragma once

#include <string>
#include <string_view>

namespace veilwire::host {

// `text` with "(hidden)" for `word` wherever that stands next to no letter, digit, '-' or '_': a
// host called "a" is not hidden in every word.
std::string without_word(std::string_view text, std::string_view word);

}  // namespace veilwire::host

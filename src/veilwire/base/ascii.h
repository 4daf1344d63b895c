// Letters of ASCII, whatever the locale says a letter is.
#pragma once

#include <algorithm>
#include <string_view>

namespace veilwire {

constexpr char lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool equal_in_either_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower_case, lower_case);
}

constexpr bool ends_in_either_case(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         equal_in_either_case(text.substr(text.size() - end.size()), end);
}

}  // namespace veilwire

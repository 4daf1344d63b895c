#include "veilwire/host/hidden_word.h"

namespace veilwire::host {
namespace {

bool is_of_a_word(char one) {
  return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9') ||
         one == '-' || one == '_';
}

bool stands_alone(std::string_view text, std::size_t from, std::size_t size) {
  const std::size_t behind = from + size;
  return (from == 0 || !is_of_a_word(text[from - 1])) &&
         (behind == text.size() || !is_of_a_word(text[behind]));
}

}  // namespace

std::string without_word(std::string_view text, std::string_view word) {
  std::string out;
  while (!word.empty()) {
    std::size_t found = text.find(word);
    while (found != std::string_view::npos && !stands_alone(text, found, word.size())) {
      found = text.find(word, found + 1);
    }
    if (found == std::string_view::npos) break;
    out.append(text.substr(0, found)).append("(hidden)");
    text.remove_prefix(found + word.size());
  }
  return out.append(text);
}

}  // namespace veilwire::host

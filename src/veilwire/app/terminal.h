// What a person at a terminal sees, and a pipe does not: colour and a line of progress.
#pragma once

#include <fmt/color.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace veilwire::app {

enum class Colour : bool { kOff, kOn };

// On where `stream` is a terminal that is not dumb and NO_COLOR is unset or empty.
Colour colour_for(std::FILE* stream);

// How wide the terminal behind `stream` is; 0 where it is none, or does not say.
std::size_t columns_of(std::FILE* stream);

// `text` in `style`, or as it is.
std::string paint(Colour colour, fmt::text_style style, std::string_view text);

// One line on standard error that is overwritten in place; nothing where that is no terminal.
class ProgressLine {
 public:
  ProgressLine();
  // Erases the line.
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(std::string_view text);
  void erase();

 private:
  bool terminal_;
  bool shown_ = false;
};

}  // namespace veilwire::app

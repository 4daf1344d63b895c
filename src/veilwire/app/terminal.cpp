#include "veilwire/app/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace veilwire::app {
namespace {

bool is_terminal(std::FILE* stream) { return isatty(fileno(stream)) == 1; }

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : value;
}

}  // namespace

Colour colour_for(std::FILE* stream) {
  const bool wanted = environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  return wanted && is_terminal(stream) ? Colour::kOn : Colour::kOff;
}

std::size_t columns_of(std::FILE* stream) {
  winsize size{};
  if (!is_terminal(stream) || ioctl(fileno(stream), TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

std::string paint(Colour colour, fmt::text_style style, std::string_view text) {
  if (colour == Colour::kOff) return std::string(text);
  return fmt::format(style, "{}", text);
}

ProgressLine::ProgressLine() : terminal_(is_terminal(stderr)) {}

ProgressLine::~ProgressLine() { erase(); }

void ProgressLine::show(std::string_view text) {
  if (!terminal_) return;
  fmt::print(stderr, "\r\x1b[K{}", text);
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::erase() {
  if (!shown_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace veilwire::app

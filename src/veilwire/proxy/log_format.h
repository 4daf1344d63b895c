// How a line of the log looks. For .cpp files: it names spdlog.
#pragma once

#include <spdlog/formatter.h>

#include <memory>
#include <string>
#include <string_view>

#include "veilwire/proxy/log.h"

namespace veilwire::proxy {

class LogFormatter final : public spdlog::formatter {
 public:
  explicit LogFormatter(LogStyle style) : style_(style) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override;
  std::unique_ptr<spdlog::formatter> clone() const override;

 private:
  LogStyle style_;
};

// `text` with "(hidden)" for `word` wherever that stands next to no letter, digit, '-' or '_': a
// host called "a" is not hidden in every word.
std::string without_word(std::string_view text, std::string_view word);

}  // namespace veilwire::proxy

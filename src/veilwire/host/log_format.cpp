#include "veilwire/host/log_format.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/details/log_msg.h>

#include <chrono>
#include <iterator>
#include <string_view>

namespace veilwire::host {
namespace {

std::string_view name_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::err:
      return "error";
    case spdlog::level::warn:
      return "warning";
    case spdlog::level::info:
      return "info";
    default:
      return "debug";
  }
}

// Of syslog(3).
char priority_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::err:
      return '3';
    case spdlog::level::warn:
      return '4';
    case spdlog::level::info:
      return '6';
    default:
      return '7';
  }
}

}  // namespace

void LogFormatter::format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) {
  const auto out = std::back_inserter(line);
  const std::string_view text(message.payload.data(), message.payload.size());
  switch (style_) {
    case LogStyle::kTimestamps: {
      const auto time = std::chrono::floor<std::chrono::milliseconds>(message.time);
      fmt::format_to(out, "{:%Y-%m-%dT%H:%M:%S}.{:03}Z {}: {}\n",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)),
                     time.time_since_epoch().count() % 1000, name_of(message.level), text);
      break;
    }
    case LogStyle::kPlain:
      fmt::format_to(out, "{}: {}\n", name_of(message.level), text);
      break;
    case LogStyle::kJournal:
      fmt::format_to(out, "<{}>{}\n", priority_of(message.level), text);
      break;
  }
}

std::unique_ptr<spdlog::formatter> LogFormatter::clone() const {
  return std::make_unique<LogFormatter>(style_);
}

}  // namespace veilwire::host

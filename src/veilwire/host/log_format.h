// How a line of the log looks. For .cpp files: it names spdlog.
#pragma once

#include <spdlog/formatter.h>

#include <memory>

#include "veilwire/host/log.h"

namespace veilwire::host {

class LogFormatter final : public spdlog::formatter {
 public:
  explicit LogFormatter(LogStyle style) : style_(style) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override;
  std::unique_ptr<spdlog::formatter> clone() const override;

 private:
  LogStyle style_;
};

}  // namespace veilwire::host

#include "veilwire/host/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/stat.h>

#include <map>
#include <mutex>
#include <ostream>
#include <utility>

#include "veilwire/base/escape.h"
#include "veilwire/host/log_format.h"

namespace veilwire::host {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kDebug:
      break;
  }
  return spdlog::level::debug;
}

}  // namespace

LogStyle log_style_for(int fd, const char* journal_stream) {
  struct stat status{};
  if (journal_stream == nullptr || ::fstat(fd, &status) != 0) return LogStyle::kTimestamps;
  const std::string ours = fmt::format("{}:{}", status.st_dev, status.st_ino);
  return ours == journal_stream ? LogStyle::kJournal : LogStyle::kTimestamps;
}

struct Log::State {
  struct Quota {
    TimePoint since;
    LogLevel level{};
    unsigned count = 0;
  };

  State(LogStyle style, std::ostream& to, std::function<TimePoint()> time)
      : clock(std::move(time)),
        logger("veilwire", std::make_shared<spdlog::sinks::ostream_sink_mt>(to, true)) {
    logger.set_formatter(std::make_unique<LogFormatter>(style));
  }

  bool is_on(LogLevel level) const { return logger.should_log(spdlog_level(level)); }

  // The one place where text becomes a line, so the one that escapes.
  void write(LogLevel level, std::string_view text) {
    if (is_on(level)) logger.log(spdlog_level(level), escape_foreign(text));
  }

  bool may_say(LogLevel level, const std::string& kind) {
    const TimePoint now = clock();
    const std::lock_guard lock(mutex);
    close_quotas(now - kQuotaPeriod);
    Quota& quota = quotas.try_emplace(kind, now, level).first->second;
    return ++quota.count <= kMaxLinesOfAKind || is_on(LogLevel::kDebug);
  }

  // REQUIRES: the mutex is held, or nobody else is there.
  void close_quotas(TimePoint begun_before) {
    std::erase_if(quotas, [&](const auto& entry) {
      const auto& [kind, quota] = entry;
      if (quota.since > begun_before) return false;
      if (quota.count > kMaxLinesOfAKind && !is_on(LogLevel::kDebug)) {
        write(quota.level, fmt::format("{} {}, {} of them not logged", quota.count, kind,
                                       quota.count - kMaxLinesOfAKind));
      }
      return true;
    });
  }

  const std::function<TimePoint()> clock;
  spdlog::logger logger;
  std::mutex mutex;
  std::map<std::string, Quota> quotas;
};

Log::Log(LogLevel level, LogStyle style, std::ostream& to, std::function<TimePoint()> clock)
    : state_(std::make_unique<State>(style, to, std::move(clock))) {
  set_level(level);
}

Log::~Log() { state_->close_quotas(TimePoint::max()); }

void Log::set_level(LogLevel level) { state_->logger.set_level(spdlog_level(level)); }

bool Log::is_on(LogLevel level) const { return state_->is_on(level); }

void Log::say(LogLevel level, std::string_view text) { state_->write(level, text); }

bool Log::may_say(LogLevel level, const std::string& kind) { return state_->may_say(level, kind); }

}  // namespace veilwire::host

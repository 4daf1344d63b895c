// The log of a process: one line for each thing that happens, at one of four levels.
//
//   2026-11-21T12:44:37.123Z warning: the system refuses to accept a connection
//
// Every line is printable ASCII, whatever a peer, a program or a resolver has said. What strangers
// can bring about is kept within quotas, so that no flood fills the disk.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

#include "veilwire/base/time.h"

namespace veilwire::host {

enum class LogLevel : std::uint8_t { kError, kWarning, kInfo, kDebug };

enum class LogStyle : std::uint8_t {
  kTimestamps,  // "2026-11-21T12:44:37.123Z warning: ..."
  kPlain,       // "warning: ..."
  // "<4>...", as sd-daemon(3) describes it: the journal knows the time itself.
  kJournal,
};

// kJournal where `fd` is the very stream that `journal_stream` names, else kTimestamps. That is the
// value of JOURNAL_STREAM ("device:inode"), or null: a program that we start, or a pipe in between,
// may inherit the variable and not the stream.
LogStyle log_style_for(int fd, const char* journal_stream);

// Lines of one kind that are logged in a minute, of those that strangers can bring about: refusals,
// inbound connections that come and go. The rest is counted and said in one line. Bounds what a
// flood of connections writes to the disk. At LogLevel::kDebug everything is logged.
inline constexpr unsigned kMaxLinesOfAKind = 20;
inline constexpr Duration kQuotaPeriod = std::chrono::minutes(1);

// May be used by several threads.
class Log {
 public:
  // Writes each line to `to` at once, which must outlive it.
  Log(LogLevel level, LogStyle style, std::ostream& to, std::function<TimePoint()> clock);
  // Says what it has counted only.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // For lines to come.
  void set_level(LogLevel level);
  bool is_on(LogLevel level) const;

  // A sentence without its full stop; foreign text is escaped.
  void say(LogLevel level, std::string_view text);

  // Whether one more line of `kind` is within its quota, and counts it. `kind` is one of a known
  // few, in the plural, as the line that counts them has it: "37 connections were refused, 17 of
  // them not logged".
  bool may_say(LogLevel level, const std::string& kind);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace veilwire::host

// The proxy's log: one line for each thing that happens to a connection.
//
//   [12] outbound: v2, session 8f3ac01d, handshake 34 ms
//   [12] outbound: ended after 3621 s: the peer closed the connection
//
// It says of whom only where it was asked to: without LogOptions::ips no line names a peer, and the
// session id is cut to what tells connections apart for a person. Every line is printable ASCII,
// whatever a peer, a program or a resolver has said.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "veilwire/base/time.h"
#include "veilwire/net/runtime.h"
#include "veilwire/proxy/config.h"
#include "veilwire/proxy/observer.h"

namespace veilwire::proxy {

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

class Log final : public Observer {
 public:
  // Writes each line to `to` at once. Both arguments by reference must outlive it.
  Log(const LogOptions& options, LogStyle style, std::ostream& to,
      std::function<TimePoint()> clock = net::now);
  // Says what it has counted only.
  ~Log() override;

  // For lines to come.
  void set_options(const LogOptions& options);

  // What belongs to no connection. A sentence without its full stop; foreign text is escaped.
  void say(LogLevel level, std::string_view text);

  void accepted(ConnectionNumber number, Direction direction) override;
  void targeted(ConnectionNumber number, const Endpoint& peer) override;
  void joined(ConnectionNumber number, const Joined& how) override;
  void passed_through(ConnectionNumber number, PassthroughReason reason) override;
  void refused(ConnectionNumber number, Refusal why, std::string_view text) override;
  void downgraded(ConnectionNumber number, OnDowngrade action) override;
  void message_passed(Direction, Side, const protocol::MessageType&, std::size_t) override {}
  void message_dropped(Direction direction, Side from, const protocol::MessageType& type,
                       std::string_view reason) override;
  void ended(ConnectionNumber number, std::string_view text) override;
  void not_accepting(std::string_view why) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace veilwire::proxy

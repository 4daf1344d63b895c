#include "veilwire/proxy/report/event_log.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <utility>

#include "veilwire/base/hex.h"
#include "veilwire/host/hidden_word.h"

namespace veilwire::proxy {
namespace {

// Enough for a person to tell connections apart; too few to find the same one in another's log.
constexpr std::size_t kShortSessionIdChars = 8;

// Most addresses that a node tries are dead, and the net is full of scanners: that is no warning.
LogLevel level_of(Refusal why) {
  switch (why) {
    case Refusal::kUnresolved:
    case Refusal::kTargetUnreachable:
    case Refusal::kHandshakeFailed:
      return LogLevel::kInfo;
    default:
      return LogLevel::kWarning;
  }
}

std::string_view transport_text(Direction direction, const Joined& how) {
  if (how.version == transport::Version::kV2) return "v2";
  if (direction == Direction::kInbound) return "v1: the peer's choice";
  if (how.remembered_v1) return "v1: the peer recently answered only v1";
  return transport::version_reason_text(how.reason);
}

std::string_view passthrough_text(PassthroughReason reason) {
  switch (reason) {
    case PassthroughReason::kProgramNotV1:
      return "the program does not speak v1";
    case PassthroughReason::kTargetSpokeFirst:
      return "the target spoke first";
    case PassthroughReason::kNobodySpoke:
      break;
  }
  return "nobody said anything";
}

std::string type_text(const protocol::MessageType& type) {
  return type.has_name() ? fmt::format("'{}'", type.name()) : fmt::format("id {}", type.short_id());
}

// On one machine a handshake takes less than one.
std::string milliseconds_text(Duration duration) {
  const double ms = std::chrono::duration<double, std::milli>(duration).count();
  return ms < 10 ? fmt::format("{:.2f} ms", ms) : fmt::format("{:.0f} ms", ms);
}

// Version 1 has no handshake to speak of.
std::string handshake_text(const Joined& how) {
  if (how.version != transport::Version::kV2) return {};
  return ", handshake " + milliseconds_text(how.handshake_duration);
}

// Most connections last for hours. Of one that was over at once it tells whether a person or a
// machine ended it.
std::string lifetime_text(Duration duration) {
  if (duration < std::chrono::seconds(1)) return milliseconds_text(duration);
  return fmt::format("{} s", std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

std::string_view reading_text(limits::BufferLedger::Step step) {
  switch (step) {
    case limits::BufferLedger::Step::kStopReading:
      return "reading stopped: the memory for unfinished messages is taken "
             "(limits.partial_message_bytes)";
    case limits::BufferLedger::Step::kResumeReading:
      return "reading resumed";
    case limits::BufferLedger::Step::kCloseForRoom:
      return "closed to make room for other messages (limits.partial_message_bytes)";
    case limits::BufferLedger::Step::kCloseStalled:
      return "closed: its message made no progress for a minute";
  }
  return "";
}

// What the lines that were left out were about.
std::string_view reading_noun(limits::BufferLedger::Step step) {
  switch (step) {
    case limits::BufferLedger::Step::kStopReading:
      return "times reading was stopped for lack of memory";
    case limits::BufferLedger::Step::kResumeReading:
      return "times reading was resumed";
    case limits::BufferLedger::Step::kCloseForRoom:
      return "connections were closed to make room";
    case limits::BufferLedger::Step::kCloseStalled:
      return "connections were closed because a message made no progress";
  }
  return "";
}

std::string_view sender_text(Sender sender) {
  switch (sender) {
    case Sender::kInboundPeer:
      return "an inbound peer";
    case Sender::kOutboundPeer:
      return "an outbound peer";
    case Sender::kProgram:
      return "a program";
  }
  return "";
}

}  // namespace

struct EventLog::State {
  struct Connection {
    Direction direction{};
    TimePoint since;
    Endpoint peer{};
    bool joined = false;
    bool quiet = false;  // its end is nothing new, or its beginning was not logged
  };
  State(host::Log& to, std::function<TimePoint()> time) : log(to), clock(std::move(time)) {}

  void write(LogLevel level, ConnectionNumber number, const Connection& connection,
             std::string_view text) {
    log.say(level, fmt::format("[{}] {}: {}", number, direction_name(connection.direction), text));
  }

  Connection* find(ConnectionNumber number) {
    const auto found = connections.find(number);
    return found == connections.end() ? nullptr : &found->second;
  }

  // At the end of a line: it may be long.
  std::string peer_suffix(const Connection& connection) const {
    if (!options.ips || connection.peer.host.empty()) return {};
    return fmt::format(", peer {}", to_string(connection.peer));
  }

  std::string without_peer(const Connection& connection, std::string_view text) const {
    if (options.ips) return std::string(text);
    return host::without_word(text, connection.peer.host);
  }

  std::string session_text(const Joined& how) const {
    if (!how.session_id) return {};
    const std::string id = to_hex(*how.session_id);
    return ", session " + (options.session_ids ? id : id.substr(0, kShortSessionIdChars));
  }

  void take(const Accepted& event);
  void take(const Targeted& event);
  void take(const Joined& how);
  void take(const PassedThrough& event);
  void take(const Refused& event);
  void take(const Downgraded& event);
  void take(const MessageDropped& event);
  void take(const ReadingDecided& event);
  void take(const Ended& event);
  void take(const NotAccepting& event);

  host::Log& log;
  const std::function<TimePoint()> clock;
  LogOptions options;
  std::map<ConnectionNumber, Connection> connections;
};

EventLog::EventLog(host::Log& log, const LogOptions& options, std::function<TimePoint()> clock)
    : state_(std::make_unique<State>(log, std::move(clock))) {
  set_options(options);
}

EventLog::~EventLog() = default;

void EventLog::set_options(const LogOptions& options) {
  state_->options = options;
  state_->log.set_level(options.level);
}

void EventLog::on(const Event& event) { hand_to(*state_, event); }

void EventLog::State::take(const Accepted& event) {
  const auto& connection =
      connections.try_emplace(event.number, event.direction, clock()).first->second;
  write(LogLevel::kDebug, event.number, connection, "accepted");
}

void EventLog::State::take(const Targeted& event) {
  Connection* connection = find(event.number);
  if (connection == nullptr) return;
  connection->peer = event.peer;
  if (!options.ips) return;
  write(LogLevel::kDebug, event.number, *connection,
        (connection->direction == Direction::kOutbound ? "to " : "from ") + to_string(event.peer));
}

// Programs are ours; peers are strangers.
void EventLog::State::take(const Joined& how) {
  Connection* connection = find(how.number);
  if (connection == nullptr) return;
  connection->joined = true;
  connection->quiet =
      connection->direction == Direction::kInbound &&
      !log.may_say(LogLevel::kInfo, how.version == transport::Version::kV2
                                        ? "inbound connections were established in v2"
                                        : "inbound connections were established in v1");
  if (connection->quiet) return;
  write(LogLevel::kInfo, how.number, *connection,
        fmt::format("{}{}{}{}", transport_text(connection->direction, how), session_text(how),
                    handshake_text(how), peer_suffix(*connection)));
}

void EventLog::State::take(const PassedThrough& event) {
  const Connection* connection = find(event.number);
  if (connection == nullptr) return;
  write(LogLevel::kInfo, event.number, *connection,
        fmt::format("passed through untouched: {}; only the two ends know the session id{}",
                    passthrough_text(event.reason), peer_suffix(*connection)));
}

void EventLog::State::take(const Refused& event) {
  Connection* connection = find(event.number);
  if (connection == nullptr) return;
  connection->quiet = true;
  if (!log.may_say(level_of(event.why),
                   fmt::format("connections were refused ({})", refusal_name(event.why))))
    return;
  write(level_of(event.why), event.number, *connection,
        fmt::format("refused ({}): {}{}", refusal_name(event.why),
                    without_peer(*connection, event.text), peer_suffix(*connection)));
}

void EventLog::State::take(const Downgraded& event) {
  const Connection* connection = find(event.number);
  if (connection == nullptr) return;
  write(LogLevel::kWarning, event.number, *connection,
        fmt::format("downgrade: the peer has spoken v2 before and now {}{}",
                    event.action == OnDowngrade::kWarn
                        ? "answers in v1; the connection is kept"
                        : "does not answer it; the connection is refused",
                    peer_suffix(*connection)));
}

// There may be many of them: only those who ask for everything see them.
void EventLog::State::take(const MessageDropped& event) {
  if (!log.is_on(LogLevel::kDebug)) return;
  log.say(LogLevel::kDebug,
          fmt::format("{}: dropped {} from the {}: {}", direction_name(event.direction),
                      type_text(event.type), event.from == Side::kProgram ? "program" : "peer",
                      event.reason));
}

void EventLog::State::take(const ReadingDecided& event) {
  using Step = limits::BufferLedger::Step;
  const Connection* connection = find(event.number);
  if (connection == nullptr) return;
  const LogLevel level = event.step == Step::kResumeReading ? LogLevel::kDebug : LogLevel::kWarning;
  if (!log.may_say(level, std::string(reading_noun(event.step)))) return;
  write(level, event.number, *connection,
        fmt::format("{}, with {} bytes of a message from {}{}", reading_text(event.step),
                    event.bytes, sender_text(event.sender), peer_suffix(*connection)));
}

// The end of a refused connection is no news: the refusal has been logged.
void EventLog::State::take(const Ended& event) {
  const auto found = connections.find(event.number);
  if (found == connections.end()) return;
  const Connection& connection = found->second;
  const bool is_quiet =
      connection.quiet ||
      (connection.direction == Direction::kInbound && !connection.joined &&
       !log.may_say(LogLevel::kInfo, "inbound connections ended during their handshake"));
  write(is_quiet ? LogLevel::kDebug : LogLevel::kInfo, event.number, connection,
        fmt::format("ended after {}: {}", lifetime_text(clock() - connection.since),
                    without_peer(connection, event.text)));
  connections.erase(found);
}

void EventLog::State::take(const NotAccepting& event) {
  if (!log.may_say(LogLevel::kWarning, "times a connection could not be accepted")) return;
  log.say(LogLevel::kWarning,
          fmt::format("cannot accept a connection ({}); new connections have to wait", event.why));
}

}  // namespace veilwire::proxy

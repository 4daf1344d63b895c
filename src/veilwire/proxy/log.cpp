#include "veilwire/proxy/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/stat.h>

#include <chrono>
#include <map>
#include <ostream>
#include <utility>

#include "veilwire/base/escape.h"
#include "veilwire/base/hex.h"
#include "veilwire/proxy/log_format.h"

namespace veilwire::proxy {
namespace {

// Enough for a person to tell connections apart; too few to find the same one in another's log.
constexpr std::size_t kShortSessionIdChars = 8;

spdlog::level::level_enum level_of(LogLevel level) {
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
  if (how.remembered_v1) return "v1: the peer answered nothing else a while ago";
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
  return "nobody spoke";
}

std::string type_text(const protocol::MessageType& type) {
  return type.has_name() ? fmt::format("'{}'", type.name()) : fmt::format("id {}", type.short_id());
}

long long milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

long long seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

}  // namespace

LogStyle log_style_for(int fd, const char* journal_stream) {
  struct stat status{};
  if (journal_stream == nullptr || ::fstat(fd, &status) != 0) return LogStyle::kTimestamps;
  const std::string ours = fmt::format("{}:{}", status.st_dev, status.st_ino);
  return ours == journal_stream ? LogStyle::kJournal : LogStyle::kTimestamps;
}

struct Log::State {
  struct Connection {
    Direction direction{};
    TimePoint since;
    Endpoint peer{};
    bool joined = false;
    bool quiet = false;  // its end is nothing new, or its beginning was not logged
  };
  struct Quota {
    TimePoint since;
    LogLevel level{};
    unsigned count = 0;
  };

  State(const LogOptions& with, LogStyle style, std::ostream& to, std::function<TimePoint()> time)
      : clock(std::move(time)),
        logger("veilwire", std::make_shared<spdlog::sinks::ostream_sink_st>(to, true)) {
    logger.set_formatter(std::make_unique<LogFormatter>(style));
    set_options(with);
  }

  void set_options(const LogOptions& with) {
    options = with;
    logger.set_level(level_of(options.level));
  }

  bool is_on(LogLevel level) const { return logger.should_log(level_of(level)); }

  // The one place where text becomes a line, so the one that escapes.
  void write(LogLevel level, std::string_view text) {
    if (is_on(level)) logger.log(level_of(level), escape_foreign(text));
  }

  void write(LogLevel level, ConnectionNumber number, const Connection& connection,
             std::string_view text) {
    write(level, fmt::format("[{}] {}: {}", number, direction_name(connection.direction), text));
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
    return without_word(text, connection.peer.host);
  }

  std::string session_text(const Joined& how) const {
    if (!how.session_id) return {};
    const std::string id = to_hex(*how.session_id);
    return ", session " + (options.session_ids ? id : id.substr(0, kShortSessionIdChars));
  }

  // `kind` as the line ends that says how many more there were; one of a known few.
  bool may_log(LogLevel level, const std::string& kind) {
    const TimePoint now = clock();
    close_quotas(now - kQuotaPeriod);
    Quota& quota = quotas.try_emplace(kind, now, level).first->second;
    return ++quota.count <= kMaxLinesOfAKind || options.level == LogLevel::kDebug;
  }

  void close_quotas(TimePoint begun_before) {
    std::erase_if(quotas, [&](const auto& entry) {
      const auto& [kind, quota] = entry;
      if (quota.since > begun_before) return false;
      if (quota.count > kMaxLinesOfAKind && options.level != LogLevel::kDebug) {
        write(quota.level, fmt::format("{} more {}", quota.count - kMaxLinesOfAKind, kind));
      }
      return true;
    });
  }

  std::function<TimePoint()> clock;
  LogOptions options;
  spdlog::logger logger;
  std::map<ConnectionNumber, Connection> connections;
  std::map<std::string, Quota> quotas;
};

Log::Log(const LogOptions& options, LogStyle style, std::ostream& to,
         std::function<TimePoint()> clock)
    : state_(std::make_unique<State>(options, style, to, std::move(clock))) {}

Log::~Log() { state_->close_quotas(TimePoint::max()); }

void Log::set_options(const LogOptions& options) { state_->set_options(options); }

void Log::say(LogLevel level, std::string_view text) { state_->write(level, text); }

void Log::accepted(ConnectionNumber number, Direction direction) {
  const auto& connection =
      state_->connections.try_emplace(number, direction, state_->clock()).first->second;
  state_->write(LogLevel::kDebug, number, connection, "accepted");
}

void Log::targeted(ConnectionNumber number, const Endpoint& peer) {
  State::Connection* connection = state_->find(number);
  if (connection == nullptr) return;
  connection->peer = peer;
  if (!state_->options.ips) return;
  state_->write(
      LogLevel::kDebug, number, *connection,
      (connection->direction == Direction::kOutbound ? "to " : "from ") + to_string(peer));
}

// Programs are ours; peers are strangers.
void Log::joined(ConnectionNumber number, const Joined& how) {
  State::Connection* connection = state_->find(number);
  if (connection == nullptr) return;
  connection->joined = true;
  connection->quiet =
      connection->direction == Direction::kInbound &&
      !state_->may_log(LogLevel::kInfo, how.version == transport::Version::kV2
                                            ? "inbound connections were made in v2"
                                            : "inbound connections were made in v1");
  if (connection->quiet) return;
  state_->write(LogLevel::kInfo, number, *connection,
                fmt::format("{}{}, handshake {} ms{}", transport_text(connection->direction, how),
                            state_->session_text(how), milliseconds(how.handshake_duration),
                            state_->peer_suffix(*connection)));
}

void Log::passed_through(ConnectionNumber number, PassthroughReason reason) {
  const State::Connection* connection = state_->find(number);
  if (connection == nullptr) return;
  state_->write(LogLevel::kInfo, number, *connection,
                fmt::format("passed through untouched: {}; the session id is not ours to know{}",
                            passthrough_text(reason), state_->peer_suffix(*connection)));
}

void Log::refused(ConnectionNumber number, Refusal why, std::string_view text) {
  State::Connection* connection = state_->find(number);
  if (connection == nullptr) return;
  connection->quiet = true;
  if (!state_->may_log(level_of(why),
                       fmt::format("connections were refused ({})", refusal_name(why))))
    return;
  state_->write(
      level_of(why), number, *connection,
      fmt::format("refused ({}): {}{}", refusal_name(why), state_->without_peer(*connection, text),
                  state_->peer_suffix(*connection)));
}

void Log::downgraded(ConnectionNumber number, OnDowngrade action) {
  const State::Connection* connection = state_->find(number);
  if (connection == nullptr) return;
  state_->write(LogLevel::kWarning, number, *connection,
                fmt::format("downgrade: the peer once spoke v2 and now {}{}",
                            action == OnDowngrade::kWarn ? "answers in v1; it is kept"
                                                         : "does not answer in it; it is refused",
                            state_->peer_suffix(*connection)));
}

// One that is dropped is one of many: only who asks for everything sees it.
void Log::message_dropped(Direction direction, Side from, const protocol::MessageType& type,
                          std::string_view reason) {
  if (!state_->is_on(LogLevel::kDebug)) return;
  state_->write(LogLevel::kDebug,
                fmt::format("{}: dropped {} from the {}: {}", direction_name(direction),
                            type_text(type), from == Side::kProgram ? "program" : "peer", reason));
}

// Why a refused connection ended has been said.
void Log::ended(ConnectionNumber number, std::string_view text) {
  const auto found = state_->connections.find(number);
  if (found == state_->connections.end()) return;
  const State::Connection& connection = found->second;
  const bool is_quiet =
      connection.quiet ||
      (connection.direction == Direction::kInbound && !connection.joined &&
       !state_->may_log(LogLevel::kInfo, "inbound connections ended before they were made"));
  state_->write(is_quiet ? LogLevel::kDebug : LogLevel::kInfo, number, connection,
                fmt::format("ended after {} s: {}", seconds(state_->clock() - connection.since),
                            state_->without_peer(connection, text)));
  state_->connections.erase(found);
}

void Log::not_accepting(std::string_view why) {
  if (!state_->may_log(LogLevel::kWarning, "times the system refused to accept a connection"))
    return;
  state_->write(
      LogLevel::kWarning,
      fmt::format("the system refuses to accept a connection ({}); those that come wait", why));
}

}  // namespace veilwire::proxy

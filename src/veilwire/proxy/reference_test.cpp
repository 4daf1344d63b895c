// docs/proxy-reference.md leaves nothing out.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "veilwire/proxy/report/event.h"
#include "veilwire/proxy/report/event_log.h"
#include "veilwire/proxy/report/metrics.h"
#include "veilwire/proxy/settings/table.h"

namespace veilwire::proxy {
namespace {

const std::string& reference() {
  static const std::string text = [] {
    std::ifstream file(VEILWIRE_DOCS "/proxy-reference.md");
    return std::string{std::istreambuf_iterator<char>(file), {}};
  }();
  return text;
}

// As the reference names something: in the first column of a table.
bool has_row(std::string_view name) {
  return reference().find("\n| `" + std::string(name) + "`") != std::string::npos;
}

TEST(ProxyReference, HasEverySettingAndItsOption) {
  for (const Setting& row : settings_table()) {
    EXPECT_TRUE(has_row(row.name())) << row.name();
    if (row.option.empty()) continue;
    EXPECT_NE(reference().find("`" + std::string(row.option)), std::string::npos) << row.option;
  }
}

TEST(ProxyReference, HasEveryPolicy) {
  for (const PolicyRow& row : kPolicies) EXPECT_TRUE(has_row(row.name)) << row.name;
}

TEST(ProxyReference, HasEveryRefusal) {
  for (std::uint8_t i = 0; !refusal_name(static_cast<Refusal>(i)).empty(); ++i) {
    const auto name = refusal_name(static_cast<Refusal>(i));
    EXPECT_TRUE(has_row(name)) << name;
  }
}

TEST(ProxyReference, HasEveryMetric) {
  const std::string page = Metrics().text();
  constexpr std::string_view kType = "# TYPE veilwire_proxy_";
  for (std::size_t at = page.find(kType); at != page.npos; at = page.find(kType, at)) {
    at += kType.size();
    const std::string name = page.substr(at, page.find(' ', at) - at);
    EXPECT_TRUE(has_row(name)) << name;
  }
}

// -- Log lines ------------------------------------------------------------------------------------

// One of each kind that a connection has, as they are logged.
std::vector<std::string> lines_of_all_events() {
  using Step = limits::BufferLedger::Step;
  std::ostringstream out;
  const auto clock = [] { return TimePoint(); };
  host::Log log(LogLevel::kDebug, host::LogStyle::kPlain, out, clock);
  EventLog events(log, {.level = LogLevel::kDebug, .ips = true}, clock);
  const transport::SessionId id{};
  const auto tell_all = [&](ConnectionNumber number, Direction direction) {
    events.on(Accepted{number, direction});
    events.on(Targeted{number, {"203.0.113.5", 8333}});
    events.on(Joined{.number = number, .version = transport::Version::kV2, .session_id = id});
    events.on(Joined{.number = number,
                     .version = transport::Version::kV1,
                     .reason = transport::VersionReason::kV1ByPolicy});
    events.on(PassedThrough{number, PassthroughReason::kNobodySpoke});
    events.on(Refused{number, Refusal::kAdmission, "why"});
    events.on(Downgraded{number, OnDowngrade::kWarn});
    events.on(Downgraded{number, OnDowngrade::kRefuse});
    events.on(
        MessageDropped{direction, Side::kPeer, protocol::MessageType::from_short_id(200), "why"});
    for (const Step step :
         {Step::kStopReading, Step::kResumeReading, Step::kCloseForRoom, Step::kCloseStalled}) {
      events.on(ReadingDecided{number, Sender::kInboundPeer, step, 16384});
    }
    events.on(Ended{number, "why"});
  };
  tell_all(1, Direction::kOutbound);
  tell_all(2, Direction::kInbound);
  events.on(NotAccepting{"why"});
  std::vector<std::string> lines;
  std::istringstream in(out.str());
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// What a row's text in backticks stands for: other numbers, words in capitals as they come, either
// direction.
std::regex pattern_of(const std::string& written) {
  const auto replaced = [](const std::string& text, const char* what, const char* by) {
    return std::regex_replace(text, std::regex(what), by);
  };
  std::string pattern = replaced(written, R"([\[\]().*+?{}|^$\\])", R"(\$&)");
  pattern = replaced(pattern, "4c663870", "[0-9a-f]{8}");
  pattern = replaced(pattern, "[0-9]+ (ms|s)", "[0-9.]+ m?s");
  pattern = replaced(pattern, R"(\\\[1\\\])", R"(\[[0-9]+\])");
  pattern = replaced(pattern, "'tx'", ".+");
  pattern = replaced(pattern, "(in|out)bound: ", "(in|out)bound: ");
  pattern =
      replaced(pattern, R"(\b(REASON|WHY|WHO|ADDR)\b|the program closed the connection)", ".+");
  return std::regex(pattern + "(, peer .+)?");
}

struct LogRow {
  std::vector<std::regex> lines;
  std::string level;
};

// Every row that begins with a line of the log.
std::vector<LogRow> log_rows() {
  const std::size_t begin = reference().find("\n## Log lines");
  std::istringstream in(reference().substr(begin, reference().find("\n## Metrics") - begin));
  const std::regex quoted("`([^`]+)`");
  std::vector<LogRow> rows;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("| `")) continue;
    const std::size_t last = line.rfind(" | ");
    LogRow row{.lines = {}, .level = line.substr(last + 3)};
    const std::string cell = line.substr(0, last);
    for (std::sregex_iterator one(cell.begin(), cell.end(), quoted), end; one != end; ++one) {
      const bool is_whole = one->str().find_first_of(":;") != std::string::npos;
      if (is_whole) row.lines.push_back(pattern_of((*one)[1]));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

TEST(ProxyReference, HasEveryLogLineOfAConnectionWithItsLevel) {
  const std::vector<LogRow> rows = log_rows();
  for (const std::string& line : lines_of_all_events()) {
    const std::size_t colon = line.find(": ");
    const std::string level = line.substr(0, colon);
    const std::string text = line.substr(colon + 2);
    EXPECT_TRUE(std::ranges::any_of(rows, [&](const LogRow& row) {
      return row.level.find(level) != std::string::npos &&
             std::ranges::any_of(
                 row.lines, [&](const std::regex& one) { return std::regex_match(text, one); });
    })) << line;
  }
}

}  // namespace
}  // namespace veilwire::proxy

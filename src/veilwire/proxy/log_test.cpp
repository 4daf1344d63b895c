#include "veilwire/proxy/log.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <regex>
#include <sstream>

namespace veilwire::proxy {
namespace {

using namespace std::chrono_literals;
using protocol::MessageType;
using transport::Version;
using transport::VersionReason;

transport::SessionId counting_session_id() {
  transport::SessionId id{};
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<std::uint8_t>(0xa0 + i);
  return id;
}

const Joined kV2{
    .version = Version::kV2, .session_id = counting_session_id(), .handshake_duration = 34ms};
const Endpoint kPeer{"203.0.113.5", 8333};

class LogTest : public ::testing::Test {
 protected:
  void open(const LogOptions& options = {}, LogStyle style = LogStyle::kPlain) {
    log_ = std::make_unique<Log>(options, style, out_, [this] { return now_; });
  }

  void begin(ConnectionNumber number, Direction direction = Direction::kOutbound) {
    log_->accepted(number, direction);
    log_->targeted(number, kPeer);
  }

  // What was written since the last call.
  std::string written() {
    std::string text = out_.str();
    out_.str("");
    return text;
  }

  std::ostringstream out_;
  TimePoint now_{1h};
  std::unique_ptr<Log> log_;
};

TEST_F(LogTest, SaysHowAConnectionWasMadeAndHowItEnded) {
  open();
  begin(12);
  log_->joined(12, kV2);
  now_ += 3621s;
  log_->ended(12, "the peer closed the connection");
  EXPECT_EQ(written(),
            "info: [12] outbound: v2, session a0a1a2a3, handshake 34 ms\n"
            "info: [12] outbound: ended after 3621 s: the peer closed the connection\n");
}

TEST_F(LogTest, SaysWhyAConnectionIsInTheClear) {
  open();
  for (ConnectionNumber i = 1; i <= 4; ++i) begin(i);
  begin(5, Direction::kInbound);
  log_->joined(1, {.version = Version::kV1, .reason = VersionReason::kV1ByPolicy});
  log_->joined(2, {.version = Version::kV1, .reason = VersionReason::kV1PeerEnded});
  log_->joined(3, {.version = Version::kV1, .reason = VersionReason::kV1Silence});
  log_->joined(
      4, {.version = Version::kV1, .reason = VersionReason::kV1ByPolicy, .remembered_v1 = true});
  log_->joined(5, {.version = Version::kV1});
  EXPECT_EQ(written(),
            "info: [1] outbound: v1: by policy, handshake 0 ms\n"
            "info: [2] outbound: v1: the peer dropped v2, handshake 0 ms\n"
            "info: [3] outbound: v1: the peer did not answer v2, handshake 0 ms\n"
            "info: [4] outbound: v1: the peer answered nothing else a while ago, handshake 0 ms\n"
            "info: [5] inbound: v1: the peer's choice, handshake 0 ms\n");
}

TEST_F(LogTest, SaysThatASessionIdIsNotOursToKnow) {
  open();
  begin(3);
  log_->passed_through(3, PassthroughReason::kProgramNotV1);
  EXPECT_EQ(written(),
            "info: [3] outbound: passed through untouched: the program does not speak v1; the "
            "session id is not ours to know\n");
}

TEST_F(LogTest, SaysARefusalOnce) {
  open();
  begin(4);
  log_->refused(4, Refusal::kVersion1Refused, "the peer closed the connection at our first bytes");
  log_->ended(4, "the peer closed the connection at our first bytes");
  EXPECT_EQ(written(),
            "warning: [4] outbound: refused (version_1_refused): the peer closed the connection at "
            "our first bytes\n");
}

TEST_F(LogTest, WarnsOfADowngrade) {
  open();
  begin(5);
  log_->downgraded(5, OnDowngrade::kWarn);
  log_->downgraded(5, OnDowngrade::kRefuse);
  EXPECT_EQ(written(),
            "warning: [5] outbound: downgrade: the peer once spoke v2 and now answers in v1; it is "
            "kept\n"
            "warning: [5] outbound: downgrade: the peer once spoke v2 and now does not answer in "
            "it; it is refused\n");
}

TEST_F(LogTest, ShowsTheWholeSessionIdOnlyWhereAskedTo) {
  open({.session_ids = true});
  begin(1);
  log_->joined(1, kV2);
  EXPECT_NE(
      written().find("session a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf,"),
      std::string::npos);
}

// Everything that can be said about a connection, with its peer's address wherever it can occur.
std::string all_lines(Log& log, std::ostringstream& out) {
  log.accepted(1, Direction::kOutbound);
  log.targeted(1, kPeer);
  log.joined(1, kV2);
  log.passed_through(1, PassthroughReason::kNobodySpoke);
  log.downgraded(1, OnDowngrade::kWarn);
  log.refused(1, Refusal::kUnresolved, "'203.0.113.5' cannot be resolved: 203.0.113.5:8333");
  log.message_dropped(Direction::kOutbound, Side::kPeer, *MessageType::from_name("tx"), "policy");
  log.ended(1, "to 203.0.113.5:8333");
  return out.str();
}

TEST_F(LogTest, NamesNoPeerWhereNotAskedTo) {
  open({.level = LogLevel::kDebug});
  const std::string lines = all_lines(*log_, out_);
  EXPECT_EQ(lines.find("203.0.113.5"), std::string::npos) << lines;
  EXPECT_NE(lines.find("'(hidden)' cannot be resolved: (hidden):8333"), std::string::npos) << lines;
}

TEST_F(LogTest, NamesPeersWhereAskedTo) {
  open({.level = LogLevel::kDebug, .ips = true});
  EXPECT_EQ(
      all_lines(*log_, out_),
      "debug: [1] outbound: accepted\n"
      "debug: [1] outbound: to 203.0.113.5:8333\n"
      "info: [1] outbound: v2, session a0a1a2a3, handshake 34 ms, peer 203.0.113.5:8333\n"
      "info: [1] outbound: passed through untouched: nobody spoke; the session id is not ours "
      "to know, peer 203.0.113.5:8333\n"
      "warning: [1] outbound: downgrade: the peer once spoke v2 and now answers in v1; it is "
      "kept, peer 203.0.113.5:8333\n"
      "info: [1] outbound: refused (unresolved): '203.0.113.5' cannot be resolved: "
      "203.0.113.5:8333, peer 203.0.113.5:8333\n"
      "debug: outbound: dropped 'tx' from the peer: policy\n"
      "debug: [1] outbound: ended after 0 s: to 203.0.113.5:8333\n");
}

TEST_F(LogTest, HidesAShortNameOnlyWhereItStandsAlone) {
  open();
  log_->accepted(1, Direction::kOutbound);
  log_->targeted(1, {"a", 8333});
  log_->ended(1, "a target, 'a', has a bad day at a:8333");
  EXPECT_EQ(
      written(),
      "info: [1] outbound: ended after 0 s: (hidden) target, '(hidden)', has (hidden) bad day "
      "at (hidden):8333\n");
}

TEST_F(LogTest, WritesEachLevelAndThoseAboveIt) {
  const std::array levels{LogLevel::kError, LogLevel::kWarning, LogLevel::kInfo, LogLevel::kDebug};
  std::string expected;
  for (const LogLevel asked : levels) {
    open({.level = asked});
    for (const LogLevel level : levels) log_->say(level, "x");
    expected += (std::array{"error", "warning", "info", "debug"})[static_cast<std::size_t>(asked)];
    expected += ": x\n";
    EXPECT_EQ(written(), expected);
  }
}

TEST_F(LogTest, TakesNewOptionsForLinesToCome) {
  open();
  begin(1);
  log_->set_options({.level = LogLevel::kDebug, .ips = true});
  log_->ended(1, "x");
  log_->set_options({.level = LogLevel::kError});
  log_->say(LogLevel::kWarning, "x");
  EXPECT_EQ(written(), "info: [1] outbound: ended after 0 s: x\n");
}

constexpr std::string_view kHostile = "\x1b]0;owned\x07 a\r\n<0>b\0c\xe2\x80\xae{}%n\\";

bool is_plain_line(const std::string& text) {
  const bool printable =
      std::all_of(text.begin(), text.end() - 1, [](char one) { return one >= ' ' && one <= '~'; });
  return printable && text.ends_with('\n');
}

TEST_F(LogTest, WhatOthersSaidIsOnePlainLine) {
  for (const LogStyle style : {LogStyle::kPlain, LogStyle::kJournal, LogStyle::kTimestamps}) {
    open({.level = LogLevel::kDebug, .ips = true}, style);
    const std::string hostile(kHostile);
    begin(1);
    written();
    log_->targeted(1, {hostile, 1});
    EXPECT_PRED1(is_plain_line, written());
    log_->joined(1, kV2);
    EXPECT_PRED1(is_plain_line, written());
    log_->refused(1, Refusal::kUnresolved, hostile);
    EXPECT_PRED1(is_plain_line, written());
    log_->message_dropped(Direction::kInbound, Side::kPeer, *MessageType::from_name("{}%n\\\x7e "),
                          hostile);
    EXPECT_PRED1(is_plain_line, written());
    log_->ended(1, hostile);
    EXPECT_PRED1(is_plain_line, written());
    log_->say(LogLevel::kError, hostile);
    EXPECT_PRED1(is_plain_line, written());
  }
}

TEST_F(LogTest, AHostileNameCanBeReadOff) {
  open({.ips = true});
  log_->accepted(1, Direction::kOutbound);
  log_->targeted(1, {"evil\n<0>\x1b[2J.example", 8333});
  log_->joined(1, kV2);
  EXPECT_EQ(written(),
            "info: [1] outbound: v2, session a0a1a2a3, handshake 34 ms, peer "
            "evil\\x0a<0>\\x1b[2J.example:8333\n");
}

TEST_F(LogTest, ALineIsBounded) {
  open({.ips = true});
  begin(1);
  log_->ended(1, std::string(1'000'000, '\n'));
  EXPECT_LT(written().size(), 1100U);
}

TEST_F(LogTest, NamesATypeWithoutNameByItsId) {
  open({.level = LogLevel::kDebug});
  log_->message_dropped(Direction::kInbound, Side::kPeer, MessageType::from_short_id(200),
                        "not_expressible");
  EXPECT_EQ(written(), "debug: inbound: dropped id 200 from the peer: not_expressible\n");
}

TEST_F(LogTest, AFloodOfRefusalsIsCountedAndSaidOnce) {
  open();
  const auto refuse = [this](ConnectionNumber number, Refusal why) {
    begin(number, Direction::kInbound);
    log_->refused(number, why, "rate");
    log_->ended(number, "not admitted");
  };
  for (ConnectionNumber i = 1; i <= 1000; ++i) refuse(i, Refusal::kAdmission);
  const std::string first = written();
  EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), kMaxLinesOfAKind);
  refuse(1001, Refusal::kHandshakeFailed);  // has its own count
  EXPECT_EQ(written(), "info: [1001] inbound: refused (handshake_failed): rate\n");
  now_ += kQuotaPeriod;
  refuse(1002, Refusal::kHandshakeFailed);
  EXPECT_EQ(written(),
            "warning: 980 more connections were refused (admission)\n"
            "info: [1002] inbound: refused (handshake_failed): rate\n");
}

// Of version 1 it costs a peer 16 bytes to be carried.
TEST_F(LogTest, AFloodOfInboundConnectionsIsCountedAndSaidOnce) {
  open();
  const auto come_and_go = [this](ConnectionNumber number, const Joined& how) {
    begin(number, Direction::kInbound);
    log_->joined(number, how);
    log_->ended(number, "the peer closed the connection");
  };
  for (ConnectionNumber i = 1; i <= 1000; ++i) come_and_go(i, {.version = Version::kV1});
  const std::string first = written();
  EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), 2 * kMaxLinesOfAKind);
  come_and_go(1001, kV2);  // has its own count
  EXPECT_NE(written().find("[1001] inbound: v2, session a0a1a2a3"), std::string::npos);
  log_.reset();
  EXPECT_EQ(written(), "info: 980 more inbound connections were made in v1\n");
}

TEST_F(LogTest, AFloodOfConnectionsThatSayNothingIsCountedAndSaidOnce) {
  open();
  for (ConnectionNumber i = 1; i <= 1000; ++i) {
    begin(i, Direction::kInbound);
    log_->ended(i, "the peer closed the connection");
  }
  const std::string first = written();
  EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), kMaxLinesOfAKind);
  log_.reset();
  EXPECT_EQ(written(), "info: 980 more inbound connections ended before they were made\n");
}

TEST_F(LogTest, WhatOurOwnProgramDoesIsAllLogged) {
  open();
  for (ConnectionNumber i = 1; i <= 1000; ++i) {
    begin(i);
    log_->joined(i, kV2);
    log_->ended(i, "the program closed the connection");
  }
  const std::string lines = written();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2000);
}

TEST_F(LogTest, WarnsWhereNothingIsAccepted) {
  open();
  for (unsigned i = 0; i <= kMaxLinesOfAKind; ++i) log_->not_accepting("Too many open files");
  const std::string lines = written();
  EXPECT_TRUE(lines.starts_with(
      "warning: the system refuses to accept a connection (Too many open files); those that come "
      "wait\n"));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), kMaxLinesOfAKind);
  log_.reset();
  EXPECT_EQ(written(), "warning: 1 more times the system refused to accept a connection\n");
}

TEST_F(LogTest, WhatItHasCountedIsSaidAtTheEnd) {
  open();
  for (ConnectionNumber i = 1; i <= kMaxLinesOfAKind + 1; ++i) {
    begin(i);
    log_->refused(i, Refusal::kAdmission, "rate");
  }
  written();
  log_.reset();
  EXPECT_EQ(written(), "warning: 1 more connections were refused (admission)\n");
}

TEST_F(LogTest, AtDebugEveryRefusalIsLogged) {
  open({.level = LogLevel::kDebug});
  for (ConnectionNumber i = 1; i <= 100; ++i) {
    log_->accepted(i, Direction::kInbound);
    log_->refused(i, Refusal::kAdmission, "rate");
  }
  log_.reset();
  const std::string lines = written();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 200);
}

TEST_F(LogTest, SaysNothingOfConnectionsThatItDoesNotKnow) {
  open({.level = LogLevel::kDebug, .ips = true});
  log_->targeted(7, kPeer);
  log_->joined(7, kV2);
  log_->passed_through(7, PassthroughReason::kNobodySpoke);
  log_->refused(7, Refusal::kAdmission, "x");
  log_->downgraded(7, OnDowngrade::kWarn);
  log_->ended(7, "x");
  EXPECT_EQ(written(), "");
}

TEST_F(LogTest, TheJournalGetsItsLevelsAndNoTime) {
  open({.level = LogLevel::kDebug}, LogStyle::kJournal);
  log_->say(LogLevel::kError, "a");
  log_->say(LogLevel::kWarning, "b");
  log_->say(LogLevel::kInfo, "c");
  log_->say(LogLevel::kDebug, "d");
  EXPECT_EQ(written(), "<3>a\n<4>b\n<6>c\n<7>d\n");
}

TEST_F(LogTest, TimestampsAreUtcWithMilliseconds) {
  open({}, LogStyle::kTimestamps);
  log_->say(LogLevel::kInfo, "a");
  const std::regex form(R"(20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d\.\d{3}Z info: a\n)");
  const std::string line = written();
  EXPECT_TRUE(std::regex_match(line, form)) << line;
}

TEST(LogStyleFor, IsTheJournalsForItsVeryStreamOnly) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  struct stat status{};
  ASSERT_EQ(::fstat(::fileno(file), &status), 0);
  const std::string ours = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  EXPECT_EQ(log_style_for(::fileno(file), ours.c_str()), LogStyle::kJournal);
  EXPECT_EQ(log_style_for(::fileno(file), (ours + "0").c_str()), LogStyle::kTimestamps);
  EXPECT_EQ(log_style_for(::fileno(file), ""), LogStyle::kTimestamps);
  EXPECT_EQ(log_style_for(::fileno(file), nullptr), LogStyle::kTimestamps);
  EXPECT_EQ(log_style_for(-1, ours.c_str()), LogStyle::kTimestamps);
  std::fclose(file);
}

}  // namespace
}  // namespace veilwire::proxy

#include "veilwire/proxy/report/event_log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/host/testing/written_log.h"
#include "veilwire/proxy/report/testing/joined.h"

namespace veilwire::proxy {
namespace {

using namespace std::chrono_literals;
using protocol::MessageType;
using testing::joined;
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

class EventLogTest : public ::testing::Test, public host::testing::WrittenLog {
 protected:
  void open(const LogOptions& options = {}, host::LogStyle style = host::LogStyle::kPlain) {
    close();
    const auto clock = [this] { return now_; };
    text_ = std::make_unique<host::Log>(options.level, style, out_, clock);
    log_ = std::make_unique<EventLog>(*text_, options, clock);
  }
  void close() {
    log_.reset();
    text_.reset();
  }

  void begin(ConnectionNumber number, Direction direction = Direction::kOutbound) {
    log_->on(Accepted{number, direction});
    log_->on(Targeted{number, kPeer});
  }

  std::unique_ptr<host::Log> text_;
  std::unique_ptr<EventLog> log_;
};

TEST_F(EventLogTest, SaysHowAConnectionWasMadeAndHowItEnded) {
  open();
  begin(12);
  log_->on(joined(12, kV2));
  now_ += 3621s;
  log_->on(Ended{12, "the peer closed the connection"});
  EXPECT_EQ(written(),
            "info: [12] outbound: v2, session a0a1a2a3, handshake 34 ms\n"
            "info: [12] outbound: ended after 3621 s: the peer closed the connection\n");
}

TEST_F(EventLogTest, SaysHowLongAShortHandshakeTook) {
  open();
  begin(1);
  Joined how = kV2;
  how.handshake_duration = 340us;
  log_->on(joined(1, how));
  EXPECT_EQ(written(), "info: [1] outbound: v2, session a0a1a2a3, handshake 0.34 ms\n");
}

TEST_F(EventLogTest, SaysHowLongAShortConnectionLasted) {
  open();
  for (const auto& [lasted, text] : {std::pair{Duration(340us), "0.34 ms"},
                                     {60ms, "60 ms"},
                                     {999ms, "999 ms"},
                                     {1999ms, "1 s"}}) {
    begin(1);
    now_ += lasted;
    log_->on(Ended{1, "x"});
    EXPECT_EQ(written(), fmt::format("info: [1] outbound: ended after {}: x\n", text));
  }
}

TEST_F(EventLogTest, SaysWhyAConnectionIsInTheClear) {
  open();
  for (ConnectionNumber i = 1; i <= 4; ++i) begin(i);
  begin(5, Direction::kInbound);
  log_->on(joined(1, {.version = Version::kV1, .reason = VersionReason::kV1ByPolicy}));
  log_->on(joined(2, {.version = Version::kV1, .reason = VersionReason::kV1PeerEnded}));
  log_->on(joined(3, {.version = Version::kV1, .reason = VersionReason::kV1Silence}));
  log_->on(joined(
      4, {.version = Version::kV1, .reason = VersionReason::kV1ByPolicy, .remembered_v1 = true}));
  log_->on(joined(5, {.version = Version::kV1}));
  EXPECT_EQ(written(),
            "info: [1] outbound: v1: by policy\n"
            "info: [2] outbound: v1: the peer dropped v2\n"
            "info: [3] outbound: v1: the peer did not answer v2\n"
            "info: [4] outbound: v1: the peer recently answered only v1\n"
            "info: [5] inbound: v1: the peer's choice\n");
}

TEST_F(EventLogTest, SaysThatASessionIdIsNotOursToKnow) {
  open();
  begin(3);
  log_->on(PassedThrough{3, PassthroughReason::kProgramNotV1});
  EXPECT_EQ(written(),
            "info: [3] outbound: passed through untouched: the program does not speak v1; only "
            "the two ends know the session id\n");
}

TEST_F(EventLogTest, SaysARefusalOnce) {
  open();
  begin(4);
  log_->on(
      Refused{4, Refusal::kVersion1Refused, "the peer closed the connection at our first bytes"});
  log_->on(Ended{4, "the peer closed the connection at our first bytes"});
  EXPECT_EQ(written(),
            "warning: [4] outbound: refused (version_1_refused): the peer closed the connection at "
            "our first bytes\n");
}

TEST_F(EventLogTest, WarnsOfADowngrade) {
  open();
  begin(5);
  log_->on(Downgraded{5, OnDowngrade::kWarn});
  log_->on(Downgraded{5, OnDowngrade::kRefuse});
  EXPECT_EQ(
      written(),
      "warning: [5] outbound: downgrade: the peer has spoken v2 before and now answers in v1; "
      "the connection is kept\n"
      "warning: [5] outbound: downgrade: the peer has spoken v2 before and now does not answer "
      "it; the connection is refused\n");
}

TEST_F(EventLogTest, ShowsTheWholeSessionIdOnlyWhereAskedTo) {
  open({.session_ids = true});
  begin(1);
  log_->on(joined(1, kV2));
  EXPECT_NE(
      written().find("session a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf,"),
      std::string::npos);
}

// Everything that can be said about a connection, with its peer's address wherever it can occur.
std::string all_lines(EventLog& log, std::ostringstream& out) {
  log.on(Accepted{1, Direction::kOutbound});
  log.on(Targeted{1, kPeer});
  log.on(joined(1, kV2));
  log.on(PassedThrough{1, PassthroughReason::kNobodySpoke});
  log.on(Downgraded{1, OnDowngrade::kWarn});
  log.on(Refused{1, Refusal::kUnresolved, "'203.0.113.5' cannot be resolved: 203.0.113.5:8333"});
  log.on(
      MessageDropped{Direction::kOutbound, Side::kPeer, *MessageType::from_name("tx"), "policy"});
  log.on(Ended{1, "to 203.0.113.5:8333"});
  return out.str();
}

TEST_F(EventLogTest, NamesNoPeerWhereNotAskedTo) {
  open({.level = LogLevel::kDebug});
  const std::string lines = all_lines(*log_, out_);
  EXPECT_EQ(lines.find("203.0.113.5"), std::string::npos) << lines;
  EXPECT_NE(lines.find("'(hidden)' cannot be resolved: (hidden):8333"), std::string::npos) << lines;
}

TEST_F(EventLogTest, NamesPeersWhereAskedTo) {
  open({.level = LogLevel::kDebug, .ips = true});
  EXPECT_EQ(
      all_lines(*log_, out_),
      "debug: [1] outbound: accepted\n"
      "debug: [1] outbound: to 203.0.113.5:8333\n"
      "info: [1] outbound: v2, session a0a1a2a3, handshake 34 ms, peer 203.0.113.5:8333\n"
      "info: [1] outbound: passed through untouched: nobody said anything; only the two ends "
      "know the session id, peer 203.0.113.5:8333\n"
      "warning: [1] outbound: downgrade: the peer has spoken v2 before and now answers in v1; the "
      "connection is kept, peer 203.0.113.5:8333\n"
      "info: [1] outbound: refused (unresolved): '203.0.113.5' cannot be resolved: "
      "203.0.113.5:8333, peer 203.0.113.5:8333\n"
      "debug: outbound: dropped 'tx' from the peer: policy\n"
      "debug: [1] outbound: ended after 0.00 ms: to 203.0.113.5:8333\n");
}

TEST_F(EventLogTest, HidesAShortNameOnlyWhereItStandsAlone) {
  open();
  log_->on(Accepted{1, Direction::kOutbound});
  log_->on(Targeted{1, {"a", 8333}});
  log_->on(Ended{1, "a target, 'a', has a bad day at a:8333"});
  EXPECT_EQ(
      written(),
      "info: [1] outbound: ended after 0.00 ms: (hidden) target, '(hidden)', has (hidden) bad day "
      "at (hidden):8333\n");
}

TEST_F(EventLogTest, TakesNewOptionsForLinesToCome) {
  open();
  begin(1);
  log_->set_options({.level = LogLevel::kDebug, .ips = true});
  log_->on(Ended{1, "x"});
  log_->set_options({.level = LogLevel::kError});
  text_->say(LogLevel::kWarning, "x");
  EXPECT_EQ(written(), "info: [1] outbound: ended after 0.00 ms: x\n");
}

constexpr std::string_view kHostile = "\x1b]0;owned\x07 a\r\n<0>b\0c\xe2\x80\xae{}%n\\";

bool is_plain_line(const std::string& text) {
  const bool printable =
      std::all_of(text.begin(), text.end() - 1, [](char one) { return one >= ' ' && one <= '~'; });
  return printable && text.ends_with('\n');
}

TEST_F(EventLogTest, WhatOthersSaidIsOnePlainLine) {
  for (const host::LogStyle style :
       {host::LogStyle::kPlain, host::LogStyle::kJournal, host::LogStyle::kTimestamps}) {
    open({.level = LogLevel::kDebug, .ips = true}, style);
    const std::string hostile(kHostile);
    begin(1);
    written();
    log_->on(Targeted{1, {hostile, 1}});
    EXPECT_PRED1(is_plain_line, written());
    log_->on(joined(1, kV2));
    EXPECT_PRED1(is_plain_line, written());
    log_->on(Refused{1, Refusal::kUnresolved, hostile});
    EXPECT_PRED1(is_plain_line, written());
    log_->on(MessageDropped{Direction::kInbound, Side::kPeer,
                            *MessageType::from_name("{}%n\\\x7e "), hostile});
    EXPECT_PRED1(is_plain_line, written());
    log_->on(Ended{1, hostile});
    EXPECT_PRED1(is_plain_line, written());
    text_->say(LogLevel::kError, hostile);
    EXPECT_PRED1(is_plain_line, written());
  }
}

TEST_F(EventLogTest, AHostileNameCanBeReadOff) {
  open({.ips = true});
  log_->on(Accepted{1, Direction::kOutbound});
  log_->on(Targeted{1, {"evil\n<0>\x1b[2J.example", 8333}});
  log_->on(joined(1, kV2));
  EXPECT_EQ(written(),
            "info: [1] outbound: v2, session a0a1a2a3, handshake 34 ms, peer "
            "evil\\x0a<0>\\x1b[2J.example:8333\n");
}

TEST_F(EventLogTest, ALineIsBounded) {
  open({.ips = true});
  begin(1);
  log_->on(Ended{1, std::string(1'000'000, '\n')});
  EXPECT_LT(written().size(), 1100U);
}

TEST_F(EventLogTest, NamesATypeWithoutNameByItsId) {
  open({.level = LogLevel::kDebug});
  log_->on(MessageDropped{Direction::kInbound, Side::kPeer, MessageType::from_short_id(200),
                          "not_expressible"});
  EXPECT_EQ(written(), "debug: inbound: dropped id 200 from the peer: not_expressible\n");
}

TEST_F(EventLogTest, AFloodOfRefusalsIsCountedAndSaidOnce) {
  open();
  const auto refuse = [this](ConnectionNumber number, Refusal why) {
    begin(number, Direction::kInbound);
    log_->on(Refused{number, why, "rate"});
    log_->on(Ended{number, "not admitted"});
  };
  for (ConnectionNumber i = 1; i <= 1000; ++i) refuse(i, Refusal::kAdmission);
  const std::string first = written();
  EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), host::kMaxLinesOfAKind);
  refuse(1001, Refusal::kHandshakeFailed);  // has its own count
  EXPECT_EQ(written(), "info: [1001] inbound: refused (handshake_failed): rate\n");
  now_ += host::kQuotaPeriod;
  refuse(1002, Refusal::kHandshakeFailed);
  EXPECT_EQ(written(),
            "warning: 1000 connections were refused (admission), 980 of them not logged\n"
            "info: [1002] inbound: refused (handshake_failed): rate\n");
}

// Of version 1 it costs a peer 16 bytes to be carried.
TEST_F(EventLogTest, AFloodOfInboundConnectionsIsCountedAndSaidOnce) {
  open();
  const auto come_and_go = [this](ConnectionNumber number, const Joined& how) {
    begin(number, Direction::kInbound);
    log_->on(joined(number, how));
    log_->on(Ended{number, "the peer closed the connection"});
  };
  for (ConnectionNumber i = 1; i <= 1000; ++i) come_and_go(i, {.version = Version::kV1});
  const std::string first = written();
  EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), 2 * host::kMaxLinesOfAKind);
  come_and_go(1001, kV2);  // has its own count
  EXPECT_NE(written().find("[1001] inbound: v2, session a0a1a2a3"), std::string::npos);
  close();
  EXPECT_EQ(written(),
            "info: 1000 inbound connections were established in v1, 980 of them not logged\n");
}

TEST_F(EventLogTest, AFloodOfConnectionsThatSayNothingIsCountedAndSaidOnce) {
  open();
  for (ConnectionNumber i = 1; i <= 1000; ++i) {
    begin(i, Direction::kInbound);
    log_->on(Ended{i, "the peer closed the connection"});
  }
  const std::string first = written();
  EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), host::kMaxLinesOfAKind);
  close();
  EXPECT_EQ(
      written(),
      "info: 1000 inbound connections ended during their handshake, 980 of them not logged\n");
}

TEST_F(EventLogTest, WhatOurOwnProgramDoesIsAllLogged) {
  open();
  for (ConnectionNumber i = 1; i <= 1000; ++i) {
    begin(i);
    log_->on(joined(i, kV2));
    log_->on(Ended{i, "the program closed the connection"});
  }
  const std::string lines = written();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2000);
}

TEST_F(EventLogTest, WarnsWhereNothingIsAccepted) {
  open();
  for (unsigned i = 0; i <= host::kMaxLinesOfAKind; ++i)
    log_->on(NotAccepting{"Too many open files"});
  const std::string lines = written();
  EXPECT_TRUE(lines.starts_with(
      "warning: cannot accept a connection (Too many open files); new connections have to wait\n"));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), host::kMaxLinesOfAKind);
  close();
  EXPECT_EQ(written(),
            "warning: 21 times a connection could not be accepted, 1 of them not logged\n");
}

TEST_F(EventLogTest, WhatItHasCountedIsSaidAtTheEnd) {
  open();
  for (ConnectionNumber i = 1; i <= host::kMaxLinesOfAKind + 1; ++i) {
    begin(i);
    log_->on(Refused{i, Refusal::kAdmission, "rate"});
  }
  written();
  close();
  EXPECT_EQ(written(), "warning: 21 connections were refused (admission), 1 of them not logged\n");
}

TEST_F(EventLogTest, AtDebugEveryRefusalIsLogged) {
  open({.level = LogLevel::kDebug});
  for (ConnectionNumber i = 1; i <= 100; ++i) {
    log_->on(Accepted{i, Direction::kInbound});
    log_->on(Refused{i, Refusal::kAdmission, "rate"});
  }
  close();
  const std::string lines = written();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 200);
}

TEST_F(EventLogTest, SaysNothingOfConnectionsThatItDoesNotKnow) {
  open({.level = LogLevel::kDebug, .ips = true});
  log_->on(Targeted{7, kPeer});
  log_->on(joined(7, kV2));
  log_->on(PassedThrough{7, PassthroughReason::kNobodySpoke});
  log_->on(Refused{7, Refusal::kAdmission, "x"});
  log_->on(Downgraded{7, OnDowngrade::kWarn});
  log_->on(Ended{7, "x"});
  EXPECT_EQ(written(), "");
}

}  // namespace
}  // namespace veilwire::proxy

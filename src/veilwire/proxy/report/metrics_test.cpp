#include "veilwire/proxy/report/metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <regex>
#include <sstream>

#include "veilwire/proxy/report/message_labels.h"
#include "veilwire/proxy/report/metrics_page.h"
#include "veilwire/proxy/report/testing/joined.h"
#include "veilwire/wire/message.h"

namespace veilwire::proxy {
namespace {

using namespace std::chrono_literals;
using protocol::MessageType;
using testing::joined;
using transport::Version;
using transport::VersionReason;

MessageType type(std::string_view name) { return *MessageType::from_name(name); }

const Joined kV2{.version = Version::kV2, .handshake_duration = 34ms};

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// One figure of the page. Its labels in the order in which the page has them.
std::string figure(const Metrics& metrics, const std::string& series) {
  const std::string start = "veilwire_proxy_" + series + " ";
  for (const std::string& line : lines_of(metrics.text())) {
    if (line.starts_with(start)) return line.substr(start.size());
  }
  return "absent";
}

std::string carried(const Metrics& metrics, const std::string& which, const std::string& direction,
                    const std::string& transport, const std::string& reason) {
  return figure(metrics, which + "{direction=\"" + direction + "\",reason=\"" + reason +
                             "\",transport=\"" + transport + "\"}");
}

TEST(Metrics, CountsAConnectionAtEachStage) {
  Metrics metrics;
  const std::string pending = "connections_pending{direction=\"outbound\"}";
  metrics.on(Accepted{1, Direction::kOutbound});
  EXPECT_EQ(figure(metrics, pending), "1");
  metrics.on(joined(1, kV2));
  EXPECT_EQ(figure(metrics, pending), "0");
  EXPECT_EQ(carried(metrics, "connections_open", "outbound", "v2", "negotiated"), "1");
  metrics.on(Ended{1, ""});
  EXPECT_EQ(carried(metrics, "connections_open", "outbound", "v2", "negotiated"), "0");
  EXPECT_EQ(carried(metrics, "connections_total", "outbound", "v2", "negotiated"), "1");
  EXPECT_EQ(figure(metrics, "connections_accepted_total{direction=\"outbound\"}"), "1");
  EXPECT_EQ(figure(metrics, "connections_accepted_total{direction=\"inbound\"}"), "0");
}

TEST(Metrics, CountsEntriesThatThePolicyRemoves) {
  Metrics metrics;
  const std::string series =
      "inventory_entries_removed_total{direction=\"outbound\",from=\"peer\"}";
  EXPECT_EQ(figure(metrics, series), "0");
  metrics.on(EntriesRemoved{Direction::kOutbound, Side::kPeer, 3});
  metrics.on(EntriesRemoved{Direction::kOutbound, Side::kPeer, 4});
  metrics.on(EntriesRemoved{Direction::kOutbound, Side::kProgram, 9});
  EXPECT_EQ(figure(metrics, series), "7");
}

TEST(Metrics, TellsWhyAConnectionSpeaksWhatItSpeaks) {
  Metrics metrics;
  ConnectionNumber next = 0;
  const auto join = [&](Direction direction, const Joined& how) {
    metrics.on(Accepted{++next, direction});
    metrics.on(joined(next, how));
  };
  join(Direction::kOutbound, {.version = Version::kV1, .reason = VersionReason::kV1ByPolicy});
  join(Direction::kOutbound, {.version = Version::kV1, .reason = VersionReason::kV1PeerEnded});
  join(Direction::kOutbound, {.version = Version::kV1, .reason = VersionReason::kV1Silence});
  join(Direction::kOutbound, {.version = Version::kV1, .reason = VersionReason::kV1Answered});
  join(Direction::kOutbound,
       {.version = Version::kV1, .reason = VersionReason::kV1ByPolicy, .remembered_v1 = true});
  join(Direction::kInbound, {.version = Version::kV1});
  join(Direction::kInbound, kV2);
  for (const auto* reason :
       {"policy", "peer_dropped_v2", "silence", "peer_answered_v1", "remembered"}) {
    EXPECT_EQ(carried(metrics, "connections_open", "outbound", "v1", reason), "1") << reason;
  }
  EXPECT_EQ(carried(metrics, "connections_open", "inbound", "v1", "peer_choice"), "1");
  EXPECT_EQ(carried(metrics, "connections_open", "inbound", "v2", "negotiated"), "1");
}

TEST(Metrics, TellsWhyBytesPassUntouched) {
  Metrics metrics;
  metrics.on(Accepted{1, Direction::kOutbound});
  metrics.on(PassedThrough{1, PassthroughReason::kTargetSpokeFirst});
  EXPECT_EQ(carried(metrics, "connections_open", "outbound", "passthrough", "target_spoke_first"),
            "1");
  EXPECT_EQ(carried(metrics, "connections_open", "outbound", "passthrough", "nobody_spoke"), "0");
}

TEST(Metrics, CountsBytesThatPassUntouched) {
  Metrics metrics;
  const std::string series = "passed_through_bytes_total{direction=\"outbound\",from=";
  EXPECT_EQ(figure(metrics, series + "\"peer\"}"), "0");
  metrics.on(BytesPassedThrough{Side::kPeer, 1000});
  metrics.on(BytesPassedThrough{Side::kPeer, 24});
  metrics.on(BytesPassedThrough{Side::kProgram, 5});
  EXPECT_EQ(figure(metrics, series + "\"peer\"}"), "1024");
  EXPECT_EQ(figure(metrics, series + "\"program\"}"), "5");
}

TEST(Metrics, CountsHowHandshakesEnd) {
  Metrics metrics;
  for (ConnectionNumber i = 1; i <= 3; ++i) metrics.on(Accepted{i, Direction::kOutbound});
  metrics.on(joined(1, kV2));
  metrics.on(Refused{2, Refusal::kHandshakeFailed, "203.0.113.5 said nothing"});
  metrics.on(Refused{3, Refusal::kVersion1Refused, ""});
  const auto outcome = [&](const std::string& name) {
    return figure(metrics, "handshakes_total{direction=\"outbound\",outcome=\"" + name + "\"}");
  };
  EXPECT_EQ(outcome("v2"), "1");
  EXPECT_EQ(outcome("v1"), "0");
  EXPECT_EQ(outcome("failed"), "1");
  EXPECT_EQ(outcome("version_1_refused"), "1");
}

TEST(Metrics, PutsHandshakeTimesIntoBuckets) {
  Metrics metrics;
  metrics.on(Accepted{1, Direction::kInbound});
  metrics.on(joined(1, kV2));
  const std::string name = "handshake_duration_seconds";
  const std::string labels = "{direction=\"inbound\",transport=\"v2\"";
  EXPECT_EQ(figure(metrics, name + "_bucket" + labels + ",le=\"0.025\"}"), "0");
  EXPECT_EQ(figure(metrics, name + "_bucket" + labels + ",le=\"0.05\"}"), "1");
  EXPECT_EQ(figure(metrics, name + "_bucket" + labels + ",le=\"+Inf\"}"), "1");
  EXPECT_EQ(figure(metrics, name + "_count" + labels + "}"), "1");
  EXPECT_EQ(figure(metrics, name + "_sum" + labels + "}"), "0.034");
}

TEST(Metrics, CountsMessagesAndTheirBytes) {
  Metrics metrics;
  metrics.on(MessagePassed{Direction::kOutbound, Side::kPeer, type("block"), 1'000'000});
  metrics.on(MessagePassed{Direction::kOutbound, Side::kPeer, type("block"), 500'000});
  metrics.on(MessagePassed{Direction::kInbound, Side::kProgram, type("version"), 100});
  const std::string block = "{direction=\"outbound\",from=\"peer\",type=\"block\"}";
  EXPECT_EQ(figure(metrics, "messages_total" + block), "2");
  EXPECT_EQ(figure(metrics, "message_bytes_total" + block), "1500000");
  const std::string version = "{direction=\"inbound\",from=\"program\",type=\"version\"}";
  EXPECT_EQ(figure(metrics, "messages_total" + version), "1");
}

TEST(Metrics, CountsRefusalsDowngradesAndDrops) {
  Metrics metrics;
  metrics.on(Accepted{1, Direction::kInbound});
  metrics.on(Refused{1, Refusal::kAdmission, "rate"});
  metrics.on(Downgraded{1, OnDowngrade::kRefuse});
  metrics.on(MessageDropped{Direction::kInbound, Side::kPeer, type("tx"), "transaction"});
  EXPECT_EQ(figure(metrics, "refusals_total{direction=\"inbound\",reason=\"admission\"}"), "1");
  EXPECT_EQ(figure(metrics, "downgrades_total{action=\"refuse\"}"), "1");
  EXPECT_EQ(figure(metrics, "downgrades_total{action=\"warn\"}"), "0");
  EXPECT_EQ(figure(metrics,
                   "messages_dropped_total{direction=\"inbound\",from=\"peer\",reason="
                   "\"transaction\",type=\"tx\"}"),
            "1");
}

TEST(Metrics, CountsWhatTheTransportsCounted) {
  Metrics metrics;
  transport::Info peer;
  peer.received.decoys = 5;
  peer.sent.decoys = 3;
  peer.dropped = 2;
  metrics.on(Counted{Direction::kOutbound, Side::kPeer, peer});
  metrics.on(Counted{Direction::kOutbound, Side::kPeer, peer});
  metrics.on(Counted{Direction::kOutbound, Side::kProgram, {}});
  EXPECT_EQ(figure(metrics, "decoys_total{direction=\"outbound\",way=\"received\"}"), "10");
  EXPECT_EQ(figure(metrics, "decoys_total{direction=\"outbound\",way=\"sent\"}"), "6");
  EXPECT_EQ(figure(metrics, "messages_unreadable_total{direction=\"outbound\",from=\"peer\"}"),
            "4");
}

TEST(Metrics, CountsHowOftenNothingWasAccepted) {
  Metrics metrics;
  EXPECT_EQ(figure(metrics, "not_accepting_total"), "0");
  metrics.on(NotAccepting{"Too many open files"});
  EXPECT_EQ(figure(metrics, "not_accepting_total"), "1");
}

// A peer chooses names, counts and orders; a connection that is not known may be named by mistake.
TEST(Metrics, NothingThatAPeerSendsMakesThePageGrow) {
  Metrics metrics;
  metrics.on(MessageDropped{Direction::kInbound, Side::kPeer, type("x"), "policy"});
  const auto before = lines_of(metrics.text()).size();
  for (int i = 0; i < 1000; ++i) {
    const MessageType unknown = type("x\"\\" + std::to_string(i));
    metrics.on(MessagePassed{Direction::kInbound, Side::kPeer, unknown, 1});
    metrics.on(MessageDropped{Direction::kInbound, Side::kPeer, unknown, "policy"});
    const auto number = static_cast<ConnectionNumber>(i);
    metrics.on(Accepted{number, Direction::kInbound});
    metrics.on(Targeted{number, {"198.51.100." + std::to_string(i % 256), 8333}});
    metrics.on(Refused{number, Refusal::kAdmission, "198.51.100.1"});
    metrics.on(Ended{number, "198.51.100.1"});
  }
  metrics.on(joined(5000, kV2));
  metrics.on(Ended{5000, ""});
  EXPECT_EQ(lines_of(metrics.text()).size(), before);
  EXPECT_EQ(metrics.text().find("198.51.100."), std::string::npos);
  EXPECT_EQ(figure(metrics, "messages_total{direction=\"inbound\",from=\"peer\",type=\"other\"}"),
            "1000");
}

TEST(Metrics, ReasonsForDropsAreBounded) {
  Metrics metrics;
  for (std::size_t i = 0; i < 10 * kMaxDropReasons; ++i) {
    metrics.on(MessageDropped{Direction::kInbound, Side::kPeer, type("tx"), std::to_string(i)});
  }
  const auto lines = lines_of(metrics.text());
  const auto dropped = std::ranges::count_if(lines, [](const std::string& line) {
    return line.starts_with("veilwire_proxy_messages_dropped_total{");
  });
  EXPECT_EQ(static_cast<std::size_t>(dropped), kMaxDropReasons + 1);
}

TEST(Metrics, ASessionIdIsNowhere) {
  Metrics metrics;
  transport::SessionId id{};
  id.fill(0xab);
  metrics.on(Accepted{1, Direction::kOutbound});
  metrics.on(joined(1, {.version = Version::kV2, .session_id = id}));
  EXPECT_EQ(metrics.text().find("abab"), std::string::npos);
}

// What Prometheus wants: HELP and TYPE before the samples, legal names, counters that end in
// _total.
TEST(Metrics, ThePageIsWellFormed) {
  Metrics metrics;
  const std::regex help("# HELP (veilwire_proxy_[a-z_]+) .+\\.");
  const std::regex declared("# TYPE (veilwire_proxy_[a-z_]+) (counter|gauge|histogram)");
  const std::regex sample(
      "veilwire_proxy_[a-z0-9_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\\})? "
      "[0-9.e+-]+");
  std::smatch found;
  for (const std::string& line : lines_of(metrics.text())) {
    if (std::regex_match(line, found, declared)) {
      EXPECT_EQ(found[2] == "counter", std::string(found[1]).ends_with("_total")) << line;
      continue;
    }
    EXPECT_TRUE(std::regex_match(line, help) || std::regex_match(line, sample)) << line;
  }
}

TEST(Metrics, EveryRefusalHasAName) {
  for (const auto why : {Refusal::kNotSocks5, Refusal::kHandshakeFailed, Refusal::kAdmission,
                         Refusal::kProgramUnreachable}) {
    Metrics metrics;
    metrics.on(Accepted{1, Direction::kOutbound});
    metrics.on(Refused{1, why, ""});
    EXPECT_EQ(figure(metrics, "refusals_total{direction=\"outbound\",reason=\"" +
                                  std::string(refusal_name(why)) + "\"}"),
              "1");
  }
}

TEST(MetricsPage, IsAtItsPathOnly) {
  const Metrics metrics;
  const http::Routes routes = metrics_page(metrics);
  const http::Request request{.path = "/metrics"};
  const auto found = routes.find(request);
  ASSERT_NE(found.handler, nullptr);
  http::Response response;
  (*found.handler)(request, http::Answer([&](http::Response given) { response = given; }));
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.content_type, host::kMetricsContentType);
  EXPECT_EQ(response.body, metrics.text());
  EXPECT_EQ(routes.find({.path = "/"}).refusal.status, 404U);
  EXPECT_EQ(routes.find({.path = "/metrics/"}).refusal.status, 404U);
}

}  // namespace
}  // namespace veilwire::proxy

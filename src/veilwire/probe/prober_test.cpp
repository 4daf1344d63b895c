#include "veilwire/probe/prober.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <stdexcept>

#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/probe/testing/fake_peer.h"
#include "veilwire/probe/testing/mined_headers.h"

namespace veilwire::probe {
namespace {

using testing::Behaviour;
using testing::FakePeer;
using testing::FakePeerConfig;

constexpr Duration kShort = std::chrono::seconds(1);
// For what ends by its time-out, but not before two sides have shaken hands, however slow the machine.
constexpr Duration kEnough = std::chrono::seconds(4);

// A socket of the loopback interface that takes connections into its backlog and never speaks.
class BareListener {
 public:
  BareListener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const as_any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, as_any, size) != 0 || ::listen(socket_, 8) != 0 ||
        ::getsockname(socket_, as_any, &size) != 0) {
      throw std::runtime_error("no socket to listen on");
    }
    port_ = ntohs(address.sin_port);
  }
  ~BareListener() { close(); }
  BareListener(const BareListener&) = delete;
  BareListener& operator=(const BareListener&) = delete;

  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  Endpoint address() const { return {"127.0.0.1", port_}; }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

class ProberTest : public ::testing::Test {
 protected:
  ProberTest() {
    config_.network = *protocol::network_from_name("regtest");
    config_.timeout = std::chrono::seconds(20);
    config_.user_agent = "/probe-test/";
  }

  static FakePeerConfig peer_config(Behaviour behaviour = Behaviour::kPeer) {
    FakePeerConfig config;
    config.v2.magic = protocol::kRegtestMagic;
    config.session.user_agent = "/fake:1/";
    config.own.start_height = 7;
    config.own.services = protocol::kNodeNetwork | protocol::kNodeP2pV2;
    config.behaviour = behaviour;
    return config;
  }

  std::vector<Report> probe(const std::vector<Endpoint>& addresses) {
    std::vector<Target> targets;
    for (const Endpoint& address : addresses) targets.push_back({to_string(address), address});
    std::vector<Report> reports;
    Prober prober(runtime_, config_, entropy_);
    std::size_t targets_done = 0;
    prober.start(targets, {.on_report = [&](const Report& report) { reports.push_back(report); },
                           .on_hold_cut = [&](const CutHold& cut) { cuts_.push_back(cut); },
                           .on_target_done = [&] { ++targets_done; },
                           .on_done = [&] { runtime_.stop(); }});
    runtime_.run();
    EXPECT_EQ(prober.progress().targets_done, addresses.size());
    EXPECT_EQ(targets_done, addresses.size()) << "each is told when it counts";
    return reports;
  }
  Report probe_one(const Endpoint& address) {
    const auto reports = probe({address});
    EXPECT_EQ(reports.size(), 1);
    return reports.empty() ? Report{} : reports.front();
  }
  static std::string error_of(const Report& report) {
    return report.failure ? report.failure->error : "";
  }

  net::Runtime runtime_;
  crypto::SeededEntropy entropy_{1};
  ProberConfig config_;
  std::vector<CutHold> cuts_;
};

TEST_F(ProberTest, ReportsAVersion2Peer) {
  auto config = peer_config();
  config.decoys = 3;
  config.v2.garbage = [](Entropy&) { return Bytes(77); };
  FakePeer peer(runtime_, config, entropy_);
  const Report report = probe_one(peer.address());
  ASSERT_EQ(error_of(report), "");
  EXPECT_EQ(report.version, transport::Version::kV2);
  EXPECT_EQ(report.why, "v2");
  EXPECT_EQ(report.attempts, 1);
  EXPECT_TRUE(report.session_id);
  EXPECT_EQ(report.garbage_bytes, 77);
  EXPECT_EQ(report.decoys, 3);
  EXPECT_TRUE(report.connect_duration);
  EXPECT_TRUE(report.handshake_duration);
  EXPECT_TRUE(report.round_trip);
  ASSERT_TRUE(report.peer);
  EXPECT_EQ(report.peer->user_agent, "/fake:1/");
  EXPECT_EQ(report.peer->start_height, 7);
  EXPECT_TRUE(report.peer->wtxidrelay);
  EXPECT_EQ(report.p2p_v2, P2pV2::kAdvertisedAndTrue);
  EXPECT_TRUE(report.unanswered.empty());
}

TEST_F(ProberTest, SpeaksVersion1WhereThePolicySaysSo) {
  FakePeer peer(runtime_, peer_config(), entropy_);
  config_.policy = transport::DialPolicy::kV1Only;
  const Report report = probe_one(peer.address());
  ASSERT_EQ(error_of(report), "");
  EXPECT_EQ(report.version, transport::Version::kV1);
  EXPECT_EQ(report.why, "v1: by policy");
  EXPECT_FALSE(report.session_id);
  EXPECT_FALSE(report.handshake_duration);
  EXPECT_EQ(report.p2p_v2, P2pV2::kUnknown);
}

TEST_F(ProberTest, OurGarbageAndDecoysAreAsAsked) {
  FakePeer peer(runtime_, peer_config(), entropy_);
  for (const std::size_t garbage : {0U, 4095U}) {
    config_.garbage_bytes = garbage;
    config_.decoys = 100;
    EXPECT_EQ(error_of(probe_one(peer.address())), "") << garbage;
    runtime_.context().restart();
  }
}

TEST_F(ProberTest, AsksForHeadersInSeveralMessagesAndChecksThem) {
  const auto chain = testing::mined_chain(wire::kMaxHeaders + 100);
  auto config = peer_config();
  std::size_t given = 0;
  config.answer = [&](protocol::MessageKind kind) -> std::vector<protocol::OwnedMessage> {
    if (kind != protocol::MessageKind::kGetHeaders) return {};
    const auto some =
        std::span(chain).subspan(given).first(std::min(wire::kMaxHeaders, chain.size() - given));
    given += some.size();
    return {{protocol::MessageKind::kHeaders, testing::headers_payload(some)}};
  };
  FakePeer peer(runtime_, config, entropy_);
  config_.headers = 10'000;
  const Report report = probe_one(peer.address());
  ASSERT_EQ(error_of(report), "");
  ASSERT_TRUE(report.headers);
  EXPECT_EQ(report.headers->count, chain.size());
  EXPECT_EQ(report.headers->last_hash, chain.back().hash());
}

TEST_F(ProberTest, APortWhereNobodyListensIsRefused) {
  BareListener listener;
  const Endpoint address = listener.address();
  listener.close();
  const Report report = probe_one(address);
  EXPECT_EQ(error_of(report), "refused");
  EXPECT_EQ(report.failure->phase, "connect");
}

TEST_F(ProberTest, ASilentListenerIsSilent) {
  BareListener listener;
  config_.timeout = kShort;
  for (const auto policy : {transport::DialPolicy::kPreferV2, transport::DialPolicy::kV1Only}) {
    config_.policy = policy;
    const Report report = probe_one(listener.address());
    EXPECT_EQ(error_of(report), "silent");
    runtime_.context().restart();
  }
}

TEST_F(ProberTest, AShortTimeLeavesRoomForVersion1AfterSilence) {
  // It does not hear version 2: nobody takes the first connection from the backlog.
  BareListener listener;
  config_.timeout = 3 * kShort;
  const Report report = probe_one(listener.address());
  EXPECT_EQ(report.attempts, 2);
  EXPECT_EQ(report.why, "v1: the peer did not answer v2");
  EXPECT_FALSE(report.version) << "it said no byte of it";
}

TEST_F(ProberTest, APeerWithoutVersionIsTimedOut) {
  FakePeer peer(runtime_, peer_config(Behaviour::kSilent), entropy_);
  config_.timeout = kEnough;
  const Report report = probe_one(peer.address());
  EXPECT_EQ(error_of(report), "version_timed_out");
  EXPECT_EQ(report.version, transport::Version::kV2);
  EXPECT_TRUE(report.session_id);
}

TEST_F(ProberTest, APeerThatNeverStopsIsLeft) {
  FakePeer peer(runtime_, peer_config(Behaviour::kFloods), entropy_);
  EXPECT_EQ(error_of(probe_one(peer.address())), "never_stops");
}

TEST_F(ProberTest, APeerThatHangsUpIsClosed) {
  FakePeer peer(runtime_, peer_config(Behaviour::kHangsUp), entropy_);
  const Report report = probe_one(peer.address());
  EXPECT_EQ(error_of(report), "closed");
  EXPECT_EQ(report.failure->phase, "version");
}

TEST_F(ProberTest, AnUnansweredPingIsNamed) {
  FakePeer peer(runtime_, peer_config(Behaviour::kIgnoresPings), entropy_);
  config_.timeout = kEnough;
  const Report report = probe_one(peer.address());
  EXPECT_EQ(error_of(report), "");
  EXPECT_EQ(report.unanswered, std::vector<std::string>{"ping"});
  EXPECT_FALSE(report.round_trip);
}

TEST_F(ProberTest, AnotherNetworkDoesNotShakeHands) {
  auto config = peer_config();
  config.v2.magic = protocol::kMainMagic;
  config.v2.garbage = [](Entropy&) { return Bytes(200); };
  FakePeer peer(runtime_, config, entropy_);
  config_.timeout = kEnough;
  config_.garbage_bytes = 0;
  const Report report = probe_one(peer.address());
  EXPECT_EQ(error_of(report), "handshake_timed_out");
  EXPECT_NE(report.failure->text.find("network"), std::string::npos) << report.failure->text;
}

TEST_F(ProberTest, AnUnknownHostIsReportedAndTheRestGoesOn) {
  FakePeer peer(runtime_, peer_config(), entropy_);
  const auto reports = probe({{"nowhere.invalid", 1}, peer.address(), {"x.onion", 1}});
  ASSERT_EQ(reports.size(), 3);
  std::vector<std::string> errors;
  for (const Report& report : reports) errors.push_back(error_of(report));
  EXPECT_EQ(std::ranges::count(errors, "unknown_host"), 2);
  EXPECT_EQ(std::ranges::count(errors, ""), 1);
}

TEST_F(ProberTest, ManyTargetsAllGetAReport) {
  FakePeer peer(runtime_, peer_config(), entropy_);
  config_.jobs = 50;
  const auto reports = probe(std::vector<Endpoint>(300, peer.address()));
  EXPECT_EQ(reports.size(), 300);
  EXPECT_TRUE(std::ranges::all_of(reports, answered));
  EXPECT_EQ(peer.connections(), 300);
}

TEST_F(ProberTest, HoldsTheConnectionAfterTheReport) {
  FakePeer peer(runtime_, peer_config(), entropy_);
  config_.hold = std::chrono::milliseconds(300);
  const TimePoint begin = net::now();
  TimePoint reported_at{};
  Prober prober(runtime_, config_, entropy_);
  prober.start({{"", peer.address()}},
               {.on_report = [&](const Report&) { reported_at = net::now(); },
                .on_done = [&] { runtime_.stop(); }});
  runtime_.run();
  EXPECT_GT(reported_at, begin);
  EXPECT_GE(net::now() - reported_at, config_.hold);
}

TEST_F(ProberTest, SaysThatThePeerCutAHoldShort) {
  FakePeer peer(runtime_, peer_config(Behaviour::kLeaves), entropy_);
  config_.hold = std::chrono::seconds(30);
  EXPECT_EQ(error_of(probe_one(peer.address())), "");
  ASSERT_EQ(cuts_.size(), 1);
  EXPECT_EQ(cuts_[0].address, peer.address());
  EXPECT_LT(cuts_[0].held, config_.hold);
  EXPECT_EQ(cuts_[0].why, "");
}

TEST_F(ProberTest, NamesTheRuleThatCutAHoldShort) {
  FakePeer peer(runtime_, peer_config(Behaviour::kMisbehaves), entropy_);
  config_.hold = std::chrono::seconds(30);
  EXPECT_EQ(error_of(probe_one(peer.address())), "");
  ASSERT_EQ(cuts_.size(), 1);
  EXPECT_EQ(cuts_[0].why, peer::rule_text(peer::SessionRule::kLateNegotiation));
}

TEST_F(ProberTest, AHoldThatLastsIsNotCutShort) {
  FakePeer peer(runtime_, peer_config(), entropy_);
  config_.hold = std::chrono::milliseconds(50);
  EXPECT_EQ(error_of(probe_one(peer.address())), "");
  EXPECT_TRUE(cuts_.empty());
}

TEST_F(ProberTest, NamesWhatAnObsoleteMessageWanted) {
  auto config = peer_config(Behaviour::kMisbehaves);
  config.answer = [](protocol::MessageKind) {
    return std::vector<protocol::OwnedMessage>{{protocol::MessageKind::kEncInit, {}}};
  };
  FakePeer peer(runtime_, config, entropy_);
  config_.addresses = true;  // which it leaves unanswered
  const Report report = probe_one(peer.address());
  EXPECT_EQ(error_of(report), "late_negotiation");
  EXPECT_TRUE(
      report.failure->text.ends_with("; it wanted BIP 151 encryption, which nobody finished"))
      << report.failure->text;
}

TEST(CutHold, IsOneSentence) {
  using namespace std::chrono_literals;
  CutHold cut{.address = {"::1", 8333}, .held = 2013ms, .wanted = 30s};
  EXPECT_EQ(cut.sentence(), "[::1]:8333 ended the connection after 2 s of 30 s");
  cut.why = "the peer did not answer a ping in time";
  EXPECT_EQ(
      cut.sentence(),
      "the connection with [::1]:8333 ended after 2 s of 30 s: the peer did not answer a ping "
      "in time");
}

TEST_F(ProberTest, StopsWithoutFurtherReports) {
  FakePeer peer(runtime_, peer_config(Behaviour::kSilent), entropy_);
  BareListener silent;
  int reports = 0;
  Prober prober(runtime_, config_, entropy_);
  prober.start(
      {{"", peer.address()}, {"", silent.address()}, {"nowhere.invalid", {"nowhere.invalid", 1}}},
      {.on_report = [&](const Report& report) { reports += report.target.empty(); },
       .on_done = [&] { runtime_.stop(); }});
  while (peer.messages_heard() == 0) runtime_.context().run_one();
  prober.stop();
  const TimePoint begin = net::now();
  runtime_.run();
  EXPECT_EQ(reports, 0);
  EXPECT_LT(net::now() - begin, std::chrono::seconds(10));
}

TEST_F(ProberTest, StopsFromWithinAReport) {
  for (const auto behaviour : {Behaviour::kPeer, Behaviour::kHangsUp}) {
    FakePeer peer(runtime_, peer_config(behaviour), entropy_);
    FakePeer silent(runtime_, peer_config(Behaviour::kSilent), entropy_);
    int reports = 0;
    Prober prober(runtime_, config_, entropy_);
    const auto show = [&](const Report&) {
      ++reports;
      prober.stop();
    };
    prober.start({{"", peer.address()}, {"", silent.address()}, {"", peer.address()}},
                 {.on_report = show, .on_done = [&] { runtime_.stop(); }});
    runtime_.run();
    EXPECT_EQ(reports, 1);
    runtime_.context().restart();
  }
}

TEST_F(ProberTest, MayGoInTheMiddleOfAConversation) {
  FakePeer silent(runtime_, peer_config(Behaviour::kSilent), entropy_);
  Prober prober(runtime_, config_, entropy_);
  prober.start({{"", silent.address()}}, {.on_report = [](const Report&) {}, .on_done = [] {}});
  while (silent.messages_heard() == 0) runtime_.context().run_one();
  EXPECT_EQ(silent.connections(), 1);
}

}  // namespace
}  // namespace veilwire::probe

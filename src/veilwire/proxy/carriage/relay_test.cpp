#include "veilwire/proxy/carriage/relay.h"

#include <gtest/gtest.h>

#include "veilwire/net/testing/joined_sockets.h"
#include "veilwire/proxy/testing/proxy_test.h"

namespace veilwire::proxy::testing {
namespace {

using net::testing::expect_numbered;
using net::testing::numbered;

class RecordingGate final : public Gate {
 public:
  struct Note {
    Side from;
    std::string name;
    std::string reason;
    friend bool operator==(const Note&, const Note&) = default;
  };
  std::function<Ruling(Side, const transport::MessageReceived&)> rule = [](auto, const auto&) {
    return Pass{};
  };
  std::size_t passed_count = 0;
  std::vector<Note> drops;
  std::map<Side, PartialMessages::Partial> partials;
  std::size_t most_held = 0;  // by either side

  Ruling judge(Side from, const transport::MessageReceived& message) override {
    return rule(from, message);
  }
  void passed(Side, const protocol::MessageType&, std::size_t) override { ++passed_count; }
  void holding(TimePoint, Side from, const PartialMessages::Partial& partial) override {
    partials[from] = partial;
    most_held = std::max(most_held, partial.bytes);
  }
  std::size_t read_limit(Side) const override { return net::kReadBytes; }
  void dropped(Side from, const protocol::MessageType& type, std::string_view reason) override {
    drops.push_back({from, std::string(type.name()), std::string(reason)});
  }
};

// program -- v1 -- relay -- v2 -- peer
class RelayTest : public ::testing::Test {
 protected:
  explicit RelayTest(Duration stall_timeout = kStallTimeout) {
    const auto strand = [this] { return boost::asio::make_strand(loop_.runtime().context()); };
    const net::Strand relays = strand();
    auto left = net::testing::joined_sockets(strand(), relays);
    auto right = net::testing::joined_sockets(relays, strand());
    program_.start(connection(std::move(left.first), v1(transport::Role::kInitiator)));
    peer_.start(connection(std::move(right.second), v2(transport::Role::kResponder)));
    relay_ = std::make_shared<Relay>(
        connection(std::move(left.second), v1(transport::Role::kResponder)),
        connection(std::move(right.first), v2(transport::Role::kInitiator)), gate_,
        [this](const CarriageEnd& end) { ends_.push_back(end); }, stall_timeout);
    relay_->start();
    EXPECT_TRUE(loop_.run_until([this] { return peer_.user->established(); }));
  }
  ~RelayTest() override {
    relay_->abort();
    for (NodeSide* side : {&program_, &peer_}) {
      if (!is_over(*side)) side->connection->abort();
    }
    EXPECT_TRUE(
        loop_.run_until([this] { return is_over(program_) && is_over(peer_) && !ends_.empty(); }));
    EXPECT_EQ(ends_.size(), 1U);
  }

  static std::shared_ptr<net::Connection> connection(
      net::Tcp::socket socket, std::unique_ptr<transport::Transport> transport) {
    return net::make_connection(std::move(socket), std::move(transport));
  }
  static std::unique_ptr<transport::Transport> v1(transport::Role role) {
    return std::make_unique<transport::V1Transport>(role, transport::V1Config{}, net::now());
  }
  std::unique_ptr<transport::Transport> v2(transport::Role role) {
    return std::make_unique<transport::V2Transport>(role, transport::V2Config{}, keys_, entropy_,
                                                    net::now());
  }

  bool run_until_messages(const NodeSide& side, std::size_t count) {
    return loop_.run_until([&] { return side.user->messages.size() >= count; });
  }
  // Pushes numbered messages as long as there is room, until `count` have gone.
  struct Flood {
    const NodeSide& from;
    std::uint32_t count;
    std::size_t size;
    std::uint32_t sent = 0;

    bool push() {
      while (sent < count && from.push("block", numbered(sent, size))) ++sent;
      return sent == count;
    }
  };
  // Nobody reads at the other end: until no more is taken.
  void run_until_full(Flood& flood) {
    std::uint32_t before = 0;
    do {
      before = flood.sent;
      flood.push();
      EXPECT_TRUE(loop_.run_until_idle());
    } while (flood.sent != before);
  }

  void expect_no_loss_after_a_stop(NodeSide& from, NodeSide& to) {
    to.connection->pause_reading();
    Flood flood{.from = from, .count = 400, .size = 100'000};
    run_until_full(flood);
    EXPECT_LT(flood.sent, flood.count) << "40 MB went where nobody reads";
    to.connection->resume_reading();
    EXPECT_TRUE(loop_.run_until([&] { return flood.push(); }));
    ASSERT_TRUE(run_until_messages(to, flood.count));
    expect_numbered(to.user->messages, flood.count);
  }

  Loop loop_;
  net::testing::FreshKeys keys_;
  crypto::SystemEntropy entropy_;
  RecordingGate gate_;
  NodeSide program_;
  NodeSide peer_;
  std::shared_ptr<Relay> relay_;
  std::vector<CarriageEnd> ends_;
};

TEST_F(RelayTest, TranslatesBothWaysInOrder) {
  for (std::uint32_t i = 0; i < 300; ++i) {
    ASSERT_TRUE(program_.push("ping", numbered(i)));
    ASSERT_TRUE(peer_.push("inv", numbered(i)));
  }
  ASSERT_TRUE(run_until_messages(program_, 300));
  ASSERT_TRUE(run_until_messages(peer_, 300));
  expect_numbered(program_.user->messages, 300);
  expect_numbered(peer_.user->messages, 300);
  EXPECT_EQ(program_.user->messages[0].type.name(), "inv");
  EXPECT_EQ(peer_.user->messages[0].type.name(), "ping");
  EXPECT_EQ(gate_.passed_count, 600U);
}

TEST_F(RelayTest, CarriesTheLargestMessageBothWays) {
  const Bytes block = filled(transport::kMaxPayloadBytes);
  ASSERT_TRUE(program_.push("block", block));
  ASSERT_TRUE(run_until_messages(peer_, 1));
  EXPECT_EQ(peer_.user->messages[0].payload, block);
  ASSERT_TRUE(peer_.push("block", block));
  ASSERT_TRUE(run_until_messages(program_, 1));
  EXPECT_EQ(program_.user->messages[0].payload, block);
}

TEST_F(RelayTest, TellsWhatItHoldsOfMessagesThatAreNotWholeAndThatItIsGone) {
  ASSERT_TRUE(program_.push("block", filled(transport::kMaxPayloadBytes)));
  ASSERT_TRUE(run_until_messages(peer_, 1));
  EXPECT_GT(gate_.most_held, net::kReadBytes);
  ASSERT_TRUE(program_.push("ping", filled(8)));
  ASSERT_TRUE(run_until_messages(peer_, 2));
  EXPECT_EQ(gate_.partials[Side::kProgram].bytes, 0U);
}

TEST_F(RelayTest, StopsReadingWhereThePeerTakesNothingAndGoesOnWithoutLoss) {
  expect_no_loss_after_a_stop(program_, peer_);
}

TEST_F(RelayTest, StopsReadingWhereTheProgramTakesNothingAndGoesOnWithoutLoss) {
  expect_no_loss_after_a_stop(peer_, program_);
}

// What is for one that does not read is one message, and the other side is not read any further.
TEST_F(RelayTest, TakesNoFurtherMessageForOneThatDoesNotRead) {
  peer_.connection->pause_reading();
  Flood flood{.from = program_, .count = 100, .size = 1'000'000};
  run_until_full(flood);
  EXPECT_LT(flood.sent, flood.count);
  const auto out = relay_->connection(Side::kPeer).info();
  EXPECT_LT(out.unsent_bytes, net::kSendRoomBytes + flood.size + 100);
  // One read, and what it was read into.
  const auto in = relay_->connection(Side::kProgram).info();
  EXPECT_LT(in.partial_bytes, net::kReadBytes + 100);
}

// And what came in part meanwhile counts against nobody.
TEST_F(RelayTest, TellsOfNothingThatWaitsForOneThatDoesNotRead) {
  peer_.connection->pause_reading();
  Flood flood{.from = program_, .count = 100, .size = 1'000'000};
  run_until_full(flood);
  EXPECT_EQ(gate_.partials[Side::kProgram].bytes, 0U);
}

TEST_F(RelayTest, NoticesThatOneHasGoneWhomNobodyReads) {
  relay_->hold_off(Side::kPeer);
  ASSERT_TRUE(peer_.push("pong", filled(10'000)));
  loop_.run_a_while();
  peer_.connection->close();
  ASSERT_TRUE(loop_.run_until([this] { return !ends_.empty(); }));
  EXPECT_EQ(ends_[0].first, Side::kPeer);
}

TEST_F(RelayTest, DropsAndCountsWhatVersion1CannotCarry) {
  const auto unknown = protocol::MessageType::from_short_id(200);
  ASSERT_TRUE(peer_.connection->push({unknown, filled(3)}));
  const auto ping = protocol::MessageType::from_short_id(18);
  ASSERT_EQ(ping.name(), "ping");
  ASSERT_TRUE(peer_.connection->push({ping, filled(transport::kMaxPayloadBytes + 1)}));
  ASSERT_TRUE(loop_.run_until(
      [this] { return peer_.connection->transport().unsent_bytes() < net::kSendRoomBytes; }));
  ASSERT_TRUE(peer_.push("pong", filled(8)));
  ASSERT_TRUE(run_until_messages(program_, 1));
  EXPECT_EQ(program_.user->messages[0].type.name(), "pong");
  ASSERT_EQ(gate_.drops.size(), 2U);
  EXPECT_EQ(gate_.drops[0], (RecordingGate::Note{Side::kPeer, "", "not_expressible"}));
  EXPECT_EQ(gate_.drops[1], (RecordingGate::Note{Side::kPeer, "ping", "payload_too_long"}));
}

TEST_F(RelayTest, DropsAndReplacesAsTheGateRules) {
  gate_.rule = [](Side, const transport::MessageReceived& message) -> Ruling {
    if (message.type.name() == "tx") return Drop{"transaction"};
    if (message.type.name() == "version") return Replace{filled(5, 7)};
    return Pass{};
  };
  ASSERT_TRUE(program_.push("version", filled(90)));
  ASSERT_TRUE(program_.push("tx", filled(90)));
  ASSERT_TRUE(program_.push("ping", filled(8)));
  ASSERT_TRUE(run_until_messages(peer_, 2));
  EXPECT_EQ(peer_.user->messages[0].payload, filled(5, 7));
  EXPECT_EQ(peer_.user->messages[1].type.name(), "ping");
  ASSERT_EQ(gate_.drops.size(), 1U);
  EXPECT_EQ(gate_.drops[0], (RecordingGate::Note{Side::kProgram, "tx", "transaction"}));
}

TEST_F(RelayTest, OnlyTheSideThatIsHeldOffStandsStill) {
  relay_->hold_off(Side::kProgram);
  ASSERT_TRUE(program_.push("ping", filled(8)));
  ASSERT_TRUE(peer_.push("pong", filled(8)));
  EXPECT_TRUE(run_until_messages(program_, 1));
  loop_.run_a_while();
  EXPECT_TRUE(peer_.user->messages.empty());
  relay_->go_on(Side::kProgram);
  EXPECT_TRUE(run_until_messages(peer_, 1));
}

TEST_F(RelayTest, SendsWhatItHasBeforeItPassesAnEndOn) {
  for (std::uint32_t i = 0; i < 20; ++i) ASSERT_TRUE(program_.push("ping", numbered(i, 10'000)));
  program_.connection->close();
  ASSERT_TRUE(loop_.run_until([this] { return peer_.user->ended(); }));
  expect_numbered(peer_.user->messages, 20);
  EXPECT_EQ(peer_.user->reason(), net::EndReason::kPeerClosed);
  ASSERT_TRUE(loop_.run_until([this] { return !ends_.empty(); }));
  EXPECT_EQ(ends_[0].first, Side::kProgram);
  EXPECT_EQ(ends_[0].end.reason, net::EndReason::kPeerClosed);
}

TEST_F(RelayTest, PassesThePeersEndOn) {
  ASSERT_TRUE(peer_.push("pong", filled(8)));
  peer_.connection->close();
  ASSERT_TRUE(loop_.run_until([this] { return program_.user->ended() && !ends_.empty(); }));
  EXPECT_EQ(program_.user->messages.size(), 1U);
  EXPECT_EQ(program_.user->reason(), net::EndReason::kPeerClosed);
  EXPECT_EQ(ends_[0].first, Side::kPeer);
}

TEST_F(RelayTest, EndsBothSidesWhereOneIsCut) {
  program_.connection->abort();
  ASSERT_TRUE(loop_.run_until([this] { return peer_.user->ended() && !ends_.empty(); }));
  EXPECT_EQ(ends_[0].first, Side::kProgram);
}

class ImpatientRelayTest : public RelayTest {
 protected:
  ImpatientRelayTest() : RelayTest(std::chrono::milliseconds(30)) {}
};

TEST_F(ImpatientRelayTest, CutsBothWhereOneSideTakesNothing) {
  peer_.connection->pause_reading();
  Flood flood{.from = program_, .count = 1000, .size = 100'000};
  ASSERT_TRUE(loop_.run_until([&] { return flood.push() || !ends_.empty(); }));
  ASSERT_EQ(ends_.size(), 1U);
  EXPECT_TRUE(ends_[0].stalled);
  EXPECT_EQ(ends_[0].first, Side::kProgram) << "whose message was held";
  EXPECT_TRUE(loop_.run_until([this] { return program_.user->ended(); }));
}

TEST_F(ImpatientRelayTest, LeavesAloneWhoHasNothingToTake) {
  loop_.run_for(std::chrono::milliseconds(60));
  ASSERT_TRUE(program_.push("ping", filled(8)));
  EXPECT_TRUE(run_until_messages(peer_, 1));
  EXPECT_TRUE(ends_.empty());
}

TEST_F(RelayTest, EndsAtOnceWhenAborted) {
  relay_->abort();
  EXPECT_TRUE(ends_.empty()) << "called from within";
  ASSERT_TRUE(loop_.run_until([this] { return program_.user->ended() && peer_.user->ended(); }));
  ASSERT_TRUE(loop_.run_until([this] { return !ends_.empty(); }));
  EXPECT_EQ(ends_[0].end.reason, net::EndReason::kOurs);
}

TEST_F(RelayTest, ClosesBothSidesInOrder) {
  relay_->close();
  ASSERT_TRUE(loop_.run_until([this] { return program_.user->ended() && peer_.user->ended(); }));
  EXPECT_EQ(program_.user->reason(), net::EndReason::kPeerClosed);
  EXPECT_EQ(peer_.user->reason(), net::EndReason::kPeerClosed);
}

}  // namespace
}  // namespace veilwire::proxy::testing

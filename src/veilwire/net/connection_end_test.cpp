// How connections end: by whom, told once, with nothing lost that was queued and nothing left over.
#include <gtest/gtest.h>

#include "veilwire/net/stream.h"
#include "veilwire/net/testing/joined_sockets.h"
#include "veilwire/net/testing/loopback.h"
#include "veilwire/net/testing/raw_server.h"
#include "veilwire/transport/v1_transport.h"

namespace veilwire::net {
namespace {

using namespace std::chrono_literals;
using testing::expect_numbered;
using testing::Loopback;
using testing::numbered;
using testing::open_descriptors;
using testing::Recorder;
using testing::Side;
using transport::Rule;
using transport::testing::filled;
using transport::testing::type_named;

class ConnectionEndTest : public Loopback {
 protected:
  // A peer of the listener's that is nothing but a socket.
  Tcp::socket raw_peer() {
    Tcp::socket socket(loop_.runtime().context());
    socket.connect(*to_tcp(listener_->address()));
    EXPECT_TRUE(loop_.run_until([this] { return server_.connection != nullptr; }));
    return socket;
  }
  void expect_server_ends(EndReason reason) {
    ASSERT_TRUE(run_until_ended(server_));
    EXPECT_EQ(server_.user->reason(), reason);
    loop_.run_a_while();
    EXPECT_EQ(server_.user->ends.size(), 1U);
  }
  void push_numbered(Side& side, std::uint32_t count, std::size_t size = 32) {
    for (std::uint32_t i = 0; i < count; ++i) ASSERT_TRUE(side.push("tx", numbered(i, size)));
  }
};

// What a version 1 peer sends.
Bytes v1_bytes(std::uint32_t messages) {
  transport::V1Transport sender(transport::Role::kInitiator, {}, TimePoint{});
  EXPECT_TRUE(sender.push(TimePoint{}, {type_named("version"), numbered(0)}));
  for (std::uint32_t i = 1; i < messages; ++i) {
    EXPECT_TRUE(sender.push(TimePoint{}, {type_named("tx"), numbered(i)}));
  }
  const ByteView bytes = sender.bytes_to_send();
  return Bytes(bytes.begin(), bytes.end());
}

void write_all(Tcp::socket& socket, ByteView bytes) {
  boost::asio::write(socket, boost::asio::buffer(bytes.data(), bytes.size()));
}

// -- Ours -----------------------------------------------------------------------------------------

TEST_F(ConnectionEndTest, CloseSendsWhatIsQueued) {
  establish();
  push_numbered(client_, 50, 100'000 / 8);
  push_numbered(server_, 3);  // and what comes meanwhile does no harm
  client_.connection->close();
  ASSERT_TRUE(run_until_ended(server_));
  EXPECT_EQ(server_.user->reason(), EndReason::kPeerClosed);
  expect_numbered(server_.user->messages, 50);
  ASSERT_TRUE(run_until_ended(client_));
  EXPECT_EQ(client_.user->reason(), EndReason::kOurs);
}

TEST_F(ConnectionEndTest, CloseSendsWhatIsQueuedToAPeerThatReadsLater) {
  establish();
  server_.connection->pause_reading();
  std::uint32_t pushed = 0;
  while (client_.push("tx", numbered(pushed, 100'000))) ++pushed;
  client_.connection->close();
  loop_.run_a_while();
  EXPECT_FALSE(client_.user->ended());
  server_.connection->resume_reading();
  ASSERT_TRUE(run_until_ended(server_));
  EXPECT_EQ(server_.user->reason(), EndReason::kPeerClosed);
  expect_numbered(server_.user->messages, pushed);
  EXPECT_TRUE(run_until_ended(client_));
}

TEST_F(ConnectionEndTest, CloseWaitsForThePeersEndNotForEver) {
  establish();
  server_.connection->pause_reading();
  const TimePoint start = now();
  client_.connection->close();
  ASSERT_TRUE(run_until_ended(client_));
  EXPECT_EQ(client_.user->reason(), EndReason::kOurs);
  EXPECT_GE(now() - start, kCloseLinger);
  EXPECT_LT(now() - start, kCloseTimeout);
}

TEST_F(ConnectionEndTest, DeliversNothingAfterClose) {
  establish();
  push_numbered(server_, 100);
  client_.connection->close();
  ASSERT_TRUE(run_until_ended(client_));
  EXPECT_TRUE(client_.user->messages.empty());
}

TEST_F(ConnectionEndTest, APushAfterCloseDoesNotDisturbTheEnd) {
  establish();
  server_.connection->pause_reading();
  client_.connection->close();
  loop_.run_a_while();
  std::ignore = client_.push("ping", filled(8));
  client_.connection->close();
  loop_.run_a_while();
  server_.connection->resume_reading();
  ASSERT_TRUE(run_until_ended(client_));
  EXPECT_EQ(client_.user->reason(), EndReason::kOurs);
}

TEST_F(ConnectionEndTest, AbortEndsAtOnce) {
  establish();
  client_.connection->abort();
  EXPECT_FALSE(client_.user->ended()) << "not from within";
  ASSERT_TRUE(run_until_ended(client_));
  EXPECT_EQ(client_.user->reason(), EndReason::kOurs);
  expect_server_ends(EndReason::kPeerClosed);
}

TEST_F(ConnectionEndTest, VerbsAfterTheEndDoNothing) {
  establish();
  client_.connection->abort();
  ASSERT_TRUE(run_until_ended(client_));
  std::ignore = client_.push("ping", filled(8));
  client_.connection->wants_room();
  client_.connection->pause_reading();
  client_.connection->resume_reading();
  client_.connection->close();
  client_.connection->abort();
  loop_.run_a_while();
  EXPECT_EQ(client_.user->ends.size(), 1U);
  EXPECT_TRUE(client_.connection->info().session_id) << "info() still answers";
}

TEST_F(ConnectionEndTest, AUserMayAbortFromWithinAnEvent) {
  establish();
  server_.user->when_message = [this] { server_.connection->abort(); };
  push_numbered(client_, 10);
  expect_server_ends(EndReason::kOurs);
  EXPECT_EQ(server_.user->messages.size(), 1U);
}

TEST_F(ConnectionEndTest, AUserMayAnswerAndCloseFromWithinAnEvent) {
  establish();
  server_.user->when_message = [this] {
    ASSERT_TRUE(server_.push("reject", numbered(0)));
    server_.connection->close();
  };
  push_numbered(client_, 10);
  ASSERT_TRUE(run_until_messages(client_, 1));
  expect_server_ends(EndReason::kOurs);
  EXPECT_EQ(server_.user->messages.size(), 1U);
  ASSERT_TRUE(run_until_ended(client_));
  EXPECT_EQ(client_.user->reason(), EndReason::kPeerClosed);
}

TEST_F(ConnectionEndTest, AUserMayAbortFromWithinRoomAndFromWithinADeadline) {
  establish();
  client_.user->when_room = [this] { client_.connection->abort(); };
  client_.connection->wants_room();
  server_.user->when_deadline = [this](TimePoint) { server_.connection->abort(); };
  server_.user->deadline = now();
  server_.connection->wants_room();
  ASSERT_TRUE(run_until_ended(client_));
  ASSERT_TRUE(run_until_ended(server_));
}

TEST_F(ConnectionEndTest, AUserMayCloseFromWithinRoomAndFromWithinADeadline) {
  establish();
  client_.user->when_room = [this] { client_.connection->close(); };
  client_.connection->wants_room();
  server_.user->when_deadline = [this](TimePoint) { server_.connection->close(); };
  server_.user->deadline = now();
  server_.connection->wants_room();
  ASSERT_TRUE(run_until_ended(client_));
  ASSERT_TRUE(run_until_ended(server_));
}

// -- The peer's -----------------------------------------------------------------------------------

TEST_F(ConnectionEndTest, DeliversWhatCameBeforeThePeersEnd) {
  listen();
  auto peer = raw_peer();
  write_all(peer, v1_bytes(2000));
  peer.close();
  expect_server_ends(EndReason::kPeerClosed);
  expect_numbered(server_.user->messages, 2000);
}

TEST_F(ConnectionEndTest, SaysThatThePeerReset) {
  listen();
  auto peer = raw_peer();
  testing::reset(peer);
  expect_server_ends(EndReason::kPeerReset);
}

TEST_F(ConnectionEndTest, HearsThePeersLastWordsWhereItsOwnWriteFails) {
  listen();
  auto peer = raw_peer();
  write_all(peer, v1_bytes(1));
  ASSERT_TRUE(run_until_messages(server_, 1));
  // Both before the loop looks: the write is what finds out.
  const Bytes all = v1_bytes(500);
  write_all(peer, ByteView(all).subspan(v1_bytes(1).size()));
  testing::reset(peer);
  std::ignore = server_.push("ping", filled(8));
  expect_server_ends(EndReason::kPeerReset);
  expect_numbered(server_.user->messages, 500);
}

TEST_F(ConnectionEndTest, SaysWhichRuleThePeerBroke) {
  listen();
  auto peer = raw_peer();
  Bytes bytes = v1_bytes(3);
  const Bytes more = filled(100, 9);
  bytes.insert(bytes.end(), more.begin(), more.end());
  write_all(peer, bytes);
  expect_server_ends(EndReason::kFault);
  EXPECT_EQ(server_.user->ends[0].fault->rule, Rule::kV1BadMagic);
  EXPECT_EQ(server_.user->messages.size(), 3U) << "what came before it counts";
}

TEST_F(ConnectionEndTest, EndsWhileAPausedUserHasNotTakenEverything) {
  establish();
  server_.user->when_message = [this] { server_.connection->pause_reading(); };
  push_numbered(client_, 10);
  ASSERT_TRUE(run_until_messages(server_, 1));
  client_.connection->abort();
  loop_.run_a_while();
  EXPECT_FALSE(server_.user->ended()) << "there is something left to take";
  server_.user->when_message = [] {};
  server_.connection->resume_reading();
  expect_server_ends(EndReason::kPeerClosed);
  expect_numbered(server_.user->messages, 10);
}

// -- Who keeps it alive ---------------------------------------------------------------------------

TEST_F(ConnectionEndTest, AConnectionThatIsNotKeptCloses) {
  std::weak_ptr<Connection> accepted;
  listen([&](const std::shared_ptr<Connection>& made) { accepted = made; });
  loop_.run_a_while();
  const std::ptrdiff_t before = open_descriptors();
  Tcp::socket peer(loop_.runtime().context());
  peer.connect(*to_tcp(listener_->address()));
  std::uint8_t byte = 0;
  ErrorCode error;
  peer.non_blocking(true);
  ASSERT_TRUE(loop_.run_until([&] {
    peer.read_some(boost::asio::buffer(&byte, 1), error);
    return error == boost::asio::error::eof;
  }));
  EXPECT_TRUE(accepted.expired());
  peer.close();
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(ConnectionEndTest, ADialledConnectionThatIsNotKeptCloses) {
  listen();
  bool dialled = false;
  dial(loop_.runtime(), listener_->address(), {}, keys_, entropy_,
       [&](const std::expected<Dialled, DialFailure>& result) { dialled = result.has_value(); });
  ASSERT_TRUE(run_until_ended(server_));
  EXPECT_TRUE(dialled);
}

TEST_F(ConnectionEndTest, AConnectionThatIsKeptAndNotStartedWaits) {
  std::shared_ptr<Connection> kept;
  listen([&](std::shared_ptr<Connection> made) { kept = std::move(made); });
  dial_listener();
  ASSERT_TRUE(loop_.run_until([&] { return kept != nullptr; }));
  loop_.run_a_while();
  server_.start(std::move(kept));
  EXPECT_TRUE(loop_.run_until([this] { return server_.user->established(); }));
}

TEST_F(ConnectionEndTest, AUserThatComesAfterTheEndIsTold) {
  std::shared_ptr<Connection> kept;
  listen([&](std::shared_ptr<Connection> made) { kept = std::move(made); });
  Tcp::socket peer(loop_.runtime().context());
  peer.connect(*to_tcp(listener_->address()));
  ASSERT_TRUE(loop_.run_until([&] { return kept != nullptr; }));
  kept->abort();
  loop_.run_a_while();
  server_.start(std::move(kept));
  expect_server_ends(EndReason::kOurs);
}

TEST_F(ConnectionEndTest, FreesItsUserAfterTheEnd) {
  establish();
  Side third;
  listen([&](const std::shared_ptr<Connection>& made) {
    third.connection = made;
    made->start(third.user);
  });
  Tcp::socket peer(loop_.runtime().context());
  peer.connect(*to_tcp(listener_->address()));
  ASSERT_TRUE(loop_.run_until([&] { return third.connection != nullptr; }));
  const std::weak_ptr<Recorder> user = std::exchange(third.user, nullptr);
  const std::weak_ptr<Connection> connection = std::exchange(third.connection, nullptr);
  loop_.run_a_while();
  EXPECT_FALSE(user.expired());
  peer.close();
  EXPECT_TRUE(loop_.run_until([&] { return user.expired() && connection.expired(); }));
}

// The user holds its connection, as users do.
class Holder final : public Connection::User {
 public:
  explicit Holder(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  void on_event(TimePoint, const transport::Event&) override {}
  void on_end(const End&) override {}

 private:
  const std::shared_ptr<Connection> connection_;
};

TEST(ConnectionLifetime, TheLoopFreesWhatStillLives) {
  const std::ptrdiff_t before = open_descriptors();
  std::vector<std::weak_ptr<Connection>> all;
  {
    testing::FreshKeys keys;
    crypto::SystemEntropy entropy;
    testing::Loop loop;
    const auto take = [&](const std::shared_ptr<Connection>& made) {
      made->start(std::make_shared<Holder>(made));
      all.push_back(made);
    };
    Tcp::acceptor silent(loop.runtime().context(), {boost::asio::ip::address_v4::loopback(), 0});
    const Endpoint silent_address = to_endpoint(silent.local_endpoint());
    const auto listener = Listener::open(loop.runtime(), {"127.0.0.1", 0}, {}, keys, entropy, take);
    ASSERT_TRUE(listener) << listener.error();
    dial(loop.runtime(), (*listener)->address(), {}, keys, entropy,
         [&](const std::expected<Dialled, DialFailure>& result) {
           ASSERT_TRUE(result) << result.error().text;
           take(result->connection);
         });
    ASSERT_TRUE(loop.run_until([&] { return all.size() == 2; }));
    // And in the middle of a handshake, and of a connect.
    const auto dialling =
        dial(loop.runtime(), silent_address, {}, keys, entropy, [](const auto&) { FAIL(); });
    ASSERT_TRUE(loop.run_until([&] { return dialling->progress().bytes_sent > 0; }));
    dial(loop.runtime(), silent_address, {}, keys, entropy, [](const auto&) { FAIL(); });
  }
  for (const auto& one : all) EXPECT_TRUE(one.expired());
  EXPECT_EQ(open_descriptors(), before);
}

// -- Two connections on one strand ----------------------------------------------------------------

TEST(ConnectionsOnOneStrand, OneIsReadWhileBytesOfTheOtherAreDelivered) {
  testing::Loop loop;
  const Strand strand = boost::asio::make_strand(loop.runtime().context());
  auto [left_socket, left_peer] = testing::joined_sockets(strand, strand);
  auto [right_socket, right_peer] = testing::joined_sockets(strand, strand);
  const auto start = [&](Side& side, Tcp::socket socket) {
    side.start(make_connection(
        std::move(socket), std::make_unique<transport::V1Transport>(transport::Role::kResponder,
                                                                    transport::V1Config{}, now())));
  };
  Side left;
  Side right;
  start(left, std::move(left_socket));
  start(right, std::move(right_socket));
  loop.run_a_while();

  write_all(left_peer, v1_bytes(500));
  write_all(right_peer, v1_bytes(400));
  testing::reset(right_peer);
  // What the left one receives is pushed to the right one, whose write fails: it is read out while
  // most of the left one's bytes still wait for their turn.
  left.user->when_message = [&] { std::ignore = right.push("tx", filled(100, 0xee)); };
  ASSERT_TRUE(
      loop.run_until([&] { return right.user->ended() && left.user->messages.size() == 500; }));
  expect_numbered(left.user->messages, 500);
  expect_numbered(right.user->messages, 400);
  EXPECT_EQ(right.user->reason(), EndReason::kPeerReset);
  left_peer.close();
  EXPECT_TRUE(loop.run_until([&] { return left.user->ended(); }));
}

}  // namespace
}  // namespace veilwire::net

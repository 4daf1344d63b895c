// Bytes between a socket and a transport: what arrives, when it is held back, and how it ends.
#include "veilwire/net/connection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "veilwire/net/testing/loopback.h"
#include "veilwire/net/testing/raw_server.h"

namespace veilwire::net {
namespace {

using namespace std::chrono_literals;
using testing::expect_numbered;
using testing::Loopback;
using testing::numbered;
using testing::open_descriptors;
using testing::Recorder;
using testing::Side;
using transport::PushError;
using transport::Version;
using transport::testing::filled;
using transport::testing::type_named;

class ConnectionTest : public Loopback {
 protected:
  // Pushes numbered messages from `first` on until one is refused, and returns how many went.
  std::uint32_t push_until_full(Side& side, std::size_t size) {
    for (std::uint32_t number = 0;; ++number) {
      if (const auto pushed = side.push("block", numbered(number, size)); !pushed) {
        EXPECT_EQ(pushed.error(), PushError::kQueueFull);
        return number;
      }
    }
  }
  void push_numbered(Side& side, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) ASSERT_TRUE(side.push("tx", numbered(i)));
  }
};

// -- Messages -------------------------------------------------------------------------------------

TEST_F(ConnectionTest, EstablishesVersion2WithEqualSessionIds) {
  establish();
  EXPECT_EQ(client_.user->version, Version::kV2);
  EXPECT_EQ(server_.user->version, Version::kV2);
  ASSERT_TRUE(client_.connection->info().session_id);
  EXPECT_EQ(client_.connection->info().session_id, server_.connection->info().session_id);
}

TEST_F(ConnectionTest, KnowsBothAddresses) {
  establish();
  EXPECT_EQ(client_.connection->remote(), listener_->address());
  EXPECT_EQ(server_.connection->local(), listener_->address());
  EXPECT_EQ(client_.connection->local(), server_.connection->remote());
  EXPECT_EQ(client_.connection->local().host, "127.0.0.1");
}

TEST_F(ConnectionTest, KeepsTheContentsOfTheVersionPacketForItsUser) {
  establish({}, {.v2 = {.version_contents = filled(200, 3)}});
  EXPECT_EQ(client_.user->version_contents, filled(200, 3));
}

TEST_F(ConnectionTest, CarriesMessagesBothWays) {
  establish();
  ASSERT_TRUE(client_.push("ping", filled(8, 1)));
  ASSERT_TRUE(server_.push("pong", filled(8, 2)));
  ASSERT_TRUE(run_until_messages(client_, 1));
  ASSERT_TRUE(run_until_messages(server_, 1));
  EXPECT_EQ(client_.user->messages[0].type.name(), "pong");
  EXPECT_EQ(client_.user->messages[0].payload, filled(8, 2));
  EXPECT_EQ(server_.user->messages[0].type.name(), "ping");
  EXPECT_EQ(server_.user->messages[0].payload, filled(8, 1));
}

TEST_F(ConnectionTest, CarriesTheLargestMessageBothWays) {
  establish();
  ASSERT_TRUE(client_.push("block", filled(transport::kMaxPayloadBytes, 1)));
  ASSERT_TRUE(server_.push("block", filled(transport::kMaxPayloadBytes, 2)));
  ASSERT_TRUE(run_until_messages(client_, 1));
  ASSERT_TRUE(run_until_messages(server_, 1));
  EXPECT_EQ(client_.user->messages[0].payload, filled(transport::kMaxPayloadBytes, 2));
  EXPECT_EQ(server_.user->messages[0].payload, filled(transport::kMaxPayloadBytes, 1));
}

TEST_F(ConnectionTest, CarriesManySmallMessagesInOrder) {
  establish();
  push_numbered(client_, 10'000);
  ASSERT_TRUE(run_until_messages(server_, 10'000));
  expect_numbered(server_.user->messages, 10'000);
}

TEST_F(ConnectionTest, AnswersFromWithinAnEventGoOut) {
  establish();
  server_.user->when_message = [this] {
    ASSERT_TRUE(server_.push("pong", server_.user->messages.back().payload));
  };
  push_numbered(client_, 500);
  ASSERT_TRUE(run_until_messages(client_, 500));
  expect_numbered(client_.user->messages, 500);
}

TEST_F(ConnectionTest, SpeaksVersion1) {
  establish_v1();
  EXPECT_EQ(client_.user->version, Version::kV1);
  EXPECT_FALSE(client_.connection->info().session_id);
  ASSERT_TRUE(client_.push("version", filled(86)));
  ASSERT_TRUE(run_until_messages(server_, 1));
  EXPECT_EQ(server_.user->version, Version::kV1);
  ASSERT_TRUE(server_.push("verack", {}));
  ASSERT_TRUE(run_until_messages(client_, 1));
  EXPECT_EQ(client_.connection->push_decoy(filled(10)).error(), PushError::kNotExpressible);
}

TEST_F(ConnectionTest, RemembersTheFirstBytesReceived) {
  establish_v1();
  EXPECT_TRUE(server_.connection->first_bytes().empty());
  ASSERT_TRUE(client_.push("version", filled(86)));
  ASSERT_TRUE(run_until_messages(server_, 1));
  const ByteView first = server_.connection->first_bytes();
  ASSERT_EQ(first.size(), 16U);
  EXPECT_TRUE(std::ranges::equal(first.first(4), protocol::kMainMagic));
}

// -- Back-pressure --------------------------------------------------------------------------------

TEST_F(ConnectionTest, RefusesAPushWhileThePeerDoesNotReadAndSaysWhenThereIsRoom) {
  establish();
  server_.connection->pause_reading();
  loop_.run_a_while();
  const std::uint32_t pushed = push_until_full(client_, 100'000);
  EXPECT_GE(client_.connection->info().unsent_bytes, transport::kMaxUnsentBytes);
  loop_.run_a_while();
  // The system took some more at most: it is full, too.
  EXPECT_EQ(client_.user->rooms, client_.connection->info().unsent_bytes > kSendRoomBytes ? 0 : 1);
  client_.user->when_room = [this] {
    EXPECT_LE(client_.connection->info().unsent_bytes, kSendRoomBytes);
  };
  server_.connection->resume_reading();
  ASSERT_TRUE(run_until_messages(server_, pushed));
  ASSERT_TRUE(loop_.run_until([this] { return client_.user->rooms > 0; }));
  expect_numbered(server_.user->messages, pushed);
  loop_.run_a_while();
  EXPECT_EQ(client_.user->rooms, 1);
}

TEST_F(ConnectionTest, GivesRoomAtOnceWhereThereIsSome) {
  establish();
  client_.connection->wants_room();
  EXPECT_TRUE(loop_.run_until([this] { return client_.user->rooms == 1; }));
}

TEST_F(ConnectionTest, OffersNoRoomBeforeTheHandshakeIsDone) {
  testing::RawServer silent(loop_, {testing::wait_for_end});
  listen();
  Tcp::socket stranger(loop_.runtime().context());
  stranger.connect(*to_tcp(listener_->address()));
  ASSERT_TRUE(loop_.run_until([this] { return server_.connection != nullptr; }));
  while (server_.push("inv", filled(10))) {
  }
  loop_.run_a_while();
  server_.connection->wants_room();
  loop_.run_a_while();
  EXPECT_EQ(server_.user->rooms, 0);
}

TEST_F(ConnectionTest, StreamsFarMoreThanTheQueueByFillingItWhenThereIsRoom) {
  establish();
  std::uint32_t next = 0;
  const auto fill = [&] {
    while (next < 300 && client_.push("block", numbered(next, 100'000))) ++next;
  };
  client_.user->when_room = fill;
  fill();
  ASSERT_TRUE(run_until_messages(server_, 300));
  expect_numbered(server_.user->messages, 300);
}

TEST_F(ConnectionTest, DeliversNothingWhileReadingIsPausedAndAllOfItAfterwards) {
  establish();
  server_.connection->pause_reading();
  push_numbered(client_, 1000);
  loop_.run_a_while();
  EXPECT_TRUE(server_.user->messages.empty());
  server_.connection->resume_reading();
  ASSERT_TRUE(run_until_messages(server_, 1000));
  expect_numbered(server_.user->messages, 1000);
}

TEST_F(ConnectionTest, StopsInTheMiddleOfWhatWasReadWhenItsUserPauses) {
  establish();
  server_.user->when_message = [this] { server_.connection->pause_reading(); };
  push_numbered(client_, 300);
  for (std::size_t count = 1; count <= 300; ++count) {
    ASSERT_TRUE(run_until_messages(server_, count));
    // Sending goes on meanwhile.
    ASSERT_TRUE(server_.push("ping", filled(8)));
    ASSERT_EQ(server_.user->messages.size(), count);
    server_.connection->resume_reading();
  }
  expect_numbered(server_.user->messages, 300);
  EXPECT_TRUE(run_until_messages(client_, 300));
}

TEST_F(ConnectionTest, AUserMayResumeFromWithinAnEvent) {
  establish();
  server_.user->when_message = [this] {
    server_.connection->pause_reading();
    server_.connection->resume_reading();
  };
  push_numbered(client_, 100);
  ASSERT_TRUE(run_until_messages(server_, 100));
  expect_numbered(server_.user->messages, 100);
}

// -- Decoys ---------------------------------------------------------------------------------------

TEST_F(ConnectionTest, DropsDecoysAndCountsThem) {
  establish();
  ASSERT_TRUE(client_.connection->push_decoy(filled(100, 0)));
  ASSERT_TRUE(client_.push("ping", filled(8)));
  ASSERT_TRUE(run_until_messages(server_, 1));
  EXPECT_EQ(server_.connection->info().received.decoys, 1U);
}

TEST_F(ConnectionTest, ReadsOnAfterThePauseThatDecoysCost) {
  establish();
  std::size_t left = transport::kDecoyBurstBytes + 500'000;
  std::uint32_t number = 0;
  const auto fill = [&] {
    while (left != 0) {
      const std::size_t size = std::min<std::size_t>(left, 50'000);
      if (!client_.connection->push_decoy(filled(size, 0))) return;
      left -= size;
    }
    while (number < 100 && client_.push("tx", numbered(number))) ++number;
  };
  client_.user->when_room = fill;
  fill();
  ASSERT_TRUE(run_until_messages(server_, 100));
  expect_numbered(server_.user->messages, 100);
  // A machine under a sanitizer may be too slow to spend the budget faster than it fills.
  if (server_.connection->info().decoy_pauses == 0) GTEST_SKIP() << "nothing was paused";
}

// -- Deadlines ------------------------------------------------------------------------------------

TEST_F(ConnectionTest, CallsItsUserAtItsDeadline) {
  establish();
  int fired = 0;
  client_.user->when_deadline = [&](TimePoint now) {
    if (++fired < 3) client_.user->deadline = now + 5ms;
  };
  client_.user->deadline = now() + 5ms;
  ASSERT_TRUE(client_.push("ping", filled(8)));  // a call after which it is asked
  EXPECT_TRUE(loop_.run_until([&] { return fired == 3; }));
  loop_.run_a_while();
  EXPECT_EQ(fired, 3);
}

TEST_F(ConnectionTest, ADeadlineThatMovesIsKept) {
  establish();
  const TimePoint start = now();
  TimePoint fired_at{};
  client_.user->when_deadline = [&](TimePoint now) { fired_at = now; };
  client_.user->deadline = start + 20ms;
  client_.connection->wants_room();
  client_.user->deadline = start + 60ms;
  client_.connection->wants_room();
  ASSERT_TRUE(loop_.run_until([&] { return fired_at != TimePoint{}; }));
  EXPECT_GE(fired_at, start + 60ms);
}

TEST_F(ConnectionTest, EndsWhereThePeerDoesNotFinishTheHandshakeInTime) {
  listen({.v2 = {.handshake_timeout = 50ms}});
  Tcp::socket silent(loop_.runtime().context());
  silent.connect(*to_tcp(listener_->address()));
  ASSERT_TRUE(loop_.run_until([this] { return server_.user->ended(); }));
  ASSERT_EQ(server_.user->reason(), EndReason::kFault);
  EXPECT_EQ(server_.user->ends[0].fault->rule, transport::Rule::kHandshakeTimeout);
}

// -- Several threads ------------------------------------------------------------------------------

// Sends so many numbered messages, expects them back, closes.
class Asker final : public Connection::User {
 public:
  static constexpr std::uint32_t kMessages = 200;

  explicit Asker(std::shared_ptr<Connection> connection, std::atomic<int>& done)
      : connection_(std::move(connection)), done_(done) {}

  void on_event(TimePoint, const transport::Event& event) override {
    if (const auto* message = std::get_if<transport::MessageReceived>(&event)) {
      EXPECT_TRUE(std::ranges::equal(message->payload, numbered(answers_)));
      if (++answers_ == kMessages) connection_->close();
      return;
    }
    for (std::uint32_t i = 0; i < kMessages; ++i) {
      EXPECT_TRUE(connection_->push({type_named("ping"), numbered(i)}));
    }
  }
  void on_end(const End& end) override {
    EXPECT_EQ(end.reason, EndReason::kOurs);
    EXPECT_EQ(answers_, kMessages);
    ++done_;
  }

 private:
  const std::shared_ptr<Connection> connection_;
  std::atomic<int>& done_;
  std::uint32_t answers_ = 0;
};

class Echo final : public Connection::User {
 public:
  explicit Echo(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  void on_event(TimePoint, const transport::Event& event) override {
    const auto* message = std::get_if<transport::MessageReceived>(&event);
    if (message == nullptr) return;
    EXPECT_TRUE(connection_->push({message->type, message->payload}));
  }
  void on_end(const End& end) override { EXPECT_EQ(end.reason, EndReason::kPeerClosed); }

 private:
  const std::shared_ptr<Connection> connection_;
};

TEST(ConnectionOnThreads, ManyConnectionsOnThreeThreadsAndThenTheLoopIsEmpty) {
  constexpr int kConnections = 60;
  const std::ptrdiff_t before = open_descriptors();
  {
    Runtime runtime;
    testing::FreshKeys keys;
    crypto::SystemEntropy entropy;
    auto listener = Listener::open(
        runtime, {"127.0.0.1", 0}, {}, keys, entropy,
        [](const std::shared_ptr<Connection>& made) { made->start(std::make_shared<Echo>(made)); });
    ASSERT_TRUE(listener) << listener.error();
    std::atomic<int> done = 0;
    std::atomic<int> dialled = 0;
    for (int i = 0; i < kConnections; ++i) {
      dial(runtime, (*listener)->address(), {}, keys, entropy,
           [&](std::expected<Dialled, DialFailure> result) {
             ASSERT_TRUE(result) << result.error().text;
             const auto connection = result->connection;
             connection->start(std::make_shared<Asker>(connection, done));
             if (++dialled == kConnections) listener->reset();
           });
    }
    runtime.run(3);  // until nothing is left
    EXPECT_EQ(done, kConnections);
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(ConnectionOnThreads, IsDrivenFromAnotherThreadByPost) {
  Runtime runtime;
  testing::FreshKeys keys;
  crypto::SystemEntropy entropy;
  auto listener = Listener::open(
      runtime, {"127.0.0.1", 0}, {}, keys, entropy,
      [](const std::shared_ptr<Connection>& made) { made->start(std::make_shared<Echo>(made)); });
  ASSERT_TRUE(listener) << listener.error();
  std::atomic<int> done = 0;
  std::promise<std::shared_ptr<Connection>> promise;
  dial(runtime, (*listener)->address(), {}, keys, entropy,
       [&](std::expected<Dialled, DialFailure> result) {
         ASSERT_TRUE(result) << result.error().text;
         const auto connection = result->connection;
         connection->start(std::make_shared<Asker>(connection, done));
         promise.set_value(connection);
       });
  std::jthread other([&] {
    const auto connection = promise.get_future().get();
    for (int i = 0; i < 100; ++i) connection->post([] {});
    listener->reset();
  });
  runtime.run(3);
  EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace veilwire::net

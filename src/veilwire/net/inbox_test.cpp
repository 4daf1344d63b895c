// Items from many connections to one thread: in order, in turn, bounded, and woken once.
#include "veilwire/net/inbox.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <map>
#include <thread>

#include "veilwire/base/bytes.h"
#include "veilwire/net/testing/loopback.h"

namespace veilwire::net {
namespace {

using namespace std::chrono_literals;

struct Item {
  int from = 0;
  int number = 0;
  friend bool operator==(const Item&, const Item&) = default;
};

constexpr InboxLimits kSmall{.bytes = 100, .items = 10, .bytes_each = 40, .items_each = 4};

class InboxTest : public ::testing::Test {
 protected:
  auto producer() {
    return inbox_.open([this] { ++resumed_; });
  }

  int woken_ = 0;
  int resumed_ = 0;
  Inbox<Item> inbox_{kSmall, [this] { ++woken_; }};
};

TEST_F(InboxTest, GivesTheItemsOfOneInOrder) {
  const auto one = producer();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(one->put({0, i}, 1), Room::kSome);
  EXPECT_EQ(inbox_.take(10), (std::vector<Item>{{0, 0}, {0, 1}, {0, 2}}));
  EXPECT_TRUE(inbox_.take(10).empty());
}

TEST_F(InboxTest, GivesOneOfEachInTurn) {
  const auto busy = producer();
  const auto quiet = producer();
  for (int i = 0; i < 3; ++i) std::ignore = busy->put({0, i}, 1);
  std::ignore = quiet->put({1, 0}, 1);
  EXPECT_EQ(inbox_.take(2), (std::vector<Item>{{0, 0}, {1, 0}}));
  EXPECT_EQ(inbox_.take(9), (std::vector<Item>{{0, 1}, {0, 2}}));
}

TEST_F(InboxTest, WakesOnceAndNotForEachItem) {
  const auto one = producer();
  std::ignore = one->put({0, 0}, 1);
  std::ignore = one->put({0, 1}, 1);
  EXPECT_EQ(woken_, 1);
  EXPECT_EQ(inbox_.take(1).size(), 1U);
  std::ignore = one->put({0, 2}, 1);
  EXPECT_EQ(woken_, 1) << "it has not found it empty yet";
  EXPECT_EQ(inbox_.take(9).size(), 2U);
  EXPECT_TRUE(inbox_.take(9).empty());
  std::ignore = one->put({0, 3}, 1);
  EXPECT_EQ(woken_, 2);
}

TEST_F(InboxTest, SaysThatAConnectionsShareIsFullAndWhenItIsHalfEmpty) {
  const auto one = producer();
  for (int i = 0; i < 3; ++i) ASSERT_EQ(one->put({0, i}, 1), Room::kSome);
  EXPECT_EQ(one->put({0, 3}, 1), Room::kNone) << "its items";
  EXPECT_EQ(producer()->put({1, 0}, 1), Room::kSome) << "others have theirs";
  EXPECT_EQ(inbox_.take(2).size(), 2U);
  EXPECT_EQ(resumed_, 0);
  EXPECT_EQ(inbox_.take(2).size(), 2U);
  EXPECT_EQ(resumed_, 1);
  EXPECT_EQ(one->put({0, 4}, 40), Room::kNone) << "its bytes";
}

TEST_F(InboxTest, SaysThatTheWholeIsFull) {
  std::vector<std::unique_ptr<Inbox<Item>::Producer>> all;
  for (int i = 0; i < 3; ++i) {
    all.push_back(producer());
    ASSERT_EQ(all.back()->put({i, 0}, 39), i < 2 ? Room::kSome : Room::kNone);
  }
  EXPECT_EQ(inbox_.bytes(), 117U) << "the item that passes the bound is taken";
  EXPECT_EQ(inbox_.take(1).size(), 1U);
  EXPECT_EQ(resumed_, 0) << "not before it is half empty";
  EXPECT_EQ(inbox_.take(1).size(), 1U);
  EXPECT_EQ(resumed_, 0) << "its own item is still there";
  EXPECT_EQ(inbox_.take(1).size(), 1U);
  EXPECT_EQ(resumed_, 1);
  EXPECT_EQ(inbox_.bytes(), 0U);
  EXPECT_EQ(inbox_.items(), 0U);
}

TEST_F(InboxTest, AnEndComesAfterWhatWasPutAndIsNotResumed) {
  auto one = producer();
  for (int i = 0; i < 4; ++i) std::ignore = one->put({0, i}, 1);
  one->finish({0, -1});
  one.reset();
  const auto items = inbox_.take(10);
  ASSERT_EQ(items.size(), 5U);
  EXPECT_EQ(items.back(), (Item{0, -1}));
  EXPECT_EQ(resumed_, 0);
}

// -- Threads --------------------------------------------------------------------------------------

TEST(InboxOnThreads, NothingIsLostAndAllIsInOrder) {
  constexpr int kProducers = 4;
  constexpr int kItems = 5000;
  std::atomic<unsigned> woken = 0;
  Inbox<Item> inbox({.bytes = 500, .items = 1000, .bytes_each = 200, .items_each = 100}, [&] {
    ++woken;
    woken.notify_one();
  });
  // Outlive the producers: the last call of resume() may still be under way when one is done.
  std::array<std::atomic<unsigned>, kProducers> resumed_counts{};
  const auto produce = [&](int from) {
    std::atomic<unsigned>& resumed = resumed_counts[static_cast<std::size_t>(from)];
    const auto producer = inbox.open([&resumed] {
      ++resumed;
      resumed.notify_one();
    });
    for (int i = 0; i < kItems; ++i) {
      const unsigned before = resumed;
      if (producer->put({from, i}, 1) == Room::kNone) resumed.wait(before);
    }
    producer->finish({from, -1});
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < kProducers; ++i) threads.emplace_back(produce, i);

  std::map<int, int> next;
  int ended = 0;
  std::size_t most = 0;
  while (ended < kProducers) {
    const unsigned before = woken;
    const auto items = inbox.take(64);
    most = std::max(most, inbox.bytes());
    if (items.empty()) woken.wait(before);
    for (const Item& item : items) {
      if (item.number == -1) {
        ++ended;
        EXPECT_EQ(next[item.from], kItems);
      } else {
        ASSERT_EQ(item.number, next[item.from]++);
      }
    }
  }
  EXPECT_LE(most, 500U + kProducers);
}

// -- Connections ----------------------------------------------------------------------------------

struct Letter {
  std::size_t from = 0;
  Bytes payload{};  // empty: the connection has ended
};

// Puts every message into the inbox, and stops reading while there is no room.
class Poster final : public Connection::User {
 public:
  Poster(Inbox<Letter>& inbox, std::size_t number, std::shared_ptr<Connection> connection)
      : number_(number),
        connection_(std::move(connection)),
        producer_(inbox.open([weak = std::weak_ptr(connection_)] {
          const auto to = weak.lock();
          if (to) to->post([to] { to->resume_reading(); });
        })) {}

  void on_event(TimePoint, const transport::Event& event) override {
    const auto* message = std::get_if<transport::MessageReceived>(&event);
    if (message == nullptr) return;
    Letter letter{number_, Bytes(message->payload.begin(), message->payload.end())};
    if (producer_->put(std::move(letter), message->payload.size()) == Room::kNone) {
      connection_->pause_reading();
    }
  }
  void on_end(const End&) override { producer_->finish({number_, {}}); }

 private:
  const std::size_t number_;
  const std::shared_ptr<Connection> connection_;
  const std::unique_ptr<Inbox<Letter>::Producer> producer_;
};

// Says numbered messages and closes.
class Talker final : public Connection::User {
 public:
  static constexpr std::uint32_t kMessages = 300;
  static constexpr std::size_t kBytes = 20'000;

  explicit Talker(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  void on_event(TimePoint now, const transport::Event&) override { on_send_room(now); }
  void on_send_room(TimePoint) override {
    while (next_ < kMessages) {
      const auto type = transport::testing::type_named("block");
      if (!connection_->push({type, testing::numbered(next_, kBytes)})) return;
      ++next_;
    }
    connection_->close();
  }
  void on_end(const End&) override {}

 private:
  const std::shared_ptr<Connection> connection_;
  std::uint32_t next_ = 0;
};

TEST(InboxOfConnections, StopsTheirReadingAndLosesNothing) {
  constexpr std::size_t kConnections = 6;
  constexpr InboxLimits kLimits{
      .bytes = 400'000, .items = 1000, .bytes_each = 100'000, .items_each = 50};
  std::atomic<unsigned> woken = 0;
  Inbox<Letter> inbox(kLimits, [&] {
    ++woken;
    woken.notify_one();
  });
  std::size_t most = 0;
  std::jthread consumer([&] {
    std::map<std::size_t, std::uint32_t> next;
    for (std::size_t ended = 0; ended < kConnections;) {
      const unsigned before = woken;
      const auto letters = inbox.take(4);
      if (letters.empty()) woken.wait(before);
      most = std::max(most, inbox.bytes());
      for (const Letter& letter : letters) {
        if (letter.payload.empty()) {
          ++ended;
          EXPECT_EQ(next[letter.from], Talker::kMessages);
        } else {
          EXPECT_EQ(letter.payload, testing::numbered(next[letter.from]++, Talker::kBytes));
        }
      }
    }
  });

  Runtime runtime;
  testing::FreshKeys keys;
  crypto::SystemEntropy entropy;
  std::atomic<std::size_t> accepted = 0;
  std::unique_ptr<Listener> listener;
  auto opened = Listener::open(runtime, {"127.0.0.1", 0}, {}, keys, entropy,
                               [&](const std::shared_ptr<Connection>& made) {
                                 const std::size_t number = accepted++;
                                 made->start(std::make_shared<Poster>(inbox, number, made));
                                 if (number + 1 == kConnections) listener.reset();
                               });
  ASSERT_TRUE(opened) << opened.error();
  listener = std::move(*opened);
  const Endpoint address = listener->address();
  for (std::size_t i = 0; i < kConnections; ++i) {
    dial(runtime, address, {}, keys, entropy, [](std::expected<Dialled, DialFailure> result) {
      ASSERT_TRUE(result) << result.error().text;
      const auto connection = result->connection;
      connection->start(std::make_shared<Talker>(connection));
    });
  }
  runtime.run(3);
  consumer.join();
  EXPECT_LE(most, kLimits.bytes + kConnections * Talker::kBytes);
}

}  // namespace
}  // namespace veilwire::net

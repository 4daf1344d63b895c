// Turns between a socket and a machine: what they carry, how much at a time, and who is next.
#include "veilwire/net/driver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <vector>

#include "veilwire/net/driver_state.h"
#include "veilwire/net/testing/joined_sockets.h"
#include "veilwire/net/testing/loop.h"
#include "veilwire/net/testing/raw_server.h"

namespace veilwire::net {
namespace {

using namespace std::chrono_literals;

// Takes messages of a fixed size, says what it is told to say, and counts.
class FakeMachine final : public ByteMachine {
 public:
  explicit FakeMachine(std::size_t message_bytes) : message_bytes_(message_bytes) {}

  std::size_t feed(TimePoint, ByteView bytes) override {
    if (stopped || pause_until || event_waits) return 0;
    const std::size_t count = std::min(bytes.size(), message_bytes_ - partial_);
    ++feeds;
    largest_feed = std::max(largest_feed, bytes.size());
    received.insert(received.end(), bytes.begin(), bytes.begin() + static_cast<int>(count));
    partial_ = (partial_ + count) % message_bytes_;
    event_waits = partial_ == 0;
    return count;
  }
  ByteView bytes_to_send() override { return stopped ? ByteView() : ByteView(out).subspan(sent_); }
  void mark_sent(std::size_t count) override {
    writes.push_back(count);
    sent_ += count;
  }
  void on_deadline(TimePoint now) override {
    if (pause_until && *pause_until <= now) pause_until.reset();
  }
  std::optional<TimePoint> next_deadline() const override { return pause_until; }
  bool reading_paused() const override { return pause_until.has_value(); }
  bool has_stopped() const override { return stopped; }
  std::size_t unsent_bytes() const override { return out.size() - sent_; }

  bool event_waits = false;
  bool stopped = false;
  std::optional<TimePoint> pause_until;
  Bytes received;
  Bytes out;
  std::size_t feeds = 0;
  std::size_t largest_feed = 0;
  std::vector<std::size_t> writes;

 private:
  const std::size_t message_bytes_;
  std::size_t partial_ = 0;
  std::size_t sent_ = 0;
};

struct FakeUser final : Driver::User {
  explicit FakeUser(std::size_t message_bytes) : machine(message_bytes) {}

  bool take_event(TimePoint) override {
    if (!std::exchange(machine.event_waits, false)) return false;
    ++events;
    when_event();
    return true;
  }
  void on_end(EndReason how, const std::string&) override { reason = how; }

  FakeMachine machine;
  std::size_t events = 0;
  std::function<void()> when_event = [] {};
  std::optional<EndReason> reason;
};

class DriverTest : public ::testing::Test {
 protected:
  struct Side {
    std::shared_ptr<FakeUser> user;
    std::shared_ptr<Driver> driver;
    Tcp::socket peer;
  };

  Side& side(std::size_t message_bytes) {
    auto [ours, theirs] = testing::joined_sockets(strand_, strand_);
    return sides_.emplace_back(std::make_shared<FakeUser>(message_bytes),
                               make_driver(std::move(ours)), std::move(theirs));
  }
  static void start(Side& side) { side.driver->start(side.user->machine, side.user); }
  static void say(Side& side, std::size_t count) {
    const Bytes bytes(count, 7);
    side.peer.non_blocking(false);
    boost::asio::write(side.peer, boost::asio::buffer(bytes));
  }
  bool run_until_received(Side& side, std::size_t count) {
    return loop_.run_until([&] { return side.user->machine.received.size() >= count; });
  }
  void TearDown() override {
    for (Side& one : sides_) {
      one.driver->abort();
      EXPECT_TRUE(loop_.run_until([&] { return one.user->reason.has_value(); }));
    }
  }
  testing::Loop loop_;
  Strand strand_ = boost::asio::make_strand(loop_.runtime().context());
  std::deque<Side> sides_;
};

// -- Out ------------------------------------------------------------------------------------------

TEST_F(DriverTest, WhatAThousandPushesQueueIsOneWrite) {
  Side& one = side(10);
  start(one);
  loop_.run_a_while();
  for (int i = 0; i < 1000; ++i) {
    one.user->machine.out.insert(one.user->machine.out.end(), 24, 1);
    one.driver->flush();
  }
  EXPECT_TRUE(one.user->machine.writes.empty()) << "a push only queues";
  ASSERT_TRUE(loop_.run_until([&] { return one.user->machine.unsent_bytes() == 0; }));
  EXPECT_EQ(one.user->machine.writes, std::vector<std::size_t>{24'000});
}

TEST_F(DriverTest, WhatIsQueuedForAnotherOnTheStrandIsOneWriteATurn) {
  Side& from = side(24);
  Side& to = side(24);
  from.user->when_event = [&] {
    to.user->machine.out.insert(to.user->machine.out.end(), 24, 1);
    to.driver->flush();
  };
  start(from);
  start(to);
  say(from, 24 * 1280);
  ASSERT_TRUE(loop_.run_until(
      [&] { return from.user->events == 1280 && to.user->machine.unsent_bytes() == 0; }));
  // A read may end in the middle of a message, and the turn with it.
  EXPECT_LE(to.user->machine.writes.size(), 2 * 1280 / kTurnFeeds);
}

TEST_F(DriverTest, WritesInPiecesSoThatOthersHaveTheirTurn) {
  Side& one = side(10);
  start(one);
  one.user->machine.out = Bytes(4 * kWriteBytes, 1);
  one.driver->flush();
  std::size_t read = 0;
  Bytes buffer(1'000'000);
  one.peer.non_blocking(true);
  ASSERT_TRUE(loop_.run_until([&] {
    ErrorCode ignored;
    read += one.peer.read_some(boost::asio::buffer(buffer), ignored);
    return read == 4 * kWriteBytes;
  }));
  EXPECT_LE(std::ranges::max(one.user->machine.writes), kWriteBytes);
}

// -- In -------------------------------------------------------------------------------------------

TEST_F(DriverTest, ATurnFeedsTheMachineSoOftenAndThenOthersAreNext) {
  Side& flooder = side(4);
  say(flooder, 40'000);
  start(flooder);
  std::size_t before = 0;
  std::size_t most = 0;
  bool is_over = false;
  std::function<void()> other = [&] {
    const std::size_t feeds = flooder.user->machine.feeds;
    most = std::max(most, feeds - std::exchange(before, feeds));
    is_over = flooder.user->events == 10'000;
    if (!is_over) boost::asio::post(loop_.runtime().context(), other);
  };
  other();
  ASSERT_TRUE(loop_.run_until([&] { return is_over; }));
  EXPECT_EQ(flooder.user->events, 10'000U);
  EXPECT_LE(most, kTurnFeeds);
}

TEST_F(DriverTest, ReadsSmallPiecesOfSmallMessages) {
  Side& flooder = side(4);
  say(flooder, 200'000);
  start(flooder);
  std::size_t most = 0;
  ASSERT_TRUE(loop_.run_until([&] {
    const std::size_t held = flooder.driver->bytes_read() - flooder.user->machine.received.size();
    most = std::max(most, held);
    return flooder.user->events == 50'000;
  }));
  EXPECT_LE(most, kSmallReadBytes);
}

TEST_F(DriverTest, ReadsLargePiecesOfLargeMessages) {
  Side& one = side(10'000'000);
  start(one);
  // Each piece waits whole in the system before it is read.
  for (std::size_t said = 0; said < 3'000'000; said += 100'000) {
    say(one, 100'000);
    ASSERT_TRUE(run_until_received(one, said + 100'000));
  }
  EXPECT_GE(one.user->machine.largest_feed, 64U * 1024);
  EXPECT_LE(one.user->machine.largest_feed, kReadBytes);
}

TEST_F(DriverTest, ReadsNothingWhileItsUserHasPausedReading) {
  Side& one = side(4);
  one.user->when_event = [&] { one.driver->pause_reading(); };
  start(one);
  say(one, 400);
  for (std::size_t events = 1; events <= 100; ++events) {
    ASSERT_TRUE(loop_.run_until([&] { return one.user->events == events; }));
    one.driver->resume_reading();
  }
}

TEST_F(DriverTest, FeedsNothingWhileTheMachineHasPausedReading) {
  Side& one = side(4);
  const TimePoint until = now() + 40ms;
  one.user->machine.pause_until = until;
  start(one);
  say(one, 400);
  ASSERT_TRUE(run_until_received(one, 400));
  EXPECT_GE(now(), until);
}

TEST_F(DriverTest, WhatWasNotFedGoesToTheNextMachine) {
  Side& one = side(4);
  const auto next = std::make_shared<FakeUser>(4);
  one.user->when_event = [&] {
    one.driver->release();
    one.driver->start(next->machine, next);
  };
  start(one);
  say(one, 400);
  ASSERT_TRUE(loop_.run_until([&] { return next->events == 99; }));
  EXPECT_EQ(one.user->events, 1U);
  one.user = next;  // who is told of the end
}

// -- Ends -----------------------------------------------------------------------------------------

TEST_F(DriverTest, EndsWhereTheMachineStops) {
  Side& one = side(4);
  one.user->when_event = [&] { one.user->machine.stopped = true; };
  start(one);
  say(one, 400);
  ASSERT_TRUE(loop_.run_until([&] { return one.user->reason.has_value(); }));
  EXPECT_EQ(*one.user->reason, EndReason::kFault);
  EXPECT_EQ(one.user->events, 1U);
}

TEST_F(DriverTest, HearsAllOfThePeersLastWordsTurnByTurn) {
  Side& one = side(4);
  start(one);
  say(one, 40'000);
  testing::reset(one.peer);
  // The write is what finds out.
  one.user->machine.out = Bytes(10, 1);
  one.driver->flush();
  ASSERT_TRUE(loop_.run_until([&] { return one.user->reason.has_value(); }));
  EXPECT_EQ(*one.user->reason, EndReason::kPeerReset);
  EXPECT_EQ(one.user->events, 10'000U);
}

}  // namespace
}  // namespace veilwire::net

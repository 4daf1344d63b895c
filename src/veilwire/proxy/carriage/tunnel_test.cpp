#include "veilwire/proxy/carriage/tunnel.h"

#include <gtest/gtest.h>

#include "veilwire/net/testing/joined_sockets.h"
#include "veilwire/proxy/carriage/end_text.h"
#include "veilwire/proxy/testing/raw_client.h"

namespace veilwire::proxy::testing {
namespace {

using net::testing::joined_sockets;
using net::testing::JoinedSockets;

// Bytes that say where they are.
Bytes patterned(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 251);
  return bytes;
}

class TunnelTest : public ::testing::Test {
 protected:
  ~TunnelTest() override {
    if (tunnel_ != nullptr) tunnel_->abort();
    loop_.run_a_while();
    EXPECT_EQ(done_.size(), 1U);
  }

  RawClient end(JoinedSockets& pair) { return RawClient(loop_, std::move(pair.first)); }
  net::Strand strand() { return boost::asio::make_strand(loop_.runtime().context()); }
  void start(ByteView from_program = {}, ByteView from_peer = {}) {
    tunnel_ = std::make_shared<Tunnel>(
        std::move(left_.second), std::move(right_.second),
        [this](const Tunnel::Counts& counts, const CarriageEnd& how) {
          done_.push_back(counts);
          end_ = end_text(how);
        },
        timeouts_);
    tunnel_->start(from_program, from_peer);
  }
  // From the program, as much as is taken while the peer takes nothing. Returns what is left.
  ByteView write_until_full(ByteView bytes) {
    for (std::size_t taken = 1; taken != 0; bytes = bytes.subspan(taken)) {
      EXPECT_TRUE(loop_.run_until_idle());
      taken = program_.write_some(bytes);
    }
    return bytes;
  }
  bool run_until_done() {
    return loop_.run_until([this] { return !done_.empty(); });
  }

  net::testing::Loop loop_;
  net::Strand inner_ = strand();
  JoinedSockets left_ = joined_sockets(strand(), inner_);
  JoinedSockets right_ = joined_sockets(strand(), inner_);
  RawClient program_ = end(left_);
  RawClient peer_ = end(right_);
  Tunnel::Timeouts timeouts_;
  std::shared_ptr<Tunnel> tunnel_;
  std::vector<Tunnel::Counts> done_;
  std::string end_;
};

TEST_F(TunnelTest, CarriesBytesUntouchedBothWaysTheFirstOnesFirst) {
  start(patterned(100), patterned(7));
  EXPECT_EQ(peer_.read(100), patterned(100));
  EXPECT_EQ(program_.read(7), patterned(7));
  program_.write(patterned(1000));
  peer_.write(patterned(3000));
  EXPECT_EQ(peer_.read(1000), patterned(1000));
  EXPECT_EQ(program_.read(3000), patterned(3000));
  tunnel_->abort();
  ASSERT_EQ(done_.size(), 1U);
  EXPECT_EQ(done_[0].from_program, 1100U);
  EXPECT_EQ(done_[0].from_peer, 3007U);
}

TEST_F(TunnelTest, StopsReadingWhereNobodyTakesAndLosesNothing) {
  start();
  const Bytes all = patterned(20'000'000);
  ByteView rest = write_until_full(all);
  EXPECT_FALSE(rest.empty()) << "20 MB went where nobody reads";
  Bytes got;
  EXPECT_TRUE(loop_.run_until([&] {
    rest = rest.subspan(program_.write_some(rest));
    const Bytes more = peer_.take();
    got.insert(got.end(), more.begin(), more.end());
    return got.size() == all.size();
  }));
  EXPECT_TRUE(got == all);
}

TEST_F(TunnelTest, IsOneDirectionStillWhereTheOtherHasEnded) {
  start();
  program_.write(patterned(10));
  program_.shut_down_sending();
  EXPECT_EQ(peer_.read_to_end(), patterned(10));
  peer_.write(patterned(500));
  EXPECT_EQ(program_.read(500), patterned(500));
  EXPECT_TRUE(done_.empty());
  peer_.shut_down_sending();
  EXPECT_TRUE(program_.read_to_end().empty());
  EXPECT_TRUE(run_until_done());
  EXPECT_EQ(end_, "the program closed the connection");
}

TEST_F(TunnelTest, EndsWhereOneHasEndedAndTheOtherIsSilent) {
  timeouts_.half_closed = std::chrono::milliseconds(100);
  start();
  peer_.shut_down_sending();
  EXPECT_TRUE(run_until_done());
  EXPECT_TRUE(program_.read_to_end().empty());
  EXPECT_EQ(end_, "the peer closed the connection");
}

TEST_F(TunnelTest, StaysWhileTheDirectionThatIsLeftSpeaks) {
  timeouts_.half_closed = std::chrono::seconds(1);
  start();
  program_.shut_down_sending();
  const TimePoint later = net::now() + timeouts_.half_closed * 3 / 2;
  while (net::now() < later) {
    loop_.run_for(std::chrono::milliseconds(20));
    peer_.write(patterned(10));
    EXPECT_EQ(program_.read(10), patterned(10));
  }
  EXPECT_TRUE(done_.empty());
  EXPECT_TRUE(run_until_done());
}

TEST_F(TunnelTest, MayBeSilentForAsLongAsBothDirectionsAreOpen) {
  timeouts_.half_closed = std::chrono::milliseconds(50);
  start();
  EXPECT_FALSE(loop_.run_until([this] { return !done_.empty(); }, std::chrono::milliseconds(300)));
}

// The program is not read while its bytes wait: that it has gone is not seen.
TEST_F(TunnelTest, EndsWhereBytesWaitAndNobodyTakesThem) {
  timeouts_.stall = std::chrono::milliseconds(200);
  start();
  const Bytes all = patterned(20'000'000);
  ByteView rest = all;
  EXPECT_TRUE(loop_.run_until([&] {
    rest = rest.subspan(program_.write_some(rest));
    return !done_.empty();
  }));
  EXPECT_FALSE(rest.empty());
  EXPECT_EQ(end_, "the peer read nothing for 20 minutes");
}

TEST_F(TunnelTest, IsNotStalledOnceWhatWaitedWasTaken) {
  timeouts_.stall = std::chrono::seconds(1);
  start();
  const Bytes all = patterned(20'000'000);
  ByteView rest = all;
  EXPECT_TRUE(loop_.run_until([&] {
    rest = rest.subspan(program_.write_some(rest));
    peer_.take();
    return rest.empty();
  }));
  EXPECT_FALSE(loop_.run_until(
      [&] {
        peer_.take();
        return !done_.empty();
      },
      timeouts_.stall * 3 / 2));
}

// Nobody pings on it: an end that has lost its power would keep the other for ever.
TEST_F(TunnelTest, AsksTheSystemWhetherItsEndsAreThere) {
  const int sockets[] = {left_.second.native_handle(), right_.second.native_handle()};
  start();
  for (const int socket : sockets) {
    int is_on = 0;
    socklen_t size = sizeof is_on;
    ASSERT_EQ(::getsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &is_on, &size), 0);
    EXPECT_NE(is_on, 0);
  }
}

TEST_F(TunnelTest, ClosesAtOnceWhereNothingWaits) {
  start();
  loop_.run_a_while();
  tunnel_->close();
  EXPECT_EQ(done_.size(), 1U);
  EXPECT_TRUE(program_.read_to_end().empty());
  EXPECT_TRUE(peer_.read_to_end().empty());
}

TEST_F(TunnelTest, PassesOnWhatWaitsBeforeItCloses) {
  const Bytes to_peer = patterned(20'000'000);
  start(to_peer);
  tunnel_->close();
  loop_.run_a_while();
  EXPECT_TRUE(done_.empty());
  EXPECT_TRUE(peer_.read_to_end() == to_peer);
  EXPECT_TRUE(run_until_done());
}

TEST_F(TunnelTest, ReadsNothingMoreOnceItCloses) {
  start(patterned(20'000'000));
  loop_.run_a_while();
  tunnel_->close();
  peer_.write(patterned(10));
  EXPECT_TRUE(loop_.run_until([this] { return peer_.take(), !done_.empty(); }));
  ASSERT_EQ(done_.size(), 1U);
  EXPECT_EQ(done_[0].from_peer, 0U);
}

TEST_F(TunnelTest, IsCutByAbortWhereNobodyTakesWhatWaits) {
  start(patterned(20'000'000));
  tunnel_->close();
  loop_.run_a_while();
  EXPECT_TRUE(done_.empty());
  tunnel_->abort();
  EXPECT_EQ(done_.size(), 1U);
}

TEST_F(TunnelTest, EndsBothWhereOneIsCut) {
  start();
  program_.write(patterned(10));
  EXPECT_EQ(peer_.read(10), patterned(10));
  peer_.reset();
  EXPECT_TRUE(run_until_done());
  program_.read_to_end();
  EXPECT_EQ(end_, "the peer cut the connection");
}

TEST_F(TunnelTest, SurvivesAnEndThatCameBeforeItsStart) {
  program_.reset();
  peer_.reset();
  tunnel_ = std::make_shared<Tunnel>(std::move(left_.second), std::move(right_.second),
                                     [this](const Tunnel::Counts& counts, const CarriageEnd&) {
                                       done_.push_back(counts);
                                       tunnel_.reset();  // as its owner does
                                     });
  tunnel_->start(patterned(100), patterned(100));
  EXPECT_TRUE(run_until_done());
}

TEST_F(TunnelTest, EndsOnceWhenAborted) {
  start();
  tunnel_->abort();
  tunnel_->abort();
  EXPECT_EQ(end_, "the proxy closed the connection");
  EXPECT_TRUE(program_.read_to_end().empty());
  EXPECT_TRUE(peer_.read_to_end().empty());
}

}  // namespace
}  // namespace veilwire::proxy::testing

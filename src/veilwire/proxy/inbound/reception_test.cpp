#include "veilwire/proxy/inbound/reception.h"

#include <gtest/gtest.h>

#include <boost/asio/write.hpp>
#include <deque>
#include <vector>

#include "veilwire/net/acceptor.h"
#include "veilwire/net/testing/loop.h"

namespace veilwire::proxy {
namespace {

using limits::Admittance;
using net::Tcp;
using Id = Reception::Id;

// A listener whose peers arrive at a reception with the numbers 1, 2 and so on; all from loopback.
class ReceptionTest : public testing::Test {
 protected:
  ~ReceptionTest() override {
    reception_.reset();
    acceptor_.reset();
    loop_.run_a_while();
  }

  void open(const limits::AdmissionLimits& limits = {}) {
    admission_.emplace(limits);
    reception_.emplace(
        loop_.runtime(), *admission_,
        Reception::Callbacks{
            .spoke = [this](Id id, Tcp::socket socket) { spoke_.emplace(id, std::move(socket)); },
            .refused = [this](Id id, Admittance why) { refused_.emplace(id, why); },
            .given_up = [this](Id id, Reception::GivenUp why) { given_up_.emplace(id, why); }});
    auto opened = net::Acceptor::open(
        loop_.runtime(), {"127.0.0.1", 0},
        [this](Tcp::socket socket) { reception_->arrive(++last_, std::move(socket)); });
    ASSERT_TRUE(opened) << opened.error();
    acceptor_ = std::move(*opened);
  }

  // Returns when it has arrived.
  Tcp::socket& connect() {
    Tcp::socket& socket = peers_.emplace_back(loop_.runtime().context());
    socket.connect(net::to_tcp(acceptor_->address()).value());
    const Id number = peers_.size();
    EXPECT_TRUE(loop_.run_until([&] { return last_ >= number; }));
    return socket;
  }
  static void say(Tcp::socket& socket, std::string_view text) {
    boost::asio::write(socket, boost::asio::buffer(text));
  }

  net::testing::Loop loop_;
  std::optional<limits::Admission> admission_;
  std::map<Id, Tcp::socket> spoke_;
  std::map<Id, Admittance> refused_;
  std::map<Id, Reception::GivenUp> given_up_;
  std::optional<Reception> reception_;
  std::unique_ptr<net::Acceptor> acceptor_;
  std::deque<Tcp::socket> peers_;
  Id last_ = 0;
};

TEST_F(ReceptionTest, HandsOverWhoeverSpeaksWithWhatItSaid) {
  open();
  Tcp::socket& peer = connect();
  loop_.run_a_while();
  EXPECT_TRUE(spoke_.empty());
  EXPECT_EQ(admission_->silent_count(), 1U);
  say(peer, "hello");
  ASSERT_TRUE(loop_.run_until([&] { return spoke_.contains(1); }));
  EXPECT_EQ(admission_->silent_count(), 0U);
  EXPECT_EQ(admission_->pending_count(), 1U);
  std::array<char, 5> heard{};
  spoke_.at(1).read_some(boost::asio::buffer(heard));
  EXPECT_EQ(std::string_view(heard.data(), heard.size()), "hello");
}

TEST_F(ReceptionTest, NoticesWhoHasGone) {
  open();
  connect().close();
  ASSERT_TRUE(loop_.run_until([&] { return given_up_.contains(1); }));
  EXPECT_EQ(given_up_.at(1), Reception::GivenUp::kGone);
  EXPECT_EQ(admission_->connection_count(), 0U);
}

TEST_F(ReceptionTest, TheLongestSilentGivesWay) {
  open({.loopback_pending = 2});
  connect();
  connect();
  Tcp::socket& third = connect();
  ASSERT_TRUE(loop_.run_until([&] { return given_up_.contains(1); }));
  EXPECT_EQ(given_up_.at(1), Reception::GivenUp::kGaveWay);
  say(third, "x");
  EXPECT_TRUE(loop_.run_until([&] { return spoke_.contains(3); }));
}

TEST_F(ReceptionTest, RefusesWhereNobodyCanGiveWay) {
  open({.loopback_pending = 1});
  say(connect(), "x");
  ASSERT_TRUE(loop_.run_until([&] { return spoke_.contains(1); }));
  connect();
  ASSERT_TRUE(loop_.run_until([&] { return refused_.contains(2); }));
  EXPECT_EQ(refused_.at(2), Admittance::kLoopbackPending);
}

TEST_F(ReceptionTest, ChargesTheRateWithTheFirstByte) {
  open({.loopback_per_second = 1, .loopback_burst = 1});
  Tcp::socket& first = connect();
  Tcp::socket& second = connect();
  say(first, "x");
  ASSERT_TRUE(loop_.run_until([&] { return spoke_.contains(1); }));
  say(second, "x");
  ASSERT_TRUE(loop_.run_until([&] { return refused_.contains(2); }));
  EXPECT_EQ(refused_.at(2), Admittance::kLoopbackRate);
  EXPECT_EQ(admission_->connection_count(), 1U);
}

TEST_F(ReceptionTest, ClearsThoseWhoWait) {
  open();
  connect();
  connect();
  reception_->clear();
  ASSERT_TRUE(loop_.run_until([&] { return given_up_.size() == 2; }));
  EXPECT_EQ(reception_->waiting_count(), 0U);
  EXPECT_EQ(admission_->connection_count(), 0U);
}

}  // namespace
}  // namespace veilwire::proxy

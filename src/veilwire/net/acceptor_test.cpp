#include "veilwire/net/acceptor.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <vector>

#include "veilwire/net/testing/loop.h"

namespace veilwire::net {
namespace {

// Over a socket of the test's own, which does not listen where the test says so. (To take all
// descriptors away would take those of the sanitizers too.)
class AcceptorTest : public ::testing::Test {
 protected:
  AcceptorTest() : listening_(loop_.runtime().context(), {ip(), 0}) {
    auto adopted = Acceptor::adopt(
        loop_.runtime(), ::dup(listening_.native_handle()), [this](Tcp::socket) { ++accepted_; },
        [this](std::string_view why) { told_.emplace_back(why); });
    acceptor_ = std::move(adopted.value());
  }

  static boost::asio::ip::address ip() { return boost::asio::ip::make_address("127.0.0.1"); }
  void refuse() { ::shutdown(listening_.native_handle(), SHUT_RDWR); }
  void accept_one() {
    ASSERT_EQ(::listen(listening_.native_handle(), 1), 0);
    Tcp::socket client(loop_.runtime().context());
    client.connect(listening_.local_endpoint());  // another port than before
    const int before = accepted_;
    ASSERT_TRUE(loop_.run_until([&] { return accepted_ > before; }));
  }

  testing::Loop loop_;
  Tcp::acceptor listening_;
  std::unique_ptr<Acceptor> acceptor_;
  std::vector<std::string> told_;
  int accepted_ = 0;
};

TEST_F(AcceptorTest, TellsOnceThatTheSystemRefusesUntilItAcceptsAgain) {
  accept_one();
  EXPECT_TRUE(told_.empty());
  for (std::size_t bout = 1; bout <= 2; ++bout) {
    refuse();
    ASSERT_TRUE(loop_.run_until([&] { return told_.size() == bout; }));
    loop_.run_for(std::chrono::milliseconds(250));  // longer than it waits before it tries again
    EXPECT_EQ(told_.size(), bout);
    accept_one();
  }
  EXPECT_EQ(told_.back(), "Invalid argument");
}

}  // namespace
}  // namespace veilwire::net

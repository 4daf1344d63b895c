#include "veilwire/net/listen.h"

#include <gtest/gtest.h>

#include "veilwire/net/testing/loopback.h"
#include "veilwire/net/testing/raw_server.h"

namespace veilwire::net {
namespace {

using testing::Loopback;
using transport::testing::filled;

class ListenTest : public Loopback {
 protected:
  std::string error_of(const Endpoint& address) {
    const auto opened = Listener::open(loop_.runtime(), address, {}, keys_, entropy_,
                                       [](const std::shared_ptr<Connection>&) {});
    return opened ? "" : opened.error();
  }
};

TEST_F(ListenTest, TakesAFreePortForPortZero) {
  listen();
  EXPECT_EQ(listener_->address().host, "127.0.0.1");
  EXPECT_NE(listener_->address().port, 0);
}

TEST_F(ListenTest, SaysThatThePortIsTaken) {
  listen();
  EXPECT_EQ(error_of(listener_->address()),
            "cannot listen on " + to_string(listener_->address()) + ": Address already in use");
}

TEST_F(ListenTest, RefusesAName) {
  EXPECT_EQ(error_of({"localhost", 0}), "'localhost' is not a numeric address");
}

TEST_F(ListenTest, RefusesAnAddressThatIsNotOurs) {
  EXPECT_EQ(error_of({"192.0.2.1", 8333}),
            "cannot listen on 192.0.2.1:8333: Cannot assign requested address");
}

TEST_F(ListenTest, ListensOnIpv6) {
  auto opened =
      Listener::open(loop_.runtime(), {"::1", 0}, {}, keys_, entropy_,
                     [this](std::shared_ptr<Connection> made) { server_.start(std::move(made)); });
  if (!opened) GTEST_SKIP() << opened.error();
  listener_ = std::move(*opened);
  dial_listener();
  ASSERT_TRUE(loop_.run_until([this] { return client_.user->established(); }));
  EXPECT_EQ(client_.connection->remote().host, "::1");
}

TEST_F(ListenTest, AcceptsOneAfterTheOther) {
  std::size_t accepted = 0;
  listen([&](const std::shared_ptr<Connection>&) { ++accepted; });
  std::vector<Tcp::socket> peers;
  for (int i = 0; i < 100; ++i) {
    peers.emplace_back(loop_.runtime().context()).connect(*to_tcp(listener_->address()));
  }
  EXPECT_TRUE(loop_.run_until([&] { return accepted == peers.size(); }));
}

TEST_F(ListenTest, RefusesVersion1WherePolicySaysSo) {
  listen({.v1 = transport::V1Policy::kRefuse});
  dial_listener({.policy = transport::DialPolicy::kV1Only});
  ASSERT_TRUE(loop_.run_until([this] { return client_.user->established(); }));
  ASSERT_TRUE(client_.push("version", filled(86)));
  ASSERT_TRUE(run_until_ended(server_));
  ASSERT_EQ(server_.user->reason(), EndReason::kFault);
  EXPECT_EQ(server_.user->ends[0].fault->rule, transport::Rule::kV1Refused);
  ASSERT_TRUE(run_until_ended(client_));
}

TEST_F(ListenTest, StopsListeningAndLeavesItsConnectionsAlone) {
  establish();
  const Endpoint address = listener_->address();
  listener_.reset();
  loop_.run_a_while();
  Tcp::socket late(loop_.runtime().context());
  ErrorCode error;
  late.connect(*to_tcp(address), error);
  EXPECT_EQ(error, boost::asio::error::connection_refused);
  ASSERT_TRUE(client_.push("ping", filled(8)));
  EXPECT_TRUE(run_until_messages(server_, 1));
}

}  // namespace
}  // namespace veilwire::net

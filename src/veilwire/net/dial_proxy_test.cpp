// Dialling through a SOCKS5 proxy: what it is asked, and each way in which it may fail.
#include <gtest/gtest.h>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "veilwire/net/testing/dialling.h"

namespace veilwire::net {
namespace {

using namespace boost::asio::experimental::awaitable_operators;
using namespace std::chrono_literals;
using testing::DialTest;
using testing::FullServer;
using testing::RawServer;
using testing::Script;
using testing::Task;
using transport::DialPolicy;
using transport::VersionReason;
using transport::testing::filled;

const Bytes kConnected{5, 0, 0, 1, 127, 0, 0, 1, 0, 80};

// Until an end in order; whatever else happens ends the other direction, too.
Task<void> carry(Tcp::socket& from, Tcp::socket& to) {
  Bytes bytes(4096);
  ErrorCode error;
  while (error != boost::asio::error::eof) {
    const std::size_t count = co_await from.async_read_some(
        boost::asio::buffer(bytes), boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error && error != boost::asio::error::eof) throw boost::system::system_error(error);
    co_await testing::write_bytes(to, ByteView(bytes).first(count));
  }
  to.shutdown(Tcp::socket::shutdown_send, error);
}

class DialProxyTest : public DialTest {
 protected:
  static DialConfig through(const RawServer& proxy, DialConfig config = {}) {
    config.proxy.emplace().address = proxy.address();
    return config;
  }
  static DialConfig with_login_through(const RawServer& proxy) {
    DialConfig config = through(proxy);
    config.proxy->user = "stream";
    config.proxy->password = "one";
    return config;
  }

  // Takes the greeting and a request for a name, and remembers both.
  Task<void> hear_request(Tcp::socket& socket) {
    const Bytes greeting = co_await testing::read_bytes(socket, 2);
    const Bytes methods = co_await testing::read_bytes(socket, greeting[1]);
    if (methods[0] == 2) {
      co_await testing::write_bytes(socket, login_wanted_);
      co_await hear_login(socket);
    } else {
      co_await testing::write_bytes(socket, no_login_wanted_);
    }
    const Bytes head = co_await testing::read_bytes(socket, 5);
    EXPECT_EQ(head[3], 3) << "not a name";
    const Bytes name = co_await testing::read_bytes(socket, head[4]);
    const Bytes port = co_await testing::read_bytes(socket, 2);
    asked_.push_back({std::string(name.begin(), name.end()),
                      static_cast<std::uint16_t>(port[0] << 8 | port[1])});
  }
  Task<void> hear_login(Tcp::socket& socket) {
    const Bytes head = co_await testing::read_bytes(socket, 2);
    const Bytes user = co_await testing::read_bytes(socket, head[1]);
    const Bytes size = co_await testing::read_bytes(socket, 1);
    const Bytes password = co_await testing::read_bytes(socket, size[0]);
    logins_.emplace_back(user.begin(), user.end());
    logins_.emplace_back(password.begin(), password.end());
    co_await testing::write_bytes(socket, login_taken_);
  }

  // A proxy that connects to `target`, whatever it is asked for.
  Script proxy_to(const Endpoint& target) {
    return [this, target](Tcp::socket& socket) -> Task<void> {
      co_await hear_request(socket);
      Tcp::socket onward(socket.get_executor());
      co_await onward.async_connect(*to_tcp(target), boost::asio::use_awaitable);
      co_await testing::write_bytes(socket, kConnected);
      co_await (carry(onward, socket) && carry(socket, onward));
    };
  }
  // A proxy that hears the request and then says `reply` and closes.
  Script proxy_that_replies(Bytes reply) {
    return [this, reply](Tcp::socket& socket) -> Task<void> {
      co_await hear_request(socket);
      co_await testing::write_bytes(socket, reply);
      co_await testing::pause(socket, 5ms);
    };
  }

  DialFailure failure_through(const RawServer& proxy, DialConfig config = {}) {
    const auto result = dialled({"peer.example", 8333}, through(proxy, std::move(config)));
    EXPECT_FALSE(result);
    if (result) return {};
    EXPECT_EQ(result.error().phase, DialPhase::kProxy);
    return result.error();
  }

  const Bytes no_login_wanted_{5, 0};
  const Bytes login_wanted_{5, 2};
  const Bytes login_taken_{1, 0};
  std::vector<Endpoint> asked_;
  std::vector<std::string> logins_;
};

// The whole of what some proxies say; others fall silent after it.
TEST_F(DialProxyTest, TakesARefusalThatIsCutShort) {
  for (const Bytes& reply : {Bytes{5, 5}, Bytes{5, 5, 0}}) {
    RawServer closes(loop_, {proxy_that_replies(reply)});
    EXPECT_EQ(failure_through(closes).error, DialError::kRefused);
    RawServer waits(loop_, {[this, reply](Tcp::socket& socket) -> Task<void> {
                      co_await hear_request(socket);
                      co_await testing::write_bytes(socket, reply);
                      co_await testing::wait_for_end(socket);
                    }});
    EXPECT_EQ(failure_through(waits).error, DialError::kRefused);
  }
}

TEST_F(DialProxyTest, LeavesTheNameToTheProxyAndSpeaksVersion2ThroughIt) {
  listen();
  RawServer proxy(loop_, {proxy_to(listener_->address())});
  const auto result = dialled({"abc.onion", 8333}, through(proxy));
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(asked_, (std::vector{Endpoint{"abc.onion", 8333}}));
  EXPECT_TRUE(logins_.empty());
  EXPECT_EQ(result->reason, VersionReason::kV2);
  EXPECT_EQ(result->connection->remote(), proxy.address());
  expect_conversation(result->connection);
  client_.connection->close();
  EXPECT_TRUE(run_until_ended(client_));
}

TEST_F(DialProxyTest, PassesItsLogin) {
  listen();
  RawServer proxy(loop_, {proxy_to(listener_->address())});
  const auto result = dialled({"abc.onion", 8333}, with_login_through(proxy));
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(logins_, (std::vector<std::string>{"stream", "one"}));
}

TEST_F(DialProxyTest, FallsBackThroughTheSameProxy) {
  RawServer old(loop_, {read_and_close, speak_version_1});
  RawServer proxy(loop_, {proxy_to(old.address()), proxy_to(old.address())});
  const auto result = dialled({"peer.example", 8333}, with_login_through(proxy));
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(result->reason, VersionReason::kV1PeerEnded);
  const Endpoint peer{"peer.example", 8333};
  EXPECT_EQ(asked_, (std::vector{peer, peer}));
  EXPECT_EQ(logins_, (std::vector<std::string>{"stream", "one", "stream", "one"}));
  expect_version_1(result->connection);
}

TEST_F(DialProxyTest, KeepsThePeersBytesThatComeWithTheReply) {
  Bytes reply = kConnected;
  for (const Bytes& more :
       {testing::v1_message("ping", filled(8)), testing::v1_message("verack")}) {
    reply.insert(reply.end(), more.begin(), more.end());
  }
  RawServer proxy(loop_, {[this, reply](Tcp::socket& socket) -> Task<void> {
                    co_await hear_request(socket);
                    co_await testing::write_bytes(socket, reply);
                    co_await testing::wait_for_end(socket);
                  }});
  const auto result =
      dialled({"peer.example", 8333}, through(proxy, {.policy = DialPolicy::kV1Only}));
  ASSERT_TRUE(result) << result.error().text;
  client_.start(result->connection);
  ASSERT_TRUE(run_until_messages(client_, 2));
  EXPECT_EQ(client_.user->messages[0].payload, filled(8));
  EXPECT_EQ(client_.user->messages[1].type.name(), "verack");
  EXPECT_EQ(client_.connection->first_bytes().size(), 16U);
}

TEST_F(DialProxyTest, RecognisesAWebServerWhoseBytesComeWithTheReply) {
  Bytes reply = kConnected;
  const Bytes greeting = testing::bytes_of("HTTP/1.1 408 Request Timeout\r\n\r\n");
  reply.insert(reply.end(), greeting.begin(), greeting.end());
  RawServer proxy(loop_, {proxy_that_replies(reply)});
  const auto result = dialled({"peer.example", 8333}, through(proxy));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().phase, DialPhase::kHandshake);
  EXPECT_EQ(result.error().bytes_received, greeting.size());
  EXPECT_EQ(result.error().text, "a web server answered, not a version 2 peer");
}

// -- Failures -------------------------------------------------------------------------------------

TEST_F(DialProxyTest, PassesOnThatThePeerRefused) {
  RawServer proxy(loop_, {proxy_that_replies({5, 5, 0, 1, 0, 0, 0, 0, 0, 0})});
  const DialFailure failure = failure_through(proxy);
  EXPECT_EQ(failure.error, DialError::kRefused);
  EXPECT_EQ(failure.text, "the proxy says that the connection was refused");
}

TEST_F(DialProxyTest, PassesOnThatThereIsNoWay) {
  RawServer proxy(loop_, {proxy_that_replies({5, 4, 0, 1, 0, 0, 0, 0, 0, 0})});
  EXPECT_EQ(failure_through(proxy).error, DialError::kUnreachable);
}

TEST_F(DialProxyTest, SaysThatTheProxyFailed) {
  RawServer proxy(loop_, {proxy_that_replies({5, 1, 0, 1, 0, 0, 0, 0, 0, 0})});
  const DialFailure failure = failure_through(proxy);
  EXPECT_EQ(failure.error, DialError::kProxyFailed);
  EXPECT_EQ(failure.text, "the proxy says that it could not connect");
}

TEST_F(DialProxyTest, SaysThatItIsNoProxy) {
  RawServer web(loop_, {[](Tcp::socket& socket) -> Task<void> {
                  co_await testing::write_text(socket, "HTTP/1.1 400 Bad Request\r\n\r\n");
                  co_await testing::pause(socket, 5ms);
                }});
  const DialFailure failure = failure_through(web);
  EXPECT_EQ(failure.error, DialError::kProxyFailed);
  EXPECT_EQ(failure.text, "what answers there is not a SOCKS5 proxy");
}

TEST_F(DialProxyTest, SaysThatTheProxyCloses) {
  RawServer proxy(
      loop_, {[](Tcp::socket& socket) -> Task<void> { co_await testing::read_bytes(socket, 3); }});
  const DialFailure failure = failure_through(proxy);
  EXPECT_EQ(failure.error, DialError::kPeerClosed);
  EXPECT_EQ(failure.text, "the proxy closed the connection");
}

TEST_F(DialProxyTest, SaysThatTheProxyIsSilent) {
  RawServer proxy(loop_, {testing::wait_for_end});
  const DialFailure failure = failure_through(proxy, {.proxy_timeout = 50ms});
  EXPECT_EQ(failure.error, DialError::kTimedOut);
  EXPECT_EQ(failure.text, "the proxy did not answer in time");
}

TEST_F(DialProxyTest, AProxyThatIsNotThereIsNotTheTargetsRefusal) {
  DialConfig config;
  config.proxy = Socks5Proxy{refusing_address(), "user", "secret"};
  const std::string proxy = to_string(config.proxy->address);
  const auto result = dialled({"peer.example", 8333}, std::move(config));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().phase, DialPhase::kProxy);
  EXPECT_EQ(result.error().error, DialError::kProxyFailed);
  EXPECT_EQ(result.error().text,
            "the proxy " + proxy + " cannot be reached: it refused the connection");
}

TEST_F(DialProxyTest, AProxyThatTakesNoConnectionIsNotTheTargetsSilence) {
  FullServer full(loop_);
  loop_.run_a_while();
  DialConfig config{.connect_timeout = 50ms};
  config.proxy.emplace().address = full.address();
  const auto result = dialled({"peer.example", 8333}, std::move(config));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error, DialError::kProxyFailed);
  EXPECT_EQ(result.error().text, "the proxy " + to_string(full.address()) +
                                     " cannot be reached: the connection was not made in time");
}

TEST_F(DialProxyTest, RefusesANameThatSocks5CannotSay) {
  RawServer proxy(loop_, {testing::wait_for_end});
  const auto result = dialled({std::string(256, 'x'), 8333}, through(proxy));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error, DialError::kProxyFailed);
}

TEST_F(DialProxyTest, IsCancelledWhileTheProxyDials) {
  RawServer proxy(loop_, {testing::wait_for_end});
  start_dial({"peer.example", 8333}, through(proxy));
  ASSERT_TRUE(loop_.run_until([&] { return proxy.accepted() == 1; }));
  loop_.run_a_while();
  cancel();
  expect_cancelled(DialPhase::kProxy);
}

TEST_F(DialProxyTest, LeavesNoDescriptorOpen) {
  RawServer proxy(loop_,
                  {proxy_that_replies({5, 5, 0, 1, 0, 0, 0, 0, 0, 0}), testing::wait_for_end});
  const DialConfig config{.proxy_timeout = 50ms};
  loop_.run_a_while();
  const std::ptrdiff_t before = testing::open_descriptors();
  for (int i = 0; i < 2; ++i) std::ignore = failure_through(proxy, config);
  EXPECT_TRUE(loop_.run_until([&] { return testing::open_descriptors() == before - 1; }))
      << "the server has closed its own";
}

}  // namespace
}  // namespace veilwire::net

#include "veilwire/proxy/server.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/local/stream_protocol.hpp>
#include <vector>

#include "veilwire/proxy/inbound/admission_text.h"
#include "veilwire/proxy/testing/proxy_test.h"

namespace veilwire::proxy::testing {
namespace {

class ServerTest : public ProxyTest {
 protected:
  // A socket that listens, as the service manager passes it.
  struct Passed {
    int descriptor;
    Endpoint address;
  };
  Passed passed_socket(
      const boost::asio::ip::address& at = boost::asio::ip::address_v4::loopback()) {
    net::Tcp::acceptor acceptor(loop_.runtime().context(), {at, 0});
    const Endpoint address = net::to_endpoint(acceptor.local_endpoint());
    return {acceptor.release(), address};
  }
  bool run_until_stories(std::size_t count) {
    return loop_.run_until([&] { return observer_.stories.size() >= count; });
  }
  // Begins to stop; true once that is done.
  std::shared_ptr<bool> begin_to_stop() {
    auto stopped = std::make_shared<bool>(false);
    server_->stop([stopped] { *stopped = true; });
    EXPECT_FALSE(*stopped) << "called from within";
    return stopped;
  }
};

// -- Listening ------------------------------------------------------------------------------------

TEST_F(ServerTest, ListensOnEveryAddressAndSaysWhere) {
  config().listen = {{"127.0.0.1", 0}, {"127.0.0.2", 0}};
  add_inbound({"127.0.0.3", 0}, refusing_address());
  open();
  ASSERT_EQ(server_->addresses().size(), 3U);
  EXPECT_EQ(server_->addresses()[1].host, "127.0.0.2");
  EXPECT_EQ(server_->addresses()[2].host, "127.0.0.3");
  for (const Endpoint& address : server_->addresses()) EXPECT_NE(address.port, 0);
}

TEST_F(ServerTest, SaysWhereItCannotListen) {
  Node taken(loop_, Node::Speaks::kV1Only);
  config().listen = {taken.address()};
  server_.emplace(service_);
  const auto opened = server_->open({});
  ASSERT_FALSE(opened);
  EXPECT_TRUE(opened.error().starts_with("cannot listen on " + to_string(taken.address())));
}

TEST_F(ServerTest, TakesASocketOfTheServiceManagerInsteadOfItsOwn) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  config().listen.push_back({"127.0.0.1", 0});
  const Passed passed = passed_socket();
  open({{"socks", passed.descriptor}});
  ASSERT_EQ(server_->addresses(), std::vector{passed.address});
  connected_program(node.address());
}

TEST_F(ServerTest, RefusesASocketBeyondLoopbackForPrograms) {
  const Passed passed = passed_socket(boost::asio::ip::address_v4::any());
  server_.emplace(service_);
  const auto opened = server_->open({{"socks", passed.descriptor}});
  ASSERT_FALSE(opened);
  EXPECT_TRUE(opened.error().starts_with("the service manager passes a socket at " +
                                         to_string(passed.address)));
}

TEST_F(ServerTest, TakesASocketBeyondLoopbackWhereThatIsAllowed) {
  config().allow_remote = true;
  const Passed socks = passed_socket(boost::asio::ip::address_v4::any());
  open({{"socks", socks.descriptor}});
  EXPECT_EQ(server_->addresses(), std::vector{socks.address});
  EXPECT_TRUE(server_->serves_other_machines());
}

TEST_F(ServerTest, TakesASocketBeyondLoopbackForRedirectedConnections) {
  config().listen.clear();
  const Passed redirected = passed_socket(boost::asio::ip::address_v4::any());
  open({{"transparent", redirected.descriptor}});
  EXPECT_EQ(server_->addresses(), std::vector{redirected.address});
  EXPECT_FALSE(server_->serves_other_machines());
}

TEST_F(ServerTest, RefusesASocketOfANameThatItDoesNotKnow) {
  const Passed passed = passed_socket();
  server_.emplace(service_);
  const auto opened = server_->open({{"web", passed.descriptor}});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(),
            "the service manager passes a socket named 'web': name it 'socks' or 'transparent'");
}

TEST_F(ServerTest, RefusesADescriptorThatDoesNotListen) {
  net::Tcp::socket socket(loop_.runtime().context());
  socket.open(net::Tcp::v4());
  server_.emplace(service_);
  EXPECT_FALSE(server_->open({{"socks", socket.release()}}));
}

// -- Who is admitted ------------------------------------------------------------------------------

TEST_F(ServerTest, NumbersConnectionsFromOneAndForgetsThem) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  open();
  for (int i = 0; i < 3; ++i) connected_program(node.address());
  ASSERT_TRUE(run_until_ended(3));
  EXPECT_EQ(observer_.stories.begin()->first, 1U);
  EXPECT_EQ(observer_.stories.rbegin()->first, 3U);
  EXPECT_TRUE(loop_.run_until([this] { return server_->connection_count() == 0; }));
}

TEST_F(ServerTest, HasALimitForPrograms) {
  config().limits.program_connections = 2;
  open();
  RawClient first = connect_program();
  RawClient second = connect_program();
  ASSERT_TRUE(run_until_stories(2));
  RawClient third = connect_program();
  third.read_to_end();
  EXPECT_EQ(story().refusal, Refusal::kAdmission);
  EXPECT_EQ(server_->connection_count(), 2U);
  first.close();
  ASSERT_TRUE(run_until_ended(2));
  RawClient fourth = connect_program();
  ASSERT_TRUE(run_until_stories(4));
  EXPECT_FALSE(story().refusal);
}

TEST_F(ServerTest, RefusesPeersOverTheRateOnceTheySpeak) {
  config().limits.admission.loopback_burst = 2;
  config().limits.admission.loopback_per_second = 1;
  add_inbound({"127.0.0.1", 0}, refusing_address());
  open();
  std::vector<RawClient> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(connect_program());
  ASSERT_TRUE(run_until_stories(3));
  EXPECT_FALSE(story().refusal);
  for (RawClient& client : clients) client.write(Bytes{1});
  EXPECT_TRUE(loop_.run_until([this] { return server_->connection_count() == 2; }));
  ASSERT_TRUE(run_until_ended(1));
  const auto refused = std::ranges::find_if(
      observer_.stories, [](const auto& one) { return one.second.refusal.has_value(); });
  ASSERT_NE(refused, observer_.stories.end());
  EXPECT_EQ(refused->second.direction, Direction::kInbound);
  EXPECT_EQ(refused->second.refusal, Refusal::kAdmission);
  EXPECT_EQ(refused->second.refusal_text, admission_text(limits::Admittance::kLoopbackRate));
}

TEST_F(ServerTest, RefusesPeersOverTheHandshakesUnderWayUntilOneIsDone) {
  config().limits.admission.loopback_pending = 1;
  add_inbound({"127.0.0.1", 0}, refusing_address());
  open();
  RawClient first = connect_program();
  first.write(Bytes{1});
  ASSERT_TRUE(loop_.run_until([this] { return server_->connection_count() == 1; }));
  RawClient second = connect_program();
  second.read_to_end();
  ASSERT_TRUE(run_until_ended(1));
  EXPECT_EQ(story().refusal_text, admission_text(limits::Admittance::kLoopbackPending));
  first.close();
  ASSERT_TRUE(run_until_ended(2));
  RawClient third = connect_program();
  third.write(Bytes{1});
  ASSERT_TRUE(run_until_stories(3));
  EXPECT_TRUE(loop_.run_until([this] { return server_->connection_count() == 1; }));
  EXPECT_FALSE(story().refusal);
}

TEST_F(ServerTest, ASilentPeerGivesWayToOneThatComes) {
  config().limits.admission.loopback_pending = 1;
  add_inbound({"127.0.0.1", 0}, refusing_address());
  open();
  RawClient silent = connect_program();
  ASSERT_TRUE(run_until_stories(1));
  RawClient second = connect_program();
  EXPECT_TRUE(silent.read_to_end().empty());
  ASSERT_TRUE(run_until_ended(1));
  EXPECT_EQ(observer_.stories.begin()->second.end,
            "the peer said nothing, and gave way to another one");
}

TEST_F(ServerTest, HasALimitForPeers) {
  Node program(loop_, Node::Speaks::kV1Only);
  config().limits.admission.connections = 1;
  add_inbound({"127.0.0.1", 0}, program.address());
  open();
  RawClient first = connect_program();
  first.write(v1_bytes("version", version_payload()));
  program.message();
  RawClient second = connect_program();
  second.read_to_end();
  ASSERT_TRUE(run_until_ended(1));
  EXPECT_EQ(story().refusal, Refusal::kAdmission);
  first.close();
  ASSERT_TRUE(run_until_ended(2));
  RawClient third = connect_program();
  ASSERT_TRUE(run_until_stories(3));
  EXPECT_FALSE(story().refusal);
}

// -- Memory ---------------------------------------------------------------------------------------

class ServerMemoryTest : public ServerTest {
 protected:
  // As much of `bytes` as is taken until it is told to wait.
  void write_until_told_to_wait(RawClient& client, ByteView bytes) {
    EXPECT_TRUE(loop_.run_until([&] {
      bytes = bytes.subspan(client.write_some(bytes));
      return !observer_.reading.empty();
    }));
  }
  std::size_t waiting_count() const {
    return server_->partial_messages().waiting_count(Sender::kProgram);
  }
  // Which has said its `version`.
  RawClient program_in_conversation(Node& node) {
    RawClient client = connected_program(node.address());
    client.write(v1_bytes("version", version_payload()));
    node.message();
    return client;
  }
  std::size_t held() const { return server_->partial_messages().held_bytes(Sender::kProgram); }

  const Bytes block_ = v1_bytes("block", filled(transport::kMaxPayloadBytes));
};

// One sends most of a block and then nothing; another one's waits, and a third's pings go on.
TEST_F(ServerMemoryTest, ASecondBlockWaitsWhereTheBudgetIsTakenAndSmallMessagesGoOn) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  config().limits.buffers.budget_bytes = 5'000'000;
  open();
  RawClient hoarder = program_in_conversation(node);
  hoarder.write(ByteView(block_).first(3'900'000));
  ASSERT_TRUE(loop_.run_until([this] { return held() > 3'000'000; }));

  RawClient second = program_in_conversation(node);
  write_until_told_to_wait(second, ByteView(block_).first(3'900'000));
  EXPECT_LT(held(), config().limits.buffers.budget_bytes);
  EXPECT_EQ(observer_.reading.at(0).step, limits::BufferLedger::Step::kStopReading);
  EXPECT_EQ(observer_.reading.at(0).sender, Sender::kProgram);

  speak_v1(connected_program(node.address()));
  say_version();
  EXPECT_EQ(node.message().type.name(), "version");
  ASSERT_TRUE(program_.push("ping", filled(8)));
  EXPECT_EQ(node.message(1).type.name(), "ping");

  // The first does not go on for three seconds: the second's turn.
  EXPECT_TRUE(loop_.run_until([this] { return waiting_count() == 0; }));
}

TEST_F(ServerMemoryTest, WhoIsNotReadAndLeavesIsNoticed) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  config().limits.buffers.budget_bytes = 5'000'000;
  open();
  RawClient first = program_in_conversation(node);
  first.write(ByteView(block_).first(2'000'000));
  ASSERT_TRUE(loop_.run_until([this] { return held() >= 2'000'000 - 100; }));
  RawClient second = program_in_conversation(node);
  write_until_told_to_wait(second, ByteView(block_).first(3'900'000));
  second.close();
  EXPECT_TRUE(loop_.run_until([this] { return observer_.ended_count() >= 1; }));
  EXPECT_EQ(waiting_count(), 0U);
}

// -- Reload ---------------------------------------------------------------------------------------

TEST_F(ServerTest, AppliesANewPolicyToLaterConnectionsOnly) {
  Node node(loop_, Node::Speaks::kV1Only);
  open();
  speak_v1(connected_program(node.address()));
  say_version();
  node.message();
  Settings next = config();
  next.policies.set_default(Policy::kV2Only);
  EXPECT_TRUE(server_->reload(next).empty());
  ASSERT_TRUE(program_.push("ping", filled(8)));
  EXPECT_EQ(node.message(1).type.name(), "ping");

  RawClient client = connected_program(node.address());
  client.write(v1_bytes("version", version_payload()));
  EXPECT_TRUE(client.read_to_end().empty());
  EXPECT_EQ(story().refusal, Refusal::kVersion1Refused);
}

TEST_F(ServerTest, SaysWhatNeedsARestartAndKeepsIt) {
  open();
  const auto listen = config().listen;
  Settings next = config();
  next.listen.push_back({"127.0.0.1", 1});
  next.network = protocol::kRegtestMagic;
  next.limits.handshake_timeout = std::chrono::seconds(1);
  const auto notices = server_->reload(next);
  EXPECT_EQ(notices,
            (std::vector<std::string>{"listen changes only with a restart",
                                      "network changes only with a restart",
                                      "limits.handshake_seconds changes only with a restart"}));
  EXPECT_EQ(config().listen, listen);
  EXPECT_FALSE(config().network);
}

// -- The end --------------------------------------------------------------------------------------

TEST_F(ServerTest, StopsAtOnceWithoutConnections) {
  open();
  const auto stopped = begin_to_stop();
  EXPECT_TRUE(loop_.run_until([&] { return *stopped; }));
  server_.reset();
}

TEST_F(ServerTest, LetsConnectionsSendWhatTheyHaveWhenItStops) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  open();
  speak_v1(connected_program(node.address()));
  say_version();
  node.message();
  node.last().connection->pause_reading();
  ASSERT_TRUE(program_.push("block", filled(900'000)));
  ASSERT_TRUE(loop_.run_until([this] { return observer_.passed.size() >= 2; }));
  const auto stopped = begin_to_stop();
  node.last().connection->resume_reading();
  EXPECT_TRUE(loop_.run_until([&] { return *stopped && node.last().user->ended(); }));
  EXPECT_EQ(node.last().user->messages.size(), 2U);
  EXPECT_EQ(story().end, "the proxy closed the connection");
  RawClient late(loop_, node.address());
  server_.reset();
}

TEST_F(ServerTest, CutsWhatIsLeftAfterTheDrainTimeOut) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  config().limits.drain_timeout = std::chrono::milliseconds(30);
  open();
  speak_v1(connected_program(node.address()));
  say_version();
  node.message();
  node.last().connection->pause_reading();
  while (program_.push("block", filled(900'000)) && observer_.passed.size() < 30) {
    loop_.run_for(std::chrono::milliseconds(2));
  }
  const TimePoint begin = net::now();
  const auto stopped = begin_to_stop();
  EXPECT_TRUE(loop_.run_until([&] { return *stopped; }));
  EXPECT_LT(net::now() - begin, net::kCloseTimeout) << "that is a connection's own time-out";
  server_.reset();
}

TEST_F(ServerTest, AcceptsNobodyAnyMoreWhenItStops) {
  open();
  const Endpoint address = proxy();
  const auto stopped = begin_to_stop();
  EXPECT_TRUE(loop_.run_until([&] { return *stopped; }));
  loop_.run_a_while();
  net::Tcp::socket socket(loop_.runtime().context());
  net::ErrorCode error;
  socket.connect(*net::to_tcp(address), error);
  EXPECT_EQ(error, boost::asio::error::connection_refused);
  EXPECT_TRUE(observer_.stories.empty());
  server_.reset();
}

// -- Other ways in --------------------------------------------------------------------------------

TEST_F(ServerTest, ServesAtAUnixSocket) {
  const std::string path = ::testing::TempDir() + "server_" + std::to_string(::getpid());
  Node node(loop_, Node::Speaks::kV1AndV2);
  config().listen_unix = {path};
  config().listen = {{"127.0.0.1", 0}};
  open();
  boost::asio::local::stream_protocol::socket local(loop_.runtime().context());
  local.connect(boost::asio::local::stream_protocol::endpoint(path));
  net::Tcp::socket socket(boost::asio::make_strand(loop_.runtime().context()));
  socket.assign(net::Tcp::v4(), local.release());
  RawClient client(loop_, std::move(socket));
  EXPECT_EQ(ask(client, socks_request(node.address())), 0);
  speak_v1(std::move(client));
  say_version();
  EXPECT_EQ(node.message().payload, version_payload());
  EXPECT_EQ(story().joined->version, transport::Version::kV2);
}

}  // namespace
}  // namespace veilwire::proxy::testing

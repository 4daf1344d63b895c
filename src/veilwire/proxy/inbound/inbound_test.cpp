#include "veilwire/proxy/inbound/inbound.h"

#include <gtest/gtest.h>

#include "veilwire/net/dial.h"
#include "veilwire/net/testing/raw_server.h"
#include "veilwire/proxy/inbound/source_address.h"
#include "veilwire/proxy/testing/proxy_test.h"

namespace veilwire::proxy::testing {
namespace {

using net::testing::RawServer;
using net::testing::Task;
using transport::DialPolicy;
using transport::Version;

class InboundTest : public ProxyTest {
 protected:
  ~InboundTest() override {
    stop();
    if (!is_over(peer_)) peer_.connection->abort();
    EXPECT_TRUE(loop_.run_until([this] { return is_over(peer_); }));
  }

  void open_for(const Endpoint& program) {
    add_inbound({"127.0.0.1", 0}, program);
    open();
  }
  void dial_as_peer(DialPolicy policy) {
    net::DialConfig config;
    config.policy = policy;
    config.v2.magic = service_.network();
    net::dial(loop_.runtime(), proxy(), std::move(config), keys_, entropy_, [this](auto dialled) {
      ASSERT_TRUE(dialled) << dialled.error().text;
      peer_.start(std::move(dialled->connection));
    });
    ASSERT_TRUE(loop_.run_until([this] { return peer_.user->established(); }));
  }
  void converse(Node& program) {
    ASSERT_TRUE(peer_.push("version", version_payload()));
    EXPECT_EQ(program.message().payload, version_payload());
    ASSERT_TRUE(program.last().push("version", version_payload()));
    ASSERT_TRUE(run_until_messages(peer_, 1));
    EXPECT_EQ(peer_.user->messages[0].type.name(), "version");
    EXPECT_EQ(program.last().user->version, Version::kV1);
  }
  // A program that says its `version` before its peer has.
  void expect_first_words_pass(DialPolicy policy) {
    const Bytes version = v1_bytes("version", version_payload());
    RawServer program(loop_, {[&version](net::Tcp::socket& socket) -> Task<void> {
                        co_await net::testing::write_bytes(socket, version);
                        co_await net::testing::wait_for_end(socket);
                      }});
    open_for(program.address());
    dial_as_peer(policy);
    // The peer of version 1 is recognised by its own first message.
    ASSERT_TRUE(peer_.push("version", version_payload()));
    ASSERT_TRUE(run_until_messages(peer_, 1));
    EXPECT_EQ(peer_.user->messages[0].payload, version_payload());
    stop();
  }
  const Story& expect_refused(Refusal why) {
    EXPECT_TRUE(run_until_ended());
    EXPECT_EQ(story().direction, Direction::kInbound);
    EXPECT_EQ(story().refusal, why) << story().refusal_text;
    return story();
  }

  NodeSide peer_;
};

TEST_F(InboundTest, EncryptsForAProgramThatSpeaksVersion1) {
  Node program(loop_, Node::Speaks::kV1Only);
  open_for(program.address());
  dial_as_peer(DialPolicy::kV2Only);
  converse(program);
  const Joined& how = story().joined.value();
  EXPECT_EQ(story().direction, Direction::kInbound);
  EXPECT_EQ(how.version, Version::kV2);
  EXPECT_EQ(how.session_id, peer_.connection->info().session_id);
  EXPECT_EQ(story().target, peer_.connection->local());
}

TEST_F(InboundTest, TakesPeersOfVersion1) {
  Node program(loop_, Node::Speaks::kV1Only);
  open_for(program.address());
  dial_as_peer(DialPolicy::kV1Only);
  converse(program);
  EXPECT_EQ(story().joined->version, Version::kV1);
  EXPECT_FALSE(story().joined->session_id);
}

// As libbitcoin's and bcoin's do as soon as they have accepted.
TEST_F(InboundTest, TakesAProgramThatSpeaksFirstForAPeerOfVersion2) {
  expect_first_words_pass(DialPolicy::kV2Only);
}

TEST_F(InboundTest, TakesAProgramThatSpeaksFirstForAPeerOfVersion1) {
  expect_first_words_pass(DialPolicy::kV1Only);
}

TEST_F(InboundTest, SpeaksForTheNetworkThatItServes) {
  Node program(loop_, Node::Speaks::kV1Only, protocol::kRegtestMagic);
  config().network = protocol::kRegtestMagic;
  open_for(program.address());
  dial_as_peer(DialPolicy::kV2Only);
  converse(program);
}

TEST_F(InboundTest, SaysThatVersion2IsServedWhereItHasAnExternalAddress) {
  Node program(loop_, Node::Speaks::kV1Only);
  config().external = wire::NetEndpoint::of_node({"203.0.113.5", 8333});
  open_for(program.address());
  dial_as_peer(DialPolicy::kV2Only);
  ASSERT_TRUE(peer_.push("version", version_payload()));
  program.message();
  ASSERT_TRUE(program.last().push("version", version_payload()));
  ASSERT_TRUE(run_until_messages(peer_, 1));
  const auto version = wire::parse<wire::Version>(peer_.user->messages[0].payload);
  ASSERT_TRUE(version);
  EXPECT_TRUE(version->services & protocol::kNodeP2pV2);
}

TEST_F(InboundTest, ShowsTheProgramTheAddressOfThePeersGroup) {
  Node program(loop_, Node::Speaks::kV1Only);
  open_for(program.address());
  dial_as_peer(DialPolicy::kV2Only);
  converse(program);
  EXPECT_EQ(program.last().connection->remote().host,
            loopback_address_of(peer_.connection->local()).host);
  EXPECT_NE(program.last().connection->remote().host, "127.0.0.1");
}

TEST_F(InboundTest, LetsNoTransactionPassInTheClearUnderBlocksOnly) {
  Node program(loop_, Node::Speaks::kV1Only);
  config().policies.set_default(Policy::kV1BlocksOnly);
  open_for(program.address());
  dial_as_peer(DialPolicy::kV1Only);
  ASSERT_TRUE(peer_.push("version", version_payload()));
  ASSERT_TRUE(peer_.push("tx", filled(60)));
  ASSERT_TRUE(peer_.push("ping", filled(8)));
  EXPECT_EQ(program.message(1).type.name(), "ping");
  const RecordingObserver::Moved tx{Side::kPeer, "tx", "transaction"};
  EXPECT_EQ(observer_.dropped, std::vector{tx});
}

TEST_F(InboundTest, PassesThePeersEndOnToTheProgram) {
  Node program(loop_, Node::Speaks::kV1Only);
  open_for(program.address());
  dial_as_peer(DialPolicy::kV2Only);
  converse(program);
  peer_.connection->close();
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().end, "the peer closed the connection");
  EXPECT_TRUE(loop_.run_until([&] { return program.last().user->ended(); }));
}

TEST_F(InboundTest, SaysThatTheProgramCannotBeReached) {
  open_for(refusing_address());
  dial_as_peer(DialPolicy::kV2Only);
  expect_refused(Refusal::kProgramUnreachable);
  EXPECT_TRUE(loop_.run_until([this] { return peer_.user->ended(); }));
}

TEST_F(InboundTest, DoesNotTroubleTheProgramBeforeAPeerHasShakenHands) {
  Node program(loop_, Node::Speaks::kV1Only);
  open_for(program.address());
  RawClient garbage(loop_, proxy());
  garbage.write(filled(64 + 4096 + 16));
  garbage.read_to_end();
  expect_refused(Refusal::kHandshakeFailed);
  EXPECT_EQ(program.accepted(), 0U);
}

TEST_F(InboundTest, RefusesVersion1WhereThePolicyWantsVersion2) {
  Node program(loop_, Node::Speaks::kV1Only);
  config().policies.set_default(Policy::kV2Only);
  open_for(program.address());
  RawClient peer(loop_, proxy());
  peer.write(v1_bytes("version", version_payload()));
  EXPECT_TRUE(peer.read_to_end().empty());
  expect_refused(Refusal::kVersion1Refused);
}

TEST_F(InboundTest, RefusesAPeerOfAnotherNetwork) {
  Node program(loop_, Node::Speaks::kV1Only);
  open_for(program.address());
  RawClient other(loop_, proxy());
  other.write(v1_bytes("version", version_payload(), protocol::kRegtestMagic));
  EXPECT_TRUE(other.read_to_end().empty());
  expect_refused(Refusal::kHandshakeFailed);
}

TEST_F(InboundTest, DropsAPeerThatSaysTooLittleAtTheDeadline) {
  service_.v2.handshake_timeout = std::chrono::milliseconds(20);
  open_for(refusing_address());
  RawClient slow(loop_, proxy());
  slow.write(Bytes{1});
  slow.read_to_end();
  expect_refused(Refusal::kHandshakeFailed);
}

TEST_F(InboundTest, EndsPeersInTheHandshakeWhenItStops) {
  open_for(refusing_address());
  RawClient silent(loop_, proxy());
  ASSERT_TRUE(loop_.run_until([this] { return !observer_.stories.empty(); }));
  stop();
  EXPECT_TRUE(silent.read_to_end().empty());
  EXPECT_FALSE(story().refusal) << "it did nothing wrong";
}

}  // namespace
}  // namespace veilwire::proxy::testing

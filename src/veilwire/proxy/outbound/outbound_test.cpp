#include "veilwire/proxy/outbound/outbound.h"

#include <gtest/gtest.h>

#include "veilwire/proxy/testing/outbound_test.h"

namespace veilwire::proxy::testing {
namespace {

using transport::Version;
using transport::VersionReason;

class OutboundTest : public OutboundFixture {
 protected:
  static void expect_version_from_program(Node& node) {
    const auto& message = node.message();
    EXPECT_EQ(message.type.name(), "version");
    EXPECT_EQ(message.payload, version_payload());
  }
  void converse(Node& node) {
    say_version();
    expect_version_from_program(node);
    ASSERT_TRUE(node.last().push("version", version_payload()));
    ASSERT_TRUE(node.last().push("verack", {}));
    ASSERT_TRUE(run_until_messages(program_, 2));
    EXPECT_EQ(program_.user->messages[1].type.name(), "verack");
  }
};

// -- Version 2, and the ways to ask ---------------------------------------------------------------

TEST_F(OutboundTest, EncryptsForAProgramThatSpeaksVersion1) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  open();
  speak_v1(connected_program(node.address()));
  converse(node);
  const Joined& how = story().joined.value();
  EXPECT_EQ(how.version, Version::kV2);
  EXPECT_EQ(how.reason, VersionReason::kV2);
  EXPECT_GT(how.handshake_duration, Duration::zero());
  EXPECT_EQ(how.session_id, node.last().connection->info().session_id);
  EXPECT_EQ(node.accepted(), 1U);
  end_program();
  EXPECT_EQ(story().end, "the program closed the connection");
  EXPECT_EQ(observer_.counts, 2);
}

TEST_F(OutboundTest, TakesANumericNameForItsAddress) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  ASSERT_TRUE(config().policies.add("127.0.0.0/8", Policy::kV1Only));
  open();
  RawClient client = connect_program();
  EXPECT_EQ(ask(client, socks_request_by_name(node.address())), 0);
  speak_v1(std::move(client));
  converse(node);
  EXPECT_EQ(story().joined->version, Version::kV1) << "the policy of the address";
}

TEST_F(OutboundTest, TakesAnIpv6NameInBracketsForItsAddress) {
  open();
  RawClient client = connect_program();
  EXPECT_NE(ask(client, socks_request_by_name({"[::1]", refusing_address().port})), 0);
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().target->host, "::1");
  EXPECT_EQ(story().refusal, Refusal::kTargetUnreachable);
}

TEST_F(OutboundTest, ResolvesNames) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  open();
  speak_v1(connected_program({"localhost", node.address().port}));
  converse(node);
  EXPECT_EQ(story().target->host, "localhost");
}

TEST_F(OutboundTest, ReachesIpv6) {
  net::Tcp::acceptor probe(loop_.runtime().context());
  net::ErrorCode error;
  probe.open(net::Tcp::v6(), error);
  if (!error) probe.bind({boost::asio::ip::address_v6::loopback(), 0}, error);
  if (error) GTEST_SKIP() << "no IPv6 here";
  Node node(loop_, Node::Speaks::kV1AndV2, protocol::kMainMagic, {"::1", 0});
  open();
  speak_v1(connected_program(node.address()));
  converse(node);
}

TEST_F(OutboundTest, TakesTheMagicOfTheProgram) {
  Node node(loop_, Node::Speaks::kV1AndV2, protocol::kRegtestMagic);
  open();
  speak_v1(connected_program(node.address()), protocol::kRegtestMagic);
  converse(node);
  EXPECT_EQ(story().joined->version, Version::kV2);
}

TEST_F(OutboundTest, RedirectsAsTheMapSays) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  ASSERT_TRUE(config().map.add("seed.example=" + to_string(node.address())));
  open();
  speak_v1(connected_program({"seed.example", 8333}));
  converse(node);
  EXPECT_EQ(story().target, node.address());
}

// -- Version 1 ------------------------------------------------------------------------------------

TEST_F(OutboundTest, FallsBackToVersion1) {
  Node node(loop_, Node::Speaks::kV1Only);
  open();
  speak_v1(connected_program(node.address()));
  converse(node);
  EXPECT_EQ(node.accepted(), 2U);
  EXPECT_EQ(story().joined->version, Version::kV1);
  EXPECT_EQ(story().joined->reason, VersionReason::kV1PeerEnded);
  EXPECT_FALSE(story().joined->remembered_v1);
}

TEST_F(OutboundTest, DialsATargetOnceThatAnsweredVersion1AWhileAgo) {
  Node node(loop_, Node::Speaks::kV1Only);
  open();
  speak_v1(connected_program(node.address()));
  converse(node);
  end_program();
  speak_v1(connected_program(node.address()));
  converse(node);
  EXPECT_EQ(node.accepted(), 3U);
  EXPECT_TRUE(story().joined->remembered_v1);
}

// Whatever the program sent while version 2 was tried reaches the version 1 target.
TEST_F(OutboundTest, LosesNoByteOverTheFallback) {
  Bytes sent = v1_bytes("version", version_payload());
  for (const char* name : {"verack", "sendheaders", "ping"}) {
    append(sent, v1_bytes(name, filled(name == std::string("ping") ? 8 : 0)));
  }
  append(sent, v1_bytes("block", filled(300'000)));
  std::optional<Bytes> got;
  RawServer server(loop_,
                   {[](net::Tcp::socket& socket) -> Task<void> { co_await read_bytes(socket, 64); },
                    [&](net::Tcp::socket& socket) -> Task<void> {
                      got = co_await read_bytes(socket, sent.size());
                    }});
  open();
  RawClient client = connected_program(server.address());
  client.write(ByteView(sent).first(9));
  loop_.run_a_while();
  client.write(ByteView(sent).subspan(9));
  ASSERT_TRUE(loop_.run_until([&] { return got.has_value(); }));
  EXPECT_TRUE(*got == sent);
  EXPECT_EQ(story().joined->reason, VersionReason::kV1PeerEnded);
}

TEST_F(OutboundTest, SpeaksOnlyVersion1WhereThePolicySaysSo) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  set_policy(Policy::kV1Only);
  open();
  speak_v1(connected_program(node.address()));
  converse(node);
  EXPECT_EQ(node.accepted(), 1U);
  EXPECT_EQ(story().joined->version, Version::kV1);
  EXPECT_EQ(story().joined->reason, VersionReason::kV1ByPolicy);
  EXPECT_FALSE(service_.recent_v1.contains(net::now(), node.address()));
}

TEST_F(OutboundTest, RefusesVersion1WhereThePolicyWantsVersion2) {
  Node node(loop_, Node::Speaks::kV1Only);
  set_policy(Policy::kV2Only);
  open();
  speak_v1(connected_program(node.address()));
  say_version();
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kVersion1Refused);
  EXPECT_EQ(node.accepted(), 1U);
  EXPECT_TRUE(loop_.run_until([this] { return program_.user->ended(); }));
}

// -- A target that speaks version 1 first ---------------------------------------------------------

// As libbitcoin's and bcoin's do, the second time too.
TEST_F(OutboundTest, FallsBackWhereTheTargetSpeaksVersion1First) {
  Bytes heard;
  const Bytes version = v1_bytes("version", version_payload());
  const auto speaks_first = [&](net::Tcp::socket& socket) -> Task<void> {
    co_await write_bytes(socket, version);
    heard = co_await read_bytes(socket, version.size());
    co_await wait_for_end(socket);
  };
  service_.first_words.after_target = std::chrono::minutes(1);
  for (const Policy policy : {Policy::kPreferV2, Policy::kV1BlocksOnly}) {
    RawServer server(loop_, {speaks_first, speaks_first});
    set_policy(policy);
    if (!server_) open();
    speak_v1(connected_program(server.address()));
    loop_.run_a_while();
    say_version();
    ASSERT_TRUE(run_until_messages(program_, 1));
    EXPECT_EQ(program_.user->messages[0].type.name(), "version");
    EXPECT_EQ(server.accepted(), 2U);
    EXPECT_EQ(story().joined->version, Version::kV1);
    EXPECT_EQ(story().joined->reason, VersionReason::kV1Answered);
    EXPECT_TRUE(std::equal(heard.begin(), heard.begin() + 16, version.begin()));
    EXPECT_TRUE(service_.recent_v1.contains(net::now(), server.address()));
    end_program();
  }
}

TEST_F(OutboundTest, RefusesATargetThatSpeaksVersion1FirstWhereThePolicyWantsVersion2) {
  service_.first_words.after_target = std::chrono::minutes(1);
  const Bytes version = v1_bytes("version", version_payload());
  RawServer server(loop_, {[&](net::Tcp::socket& socket) -> Task<void> {
                     co_await write_bytes(socket, version);
                     co_await wait_for_end(socket);
                   }});
  set_policy(Policy::kV2Only);
  open();
  speak_v1(connected_program(server.address()));
  say_version();
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kVersion1Refused);
}

TEST_F(OutboundTest, AppliesTheRuleOfTheAddressThatANameStandsFor) {
  Node node(loop_, Node::Speaks::kV1Only);
  ASSERT_TRUE(config().policies.add("127.0.0.0/8=v2-only"));
  open();
  speak_v1(connected_program({"localhost", node.address().port}));
  say_version();
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kVersion1Refused);
}

// Whoever forges an answer of DNS chooses the address.
TEST_F(OutboundTest, DoesNotLoosenThePolicyByTheAddressThatANameStandsFor) {
  Node node(loop_, Node::Speaks::kV1Only);
  set_policy(Policy::kV2Only);
  ASSERT_TRUE(config().policies.add("127.0.0.0/8=v1-only"));
  ASSERT_TRUE(config().policies.add("::1=v1-only"));
  open();
  speak_v1(connected_program({"localhost", node.address().port}));
  say_version();
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kVersion1Refused);
}

TEST_F(OutboundTest, LetsNoTransactionPassUnderBlocksOnly) {
  Node node(loop_, Node::Speaks::kV1Only);
  set_policy(Policy::kV1BlocksOnly);
  open();
  speak_v1(connected_program(node.address()));
  say_version();
  EXPECT_EQ(wire::parse<wire::Version>(node.message().payload)->relay, 0);
  ASSERT_TRUE(program_.push("tx", filled(60)));
  ASSERT_TRUE(program_.push("ping", filled(8)));
  EXPECT_EQ(node.message(1).type.name(), "ping");
  const RecordingObserver::Moved tx{Side::kProgram, "tx", "transaction"};
  EXPECT_EQ(observer_.dropped, std::vector{tx});
}

// -- Payloads over the limit -----------------------------------------------------------------------

TEST_F(OutboundTest, DropsWhatIsTooLongOfTheProgramsAndGoesOn) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  open();
  RawClient client = connected_program(node.address());
  client.write(v1_bytes("version", version_payload()));
  EXPECT_EQ(node.message().type.name(), "version");
  Bytes block = v1_bytes("block", {});
  block[16] = 0x01;  // 4 000 001 bytes
  block[17] = 0x09;
  block[18] = 0x3d;
  client.write(block);
  client.write(Bytes(4'000'001));
  client.write(v1_bytes("ping", filled(8)));
  EXPECT_EQ(node.message(1).type.name(), "ping");
  const RecordingObserver::Moved dropped{Side::kProgram, "block", "payload_too_long"};
  EXPECT_EQ(observer_.dropped, std::vector{dropped});
  EXPECT_FALSE(story().end);
}

TEST_F(OutboundTest, CarriesLargerPayloadsInVersion1WhereTheNetworkDoes) {
  const protocol::Magic magic{0xe3, 0xe1, 0xf3, 0xe8};
  config().v1_payload_bytes[magic] = 5'000'000;
  set_policy(Policy::kV1Only);
  Bytes got;
  transport::V1Config larger{.magic = magic, .max_payload_bytes = 5'000'000};
  transport::V1Transport sender(transport::Role::kInitiator, larger, TimePoint{});
  const Bytes payload = filled(5'000'000);
  ASSERT_TRUE(sender.push(TimePoint{}, {transport::testing::type_named("block"), payload}));
  const Bytes block(sender.bytes_to_send().begin(), sender.bytes_to_send().end());
  const Bytes version = v1_bytes("version", version_payload(), magic);
  RawServer server(loop_, {[&](net::Tcp::socket& socket) -> Task<void> {
                     got = co_await read_bytes(socket, version.size() + block.size());
                   }});
  open();
  RawClient client = connected_program(server.address());
  client.write(version);
  client.write(block);
  ASSERT_TRUE(loop_.run_until([&] { return !got.empty(); }));
  EXPECT_TRUE(std::equal(block.begin(), block.end(),
                         got.end() - static_cast<std::ptrdiff_t>(block.size())));
  EXPECT_TRUE(observer_.dropped.empty());
}

// -- The handshake before the answer --------------------------------------------------------------

TEST_F(OutboundTest, AnswersARefusalByPolicyWhereTheHandshakeComesFirst) {
  Node node(loop_, Node::Speaks::kV1Only);
  set_policy(Policy::kV2Only);
  config().passthrough = Passthrough::kRefuse;
  open();
  RawClient client = connect_program();
  EXPECT_EQ(ask(client, socks_request(node.address())), 2);
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kVersion1Refused);
}

TEST_F(OutboundTest, AnswersSuccessAfterTheHandshakeWhereThatComesFirst) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  config().passthrough = Passthrough::kRefuse;
  open();
  RawClient client = connected_program(node.address());
  EXPECT_EQ(story().joined->version, Version::kV2) << "joined before the answer";
  speak_v1(std::move(client));
  converse(node);
}

TEST_F(OutboundTest, RemembersVersion1WhereTheHandshakeComesFirst) {
  Node node(loop_, Node::Speaks::kV1Only);
  config().passthrough = Passthrough::kRefuse;
  open();
  for (const std::size_t dials : {2U, 3U}) {
    speak_v1(connected_program(node.address()));
    converse(node);
    end_program();
    EXPECT_EQ(node.accepted(), dials);
  }
  EXPECT_TRUE(story().joined->remembered_v1);
}

// -- What cannot be reached -----------------------------------------------------------------------

TEST_F(OutboundTest, AnswersWhyATargetCannotBeReached) {
  const Endpoint nobody = refusing_address();
  for (const Passthrough passthrough : {Passthrough::kAllow, Passthrough::kRefuse}) {
    config().passthrough = passthrough;
    if (!server_) open();
    RawClient client = connect_program();
    EXPECT_EQ(ask(client, socks_request(nobody)), 5);
    ASSERT_TRUE(run_until_ended(observer_.stories.size()));
    EXPECT_EQ(story().refusal, Refusal::kTargetUnreachable);
    EXPECT_TRUE(client.ends_in_order());
  }
}

TEST_F(OutboundTest, NeedsAnUpstreamForHiddenServices) {
  open();
  for (const char* host : {"abc.onion", "ABC.ONION.", "abc.b32.i2p", "foo.i2p"}) {
    RawClient client = connect_program();
    EXPECT_EQ(ask(client, socks_request_by_name({host, 8333})), 4) << host;
    ASSERT_TRUE(run_until_ended(observer_.stories.size()));
    EXPECT_EQ(story().refusal, Refusal::kNeedsUpstream) << host;
  }
}

TEST_F(OutboundTest, SaysThatANameHasNoAddress) {
  config().limits.connect_timeout = std::chrono::seconds(2);
  open();
  RawClient client = connect_program();
  EXPECT_EQ(ask(client, socks_request({"no-such-host.invalid", 8333})), 4);
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kUnresolved);
}

TEST_F(OutboundTest, GivesUpWhereTheTargetDoesNotAnswerInTime) {
  FullServer full(loop_);
  config().limits.connect_timeout = std::chrono::milliseconds(50);
  open();
  RawClient client = connect_program();
  EXPECT_EQ(ask(client, socks_request(full.address())), 6);
}

// -- A dial to itself -----------------------------------------------------------------------------

TEST_F(OutboundTest, DoesNotDialItself) {
  open();
  for (const char* host : {"127.0.0.1", "localhost", "0.0.0.0", "::ffff:127.0.0.1"}) {
    RawClient client = connect_program();
    EXPECT_EQ(ask(client, socks_request_by_name({host, proxy().port})), 2) << host;
    ASSERT_TRUE(run_until_ended(observer_.stories.size()));
    EXPECT_EQ(story().refusal, Refusal::kToItself) << host;
  }
  EXPECT_EQ(observer_.stories.size(), 4U);
}

TEST_F(OutboundTest, DoesNotDialAListenerOfItsOwnOnAllAddresses) {
  config().listen.push_back({"127.0.0.1", 0});
  add_inbound({"0.0.0.0", 0}, refusing_address());
  open();
  const std::uint16_t port = server_->addresses().at(1).port;
  for (const char* host : {"127.0.0.1", "localhost", "127.9.9.9", "0.0.0.0"}) {
    RawClient client = connect_program();
    EXPECT_EQ(ask(client, socks_request_by_name({host, port})), 2) << host;
    ASSERT_TRUE(run_until_ended(observer_.stories.size()));
    EXPECT_EQ(story().refusal, Refusal::kToItself) << host;
  }
}

}  // namespace
}  // namespace veilwire::proxy::testing

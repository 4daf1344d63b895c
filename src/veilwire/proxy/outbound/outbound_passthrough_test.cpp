// Connections of a program that are not translated: carried untouched, by an upstream proxy, or
// ended before there is anything to translate.
#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/proxy/outbound/outbound.h"
#include "veilwire/proxy/testing/outbound_test.h"

namespace veilwire::proxy::testing {
namespace {

class PassthroughTest : public OutboundFixture {
 protected:
  // To a target that speaks first, from a program that speaks version 1.
  void expect_no_clear_text(Policy policy) {
    Bytes heard;
    RawServer server(loop_, {[&heard](net::Tcp::socket& socket) -> Task<void> {
                       co_await net::testing::write_text(socket, "220 welcome to our server");
                       heard = co_await read_bytes(socket, 64);
                       co_await net::testing::write_bytes(socket, Bytes(5000));
                       co_await wait_for_end(socket);
                     }});
    set_policy(policy);
    service_.first_words.after_target = std::chrono::minutes(1);  // soon, on any machine
    open();
    RawClient client = connected_program(server.address());
    const Bytes version = v1_bytes("version", version_payload());
    client.write(version);
    EXPECT_TRUE(client.read_to_end().empty());
    ASSERT_TRUE(run_until_ended());
    EXPECT_FALSE(story().passed_through);
    EXPECT_EQ(story().refusal, Refusal::kHandshakeFailed);
    ASSERT_EQ(heard.size(), 64U);
    EXPECT_FALSE(std::equal(version.begin(), version.begin() + 16, heard.begin()));
  }
};

Task<void> echo(net::Tcp::socket& socket, std::size_t count) {
  const Bytes bytes = co_await read_bytes(socket, count);
  co_await write_bytes(socket, bytes);
}

// -- Untouched ------------------------------------------------------------------------------------

TEST_F(PassthroughTest, CarriesAProgramThatSpeaksVersion2EndToEnd) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  open();
  speak_v2(connected_program(node.address()));
  say_version();
  EXPECT_EQ(node.message().payload, version_payload());
  EXPECT_EQ(story().passed_through, PassthroughReason::kProgramNotV1);
  EXPECT_FALSE(story().joined);
  const auto session_id = node.last().connection->info().session_id;
  ASSERT_TRUE(session_id);
  EXPECT_EQ(program_.connection->info().session_id, session_id);
}

TEST_F(PassthroughTest, CarriesWhatIsNoBitcoin) {
  const Bytes request = net::testing::bytes_of("GET / HTTP/1.0\r\n\r\n");
  RawServer server(loop_, {[&](net::Tcp::socket& socket) -> Task<void> {
                     co_await echo(socket, request.size());
                     co_await wait_for_end(socket);
                   }});
  open();
  RawClient client = connected_program(server.address());
  client.write(request);
  EXPECT_EQ(client.read(request.size()), request);
  client.close();
  EXPECT_TRUE(run_until_ended());
  EXPECT_EQ(story().passed_through, PassthroughReason::kProgramNotV1);
  EXPECT_FALSE(story().refusal);
  EXPECT_EQ(observer_.untouched[Side::kProgram], request.size());
  EXPECT_EQ(observer_.untouched[Side::kPeer], request.size());
}

TEST_F(PassthroughTest, CarriesATargetThatSpeaksFirst) {
  service_.first_words.after_target = std::chrono::milliseconds(20);
  RawServer server(loop_, {[](net::Tcp::socket& socket) -> Task<void> {
                     co_await net::testing::write_text(socket, "220 welcome");
                     co_await echo(socket, 4);
                   }});
  open();
  RawClient client = connected_program(server.address());
  EXPECT_EQ(client.read(11), net::testing::bytes_of("220 welcome"));
  EXPECT_EQ(story().passed_through, PassthroughReason::kTargetSpokeFirst);
  client.write(filled(4));
  EXPECT_EQ(client.read_to_end(), filled(4));
}

// Whoever stands between could say a word before the target does.
TEST_F(PassthroughTest, ATargetThatSpeaksFirstGetsNoClearTextOfAProgramThatSpeaksSoon) {
  expect_no_clear_text(Policy::kPreferV2);
}

TEST_F(PassthroughTest, ATargetThatSpeaksFirstGetsNoClearTextUnderV2Only) {
  expect_no_clear_text(Policy::kV2Only);
}

TEST_F(PassthroughTest, ATargetThatSpeaksFirstGetsNoClearTextUnderBlocksOnly) {
  expect_no_clear_text(Policy::kV1BlocksOnly);
}

TEST_F(PassthroughTest, CarriesBothFirstBytesWhereTheTargetInterruptsAProgram) {
  service_.first_words.after_target = std::chrono::milliseconds(20);
  RawServer server(loop_, {[](net::Tcp::socket& socket) -> Task<void> {
                     co_await net::testing::write_text(socket, "hello");
                     co_await echo(socket, 3);
                   }});
  open();
  RawClient client = connect_program();
  // It does not wait for the answer.
  client.write(Bytes{5, 1, 0});
  EXPECT_EQ(client.read(2).size(), 2U);
  Bytes request = socks_request(server.address());
  append(request, Bytes{0xf9, 0xbe, 0xb4});
  client.write(request);
  EXPECT_EQ(read_reply(client), 0);
  const Bytes heard = client.read_to_end();
  Bytes expected = net::testing::bytes_of("hello");
  append(expected, Bytes{0xf9, 0xbe, 0xb4});
  EXPECT_EQ(heard, expected);
}

// -- Programs that say little or nothing ----------------------------------------------------------

TEST_F(PassthroughTest, EndsWithAProgramThatGoesBeforeItSaidAnything) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  open();
  RawClient client = connected_program(node.address());
  client.write(Bytes{0xf9, 0xbe});
  client.close();
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().end, "the program closed the connection before it said anything");
  EXPECT_FALSE(story().refusal);
}

TEST_F(PassthroughTest, StopsWhileATargetIsDialled) {
  RawServer server(loop_, {[](net::Tcp::socket& socket) -> Task<void> {
                     co_await read_bytes(socket, 64);
                     co_await wait_for_end(socket);
                   }});
  open();
  RawClient client = connected_program(server.address());
  client.write(v1_bytes("version", version_payload()));
  loop_.run_a_while();
  // Its target has not answered yet; the proxy stops all the same.
  stop();
  EXPECT_EQ(story().end, "the proxy is stopping");
}

TEST_F(PassthroughTest, CarriesAConnectionOnWhichNobodySpeaks) {
  service_.first_words.for_anybody = std::chrono::milliseconds(20);
  RawServer server(loop_,
                   {[](net::Tcp::socket& socket) -> Task<void> { co_await echo(socket, 5); }});
  open();
  RawClient client = connected_program(server.address());
  ASSERT_TRUE(loop_.run_until([this] { return story().passed_through.has_value(); }));
  EXPECT_EQ(story().passed_through, PassthroughReason::kNobodySpoke);
  client.write(filled(5));
  EXPECT_EQ(client.read(5), filled(5));
}

TEST_F(PassthroughTest, RefusesAConnectionOnWhichNobodySpeaksWhereClearTextIsLimited) {
  service_.first_words.for_anybody = std::chrono::milliseconds(20);
  for (const Policy policy : {Policy::kV2Only, Policy::kV1BlocksOnly}) {
    RawServer server(
        loop_, {[](net::Tcp::socket& socket) -> Task<void> { co_await wait_for_end(socket); }});
    set_policy(policy);
    if (!server_) open();
    RawClient client = connected_program(server.address());
    EXPECT_TRUE(client.read_to_end().empty());
    ASSERT_TRUE(run_until_ended(observer_.stories.size()));
    EXPECT_EQ(story().refusal, Refusal::kPassthroughRefused);
  }
}

// The strict policies translate version 1 and carry nothing else.
TEST_F(PassthroughTest, RefusesWhatIsNotVersion1UnderStrictPolicies) {
  for (const Policy policy : {Policy::kV2Only, Policy::kV1BlocksOnly}) {
    Bytes heard;
    RawServer server(loop_, {[&heard](net::Tcp::socket& socket) -> Task<void> {
                       heard = co_await read_bytes(socket, 1);
                     }});
    set_policy(policy);
    if (!server_) open();
    RawClient client = connected_program(server.address());
    client.write(net::testing::bytes_of("GET / HTTP/1.0\r\n\r\n"));
    EXPECT_TRUE(client.read_to_end().empty());
    ASSERT_TRUE(run_until_ended(observer_.stories.size()));
    EXPECT_EQ(story().refusal, Refusal::kPassthroughRefused);
    EXPECT_NE(story().refusal_text.find("pass-v2"), std::string::npos);
    loop_.run_a_while();
    EXPECT_TRUE(heard.empty());
  }
}

TEST_F(PassthroughTest, CarriesAProgramsOwnVersion2UnderStrictPoliciesWhereThatIsAskedFor) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  set_policy(Policy::kV2Only);
  config().pass_v2 = true;
  open();
  speak_v2(connected_program(node.address()));
  say_version();
  EXPECT_EQ(node.message().payload, version_payload());
  EXPECT_EQ(story().passed_through, PassthroughReason::kProgramNotV1);
}

TEST_F(PassthroughTest, StopsWhileAProgramSaysNothing) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  open();
  RawClient silent = connect_program();
  RawClient waiting = connected_program(node.address());
  stop();
  EXPECT_TRUE(silent.read_to_end().empty());
  EXPECT_TRUE(waiting.read_to_end().empty());
}

TEST_F(PassthroughTest, RefusesWhatIsNotSocks5) {
  open();
  RawClient client = connect_program();
  client.write(filled(3, 4));
  EXPECT_TRUE(client.read_to_end().empty());
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kNotSocks5);
}

// A check whether the port is open: nothing that the log need warn of.
TEST_F(PassthroughTest, RefusesNobodyWhoLeavesWithoutAWord) {
  open();
  {
    const RawClient client = connect_program();
  }
  ASSERT_TRUE(run_until_ended());
  EXPECT_FALSE(story().refusal);
  EXPECT_EQ(story().end, "the program went away before it asked for anything");
}

TEST_F(PassthroughTest, AnswersACommandThatItDoesNotKnow) {
  open();
  RawClient client = connect_program();
  Bytes bind = socks_request({"127.0.0.1", 1});
  bind[1] = 2;
  EXPECT_EQ(ask(client, bind), 7);
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kSocks5Unsupported);
}

// It is SOCKS5, and the log has a name to show.
TEST_F(PassthroughTest, RefusesANameThatNoHostCanHaveAndTellsIt) {
  open();
  RawClient client = connect_program();
  EXPECT_EQ(ask(client, socks_request_by_name({"1.2.3", 8333})), 4);
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kBadName);
  EXPECT_EQ(story().target, (Endpoint{"1.2.3", 8333}));
}

TEST_F(PassthroughTest, RefusesAnotherNetworkThanItServes) {
  Node node(loop_, Node::Speaks::kV1AndV2);
  config().network = protocol::kMainMagic;
  open();
  RawClient client = connected_program(node.address());
  client.write(v1_bytes("version", version_payload(), protocol::kRegtestMagic));
  EXPECT_TRUE(client.read_to_end().empty());
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kOtherNetwork);
}

TEST_F(PassthroughTest, RefusesARedirectedConnectionThatWasNotRedirected) {
  config().transparent.push_back({"127.0.0.1", 0});
  server_.emplace(service_);
  ASSERT_TRUE(server_->open({}));
  RawClient client = connect_program();
  client.read_to_end();
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kNotRedirected);
}

// -- By an upstream proxy -------------------------------------------------------------------------

// What an upstream was asked.
struct Asked {
  Bytes methods;
  std::string user;
  std::string password;
  std::string host;
  int reply = 0;
};

// Takes any login, writes down the name asked for, and stands for the target then.
Task<void> serve_socks(net::Tcp::socket& socket, Asked& asked, bool speaks_login) {
  const Bytes greeting = co_await read_bytes(socket, 2);
  asked.methods = co_await read_bytes(socket, greeting[1]);
  const Bytes choice{5, static_cast<std::uint8_t>(speaks_login ? 2 : 0)};
  co_await write_bytes(socket, choice);
  if (speaks_login) {
    const Bytes head = co_await read_bytes(socket, 2);
    const Bytes user = co_await read_bytes(socket, head[1]);
    const Bytes size = co_await read_bytes(socket, 1);
    const Bytes password = co_await read_bytes(socket, size[0]);
    asked.user.assign(user.begin(), user.end());
    asked.password.assign(password.begin(), password.end());
    const Bytes good{1, 0};
    co_await write_bytes(socket, good);
  }
  const Bytes request = co_await read_bytes(socket, 5);
  const Bytes host = co_await read_bytes(socket, request[3] == 3 ? request[4] + 2U : 5U);
  asked.host.assign(host.begin(), host.end() - 2);
  const Bytes reply{5, static_cast<std::uint8_t>(asked.reply), 0, 1, 0, 0, 0, 0, 0, 0};
  co_await write_bytes(socket, reply);
}

TEST_F(PassthroughTest, GivesTheProgramsLoginToTheUpstream) {
  Asked asked;
  RawServer upstream(loop_, {[&](net::Tcp::socket& socket) -> Task<void> {
                       co_await serve_socks(socket, asked, true);
                       co_await echo(socket, 5);
                     }});
  config().upstream = net::Socks5Proxy{.address = upstream.address()};
  open();
  RawClient client = connect_program();
  client.write(Bytes{5, 2, 0, 2});
  EXPECT_EQ(client.read(2), (Bytes{5, 2}));
  client.write(Bytes{1, 2, 'm', 'e', 3, 'p', 'w', 'd'});
  EXPECT_EQ(client.read(2), (Bytes{1, 0}));
  client.write(socks_request({"abcdefgh.onion", 8333}));
  EXPECT_EQ(read_reply(client), 0);
  EXPECT_EQ(asked.user, "me");
  EXPECT_EQ(asked.password, "pwd");
  EXPECT_EQ(asked.host, "abcdefgh.onion");
  client.write(net::testing::bytes_of("GET /"));
  EXPECT_EQ(client.read(5), net::testing::bytes_of("GET /"));
}

// Programs isolate their streams by either field.
TEST_F(PassthroughTest, GivesALoginWithAnEmptyFieldToTheUpstreamAsItIs) {
  Asked asked;
  RawServer upstream(loop_, {[&](net::Tcp::socket& socket) -> Task<void> {
                       co_await serve_socks(socket, asked, true);
                       co_await wait_for_end(socket);
                     }});
  config().upstream = net::Socks5Proxy{.address = upstream.address()};
  open();
  RawClient client = connect_program();
  client.write(Bytes{5, 1, 2});
  EXPECT_EQ(client.read(2), (Bytes{5, 2}));
  client.write(Bytes{1, 0, 9, 'c', 'i', 'r', 'c', 'u', 'i', 't', '-', 'A'});
  EXPECT_EQ(client.read(2), (Bytes{1, 0}));
  client.write(socks_request({"node.example", 8333}));
  EXPECT_EQ(read_reply(client), 0);
  EXPECT_EQ(asked.methods, (Bytes{2, 0}));
  EXPECT_EQ(asked.user, "");
  EXPECT_EQ(asked.password, "circuit-A");
}

// Some say no more than version and code.
TEST_F(PassthroughTest, PassesARefusalOfTheUpstreamOnThatIsCutShort) {
  for (const Bytes& reply : {Bytes{5, 5}, Bytes{5, 5, 0}}) {
    RawServer upstream(loop_, {[&](net::Tcp::socket& socket) -> Task<void> {
                         co_await read_bytes(socket, 3);
                         const Bytes no_login{5, 0};
                         co_await write_bytes(socket, no_login);
                         co_await read_bytes(socket, 5);
                         co_await write_bytes(socket, reply);
                         co_await wait_for_end(socket);
                       }});
    config().upstream = net::Socks5Proxy{.address = upstream.address()};
    if (!server_) open();
    RawClient client = connect_program();
    EXPECT_EQ(ask(client, socks_request({"node.example", 8333})), 5);
  }
}

// One that checks passwords would refuse the program's.
TEST_F(PassthroughTest, GivesTheOperatorsLoginToTheUpstreamWhereThereIsOne) {
  Asked asked;
  RawServer upstream(loop_, {[&](net::Tcp::socket& socket) -> Task<void> {
                       co_await serve_socks(socket, asked, true);
                       co_await wait_for_end(socket);
                     }});
  config().upstream =
      net::Socks5Proxy{.address = upstream.address(), .user = "operator", .password = "word"};
  open();
  RawClient client = connect_program();
  client.write(Bytes{5, 1, 2});
  EXPECT_EQ(client.read(2), (Bytes{5, 2}));
  client.write(Bytes{1, 2, 'm', 'e', 3, 'p', 'w', 'd'});
  EXPECT_EQ(client.read(2), (Bytes{1, 0}));
  client.write(socks_request({"node.example", 8333}));
  EXPECT_EQ(read_reply(client), 0);
  EXPECT_EQ(asked.user, "operator");
  EXPECT_EQ(asked.password, "word");
}

TEST_F(PassthroughTest, LeavesNamesToTheUpstreamAndPassesItsRefusalOn) {
  Asked asked;
  asked.reply = 5;
  RawServer upstream(loop_, {[&](net::Tcp::socket& socket) -> Task<void> {
                       co_await serve_socks(socket, asked, false);
                     }});
  config().upstream = net::Socks5Proxy{.address = upstream.address()};
  open();
  RawClient client = connect_program();
  EXPECT_EQ(ask(client, socks_request({"node.example", 8333})), 5);
  EXPECT_EQ(asked.host, "node.example");
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kTargetUnreachable);
}

TEST_F(PassthroughTest, AnUpstreamThatIsNotThereIsNotTheTargetsRefusal) {
  net::Tcp::acceptor gone(loop_.runtime().context(),
                          net::Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  config().upstream = net::Socks5Proxy{.address = net::to_endpoint(gone.local_endpoint())};
  gone.close();
  open();
  RawClient client = connect_program();
  EXPECT_EQ(ask(client, socks_request({"node.example", 8333})), 1) << "a general failure";
  ASSERT_TRUE(run_until_ended());
  EXPECT_EQ(story().refusal, Refusal::kTargetUnreachable);
}

// The second dial goes the same way, with the same login.
TEST_F(PassthroughTest, FallsBackThroughTheSameUpstream) {
  Asked first;
  Asked second;
  Bytes got;
  RawServer upstream(loop_, {[&](net::Tcp::socket& socket) -> Task<void> {
                               co_await serve_socks(socket, first, false);
                               co_await read_bytes(socket, 64);
                             },
                             [&](net::Tcp::socket& socket) -> Task<void> {
                               co_await serve_socks(socket, second, false);
                               got = co_await read_bytes(socket, 24);
                             }});
  config().upstream = net::Socks5Proxy{.address = upstream.address()};
  open();
  RawClient client = connected_program({"node.example", 8333});
  // Of a configuration that was read anew meanwhile, nothing.
  config().upstream.reset();
  const Bytes version = v1_bytes("version", version_payload());
  client.write(version);
  ASSERT_TRUE(loop_.run_until([&] { return !got.empty(); }));
  EXPECT_EQ(got, Bytes(version.begin(), version.begin() + 24));
  EXPECT_EQ(second.host, "node.example");
}

}  // namespace
}  // namespace veilwire::proxy::testing

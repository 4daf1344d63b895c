// Whichever step of the proxy's goes wrong, towards the program or towards the peer: the connection
// ends once, its end says whose it was, and nothing is left of it.
#include <gtest/gtest.h>

#include "veilwire/net/testing/faulty_calls.h"
#include "veilwire/proxy/testing/proxy_test.h"

namespace veilwire::proxy::testing {
namespace {

using net::testing::FaultyCalls;
using net::testing::FaultyLoop;
using net::testing::FaultyStep;
using net::testing::Io;
using net::testing::Mishap;
using net::testing::run_with_each_step;

// A proxy on a loop of its own, whose steps are those of `calls`.
class FaultyProxy {
 public:
  FaultyProxy(Loop& peers, FaultyCalls& calls) : peers_(peers), loop_(peers, calls) {
    service_.config.policies.set_default(Policy::kV2Only);
  }

  Settings& config() { return service_.config; }
  void open() {
    const auto opened = server_.open({});
    EXPECT_TRUE(opened) << opened.error();
  }
  const Endpoint& address() const { return server_.addresses().at(0); }
  const RecordingObserver& observer() const { return observer_; }
  bool run_until_all_have_ended() {
    return peers_.run_until([this] {
      return server_.connection_count() == 0 && !observer_.stories.empty() &&
             observer_.ended_count() == observer_.stories.size();
    });
  }
  bool stop() {
    bool stopped = false;
    server_.stop([&stopped] { stopped = true; });
    return peers_.run_until([&] { return stopped; });
  }

 private:
  Loop& peers_;
  FaultyLoop loop_;
  net::testing::FreshKeys keys_;
  crypto::SystemEntropy entropy_;
  RecordingObserver observer_;
  Service service_{
      .runtime = loop_.runtime(), .keys = keys_, .entropy = entropy_, .observer = observer_};
  Server server_{service_};
};

class ProxyIoFaultsTest : public ::testing::TestWithParam<Mishap> {
 protected:
  // A program asks for the node, and the two shake hands.
  void converse_outbound(FaultyCalls& calls) {
    Node node(peers_, Node::Speaks::kV1AndV2);
    node.answer(net::testing::converse);
    FaultyProxy proxy(peers_, calls);
    proxy.config().listen.push_back({"127.0.0.1", 0});
    proxy.open();
    RawClient client(peers_, proxy.address());
    NodeSide program;
    if (ask_for(client, node.address())) {
      program.start(net::make_connection(
          client.release(), std::make_unique<transport::V1Transport>(
                                transport::Role::kInitiator, transport::V1Config{}, net::now())));
      shake_hands(program);
    } else {
      client.close();
    }
    expect_ended_once(calls, proxy, node.address(), Whose::kPeer, program);
  }

  // A peer dials the proxy, which passes it on to the node.
  void converse_inbound(FaultyCalls& calls) {
    Node program(peers_, Node::Speaks::kV1Only);
    program.answer(net::testing::converse);
    FaultyProxy proxy(peers_, calls);
    InboundRoute route;
    route.listen = {"127.0.0.1", 0};
    route.program = program.address();
    proxy.config().inbound.push_back(std::move(route));
    proxy.open();
    NodeSide peer;
    std::optional<bool> dialled;
    net::dial(peers_.runtime(), proxy.address(), {.policy = transport::DialPolicy::kV2Only}, keys_,
              entropy_, [&](auto result) {
                dialled = result.has_value();
                if (result) peer.start(std::move(result->connection));
              });
    ASSERT_TRUE(peers_.run_until([&] { return dialled.has_value(); }));
    if (*dialled) shake_hands(peer);
    expect_ended_once(calls, proxy, program.address(), Whose::kProgram, peer);
  }

  Loop peers_;

 private:
  enum class Whose : std::uint8_t { kProgram, kPeer };

  static bool ask_for(RawClient& client, const Endpoint& target) {
    client.write_some(Bytes{5, 1, 0});
    if (client.read(2).size() < 2) return false;
    client.write_some(socks_request(target));
    return read_reply(client) == 0;
  }
  void shake_hands(NodeSide& side) {
    const auto ended = [&] { return is_over(side); };
    ASSERT_TRUE(peers_.run_until([&] { return ended() || side.user->established(); }));
    if (!ended()) std::ignore = side.push("version", version_payload());
    ASSERT_TRUE(peers_.run_until([&] { return ended() || side.user->messages.size() == 2; }));
    if (!ended()) side.connection->close();
    ASSERT_TRUE(peers_.run_until(ended));
  }

  // `node` is at one end of the proxy, and `beyond` says which; `side` at the other.
  void expect_ended_once(const FaultyCalls& calls, FaultyProxy& proxy, const Endpoint& node,
                         Whose beyond, const NodeSide& side) {
    ASSERT_TRUE(proxy.run_until_all_have_ended());
    EXPECT_TRUE(proxy.stop());
    ASSERT_EQ(proxy.observer().stories.size(), 1U);
    const Story& story = proxy.observer().last();
    if (!calls.met() || GetParam() == Mishap::kCutShort) {
      EXPECT_EQ(side.user->messages.size(), 2U);
      EXPECT_TRUE(story.joined);
      EXPECT_FALSE(story.refusal);
      return;
    }
    const bool at_node = calls.met()->remote == node;
    if (calls.met()->io == Io::kConnect) {
      EXPECT_EQ(story.refusal, beyond == Whose::kPeer ? Refusal::kTargetUnreachable
                                                      : Refusal::kProgramUnreachable);
      return;
    }
    const Whose whose = at_node == (beyond == Whose::kPeer) ? Whose::kPeer : Whose::kProgram;
    // Where all had been said already it was over before.
    const bool was_over = side.user->messages.size() == 2 && at_node;
    EXPECT_TRUE(says_whose(*story.end, whose) || was_over)
        << *calls.met() << ", and it says: " << *story.end;
    if (!story.joined && at_node && story.refusal) {
      EXPECT_TRUE(*story.refusal == Refusal::kHandshakeFailed ||
                  *story.refusal == Refusal::kVersion1Refused)
          << story.refusal_text;
    }
  }
  static bool says_whose(const std::string& end, Whose whose) {
    const auto begins = [&](std::string_view who) { return end.starts_with(who); };
    return whose == Whose::kProgram ? begins("the program")
                                    : begins("the peer") || begins("the target");
  }

  net::testing::FreshKeys keys_;
  crypto::SystemEntropy entropy_;
};

INSTANTIATE_TEST_SUITE_P(Mishaps, ProxyIoFaultsTest, ::testing::ValuesIn(net::testing::kAllMishaps),
                         net::testing::mishap_name);

TEST_P(ProxyIoFaultsTest, EndAnOutboundConnectionOnce) {
  run_with_each_step(peers_, GetParam(), [this](FaultyCalls& calls) { converse_outbound(calls); });
}

TEST_P(ProxyIoFaultsTest, EndAnInboundConnectionOnce) {
  run_with_each_step(peers_, GetParam(), [this](FaultyCalls& calls) { converse_inbound(calls); });
}

}  // namespace
}  // namespace veilwire::proxy::testing

// A proxy on loopback, programs that connect to it, and peers that it connects to.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "veilwire/net/stream.h"
#include "veilwire/net/testing/loopback.h"
#include "veilwire/net/testing/node.h"
#include "veilwire/proxy/server.h"
#include "veilwire/proxy/testing/raw_client.h"
#include "veilwire/proxy/testing/recording_observer.h"
#include "veilwire/transport/testing/sources.h"
#include "veilwire/transport/v1_transport.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/version.h"

namespace veilwire::proxy::testing {

using net::testing::Loop;
using NodeSide = net::testing::Side;  // a connection and its recorder; Side is the proxy's word
using net::testing::is_over;
using net::testing::Node;
using transport::testing::filled;
using transport::testing::type_named;

// -- SOCKS5, a program's side ---------------------------------------------------------------------

inline void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

inline Bytes socks_request(std::uint8_t address_type, ByteView address, std::uint16_t port) {
  Bytes out;
  append(out, Bytes{5, 1, 0, address_type});
  append(out, address);
  append(out, Bytes{static_cast<std::uint8_t>(port >> 8), static_cast<std::uint8_t>(port & 0xff)});
  return out;
}

// As Bitcoin Core asks: everything by name.
inline Bytes socks_request_by_name(const Endpoint& target) {
  Bytes name{static_cast<std::uint8_t>(target.host.size())};
  name.insert(name.end(), target.host.begin(), target.host.end());
  return socks_request(3, name, target.port);
}

// By numeric address where `host` is one.
inline Bytes socks_request(const Endpoint& target) {
  const auto address = IpAddress::parse(target.host);
  if (!address) return socks_request_by_name(target);
  if (address->is_ipv4()) {
    return socks_request(1, ByteView(address->bytes()).subspan(12), target.port);
  }
  return socks_request(4, address->bytes(), target.port);
}

// The reply's code; nothing where the connection ended without one.
inline std::optional<int> read_reply(RawClient& client) {
  const Bytes head = client.read(4);
  if (head.size() < 4) return std::nullopt;
  client.read(head[3] == 4 ? 18 : 6);
  return head[1];
}

inline std::optional<int> ask(RawClient& client, const Bytes& request) {
  client.write(Bytes{5, 1, 0});
  EXPECT_EQ(client.read(2), (Bytes{5, 0}));
  client.write(request);
  return read_reply(client);
}

// -- Messages -------------------------------------------------------------------------------------

inline Bytes version_payload() {
  wire::Version version;
  version.protocol_version = 70016;
  version.services = protocol::kNodeNetwork;
  version.unix_time = from_unix_seconds(1'700'000'000);
  version.nonce = 42;
  version.user_agent = "/program:1.0/";
  return wire::serialize(version);
}

inline Bytes v1_bytes(std::string_view name, ByteView payload,
                      protocol::Magic magic = protocol::kMainMagic) {
  transport::V1Transport sender(transport::Role::kInitiator, {magic}, TimePoint{});
  EXPECT_TRUE(sender.push(TimePoint{}, {type_named(name), payload}));
  Bytes out;
  for (ByteView bytes; !(bytes = sender.bytes_to_send()).empty(); sender.mark_sent(bytes.size())) {
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  return out;
}

// -- The proxy ------------------------------------------------------------------------------------

class ProxyTest : public ::testing::Test {
 protected:
  ~ProxyTest() override { stop(); }

  void add_inbound(const Endpoint& listen, const Endpoint& program) {
    InboundRoute route;
    route.listen = listen;
    route.program = program;
    config().inbound.push_back(std::move(route));
  }
  // With what the test has put into config().
  void open(const Server::Inherited& inherited = {}) {
    if (config().inbound.empty() && config().listen.empty() && inherited.empty()) {
      config().listen.push_back({"127.0.0.1", 0});
    }
    server_.emplace(service_);
    const auto opened = server_->open(inherited);
    ASSERT_TRUE(opened) << opened.error();
  }
  // Every connection is ended, also one that would rather go on.
  void stop() {
    if (!server_) return;
    config().limits.drain_timeout = std::chrono::milliseconds(1);
    bool stopped = false;
    server_->stop([&stopped] { stopped = true; });
    EXPECT_TRUE(loop_.run_until([&] { return stopped; }));
    EXPECT_EQ(observer_.ended_count(), observer_.stories.size());
    if (!is_over(program_)) program_.connection->abort();
    EXPECT_TRUE(loop_.run_until([&] { return is_over(program_); }));
    server_.reset();
  }

  Settings& config() { return service_.config; }
  const Endpoint& proxy() const { return server_->addresses().at(0); }
  const Story& story() const { return observer_.last(); }

  RawClient connect_program() { return RawClient(loop_, proxy()); }
  // A program that is told that it is connected.
  RawClient connected_program(const Endpoint& target) {
    RawClient client = connect_program();
    EXPECT_EQ(ask(client, socks_request(target)), 0);
    return client;
  }
  // And speaks version 1 from now on.
  void speak_v1(RawClient client, protocol::Magic magic = protocol::kMainMagic) {
    program_.start(net::make_connection(
        client.release(),
        std::make_unique<transport::V1Transport>(transport::Role::kInitiator,
                                                 transport::V1Config{magic}, net::now())));
  }
  // Or version 2, by itself.
  void speak_v2(RawClient client) {
    program_.start(net::make_connection(
        client.release(),
        std::make_unique<transport::V2Transport>(transport::Role::kInitiator, transport::V2Config{},
                                                 keys_, entropy_, net::now())));
  }
  void say_version() { ASSERT_TRUE(program_.push("version", version_payload())); }

  bool run_until_ended(std::size_t count = 1) {
    return loop_.run_until([&] { return observer_.ended_count() >= count; });
  }
  bool run_until_messages(const NodeSide& side, std::size_t count) {
    return loop_.run_until([&] { return side.user->messages.size() >= count; });
  }
  // A port that was free a moment ago.
  Endpoint refusing_address() {
    net::Tcp::acceptor acceptor(loop_.runtime().context(),
                                {boost::asio::ip::address_v4::loopback(), 0});
    return net::to_endpoint(acceptor.local_endpoint());
  }

  Loop loop_;
  net::testing::FreshKeys keys_;
  crypto::SystemEntropy entropy_;
  RecordingObserver observer_;
  Service service_{
      .runtime = loop_.runtime(), .keys = keys_, .entropy = entropy_, .observer = observer_};
  std::optional<Server> server_;
  NodeSide program_;
};

}  // namespace veilwire::proxy::testing

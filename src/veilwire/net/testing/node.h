// A peer with a script: it listens, speaks version 2 and version 1, writes down what it hears, and
// answers what it is told to.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "veilwire/net/acceptor.h"
#include "veilwire/net/stream.h"
#include "veilwire/net/testing/loop.h"
#include "veilwire/net/testing/recorder.h"
#include "veilwire/protocol/services.h"
#include "veilwire/protocol/version.h"
#include "veilwire/transport/responder.h"
#include "veilwire/transport/v1_transport.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/negotiation.h"
#include "veilwire/wire/version.h"

namespace veilwire::net::testing {

class Node {
 public:
  enum class Speaks : std::uint8_t { kV1AndV2, kV1Only };
  // What it says to a message.
  using Answers =
      std::function<std::vector<protocol::OwnedMessage>(const ReceivedMessage& message)>;

  Node(Loop& loop, Speaks speaks, protocol::Magic magic = protocol::kMainMagic,
       const Endpoint& at = {"127.0.0.1", 0})
      : loop_(loop), magic_(magic) {
    auto opened = Acceptor::open(loop.runtime(), at, [this, speaks](Tcp::socket socket) {
      take(std::move(socket), speaks);
    });
    EXPECT_TRUE(opened) << opened.error();
    acceptor_ = std::move(*opened);
  }
  // Ends its connections, and turns the loop until that is done.
  ~Node() {
    acceptor_.reset();
    for (Side& side : sides_) {
      if (!is_over(side)) side.connection->abort();
    }
    loop_.run_until([this] { return std::ranges::all_of(sides_, is_over); });
    loop_.run_until([turned = 0]() mutable { return ++turned > 3; });
  }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // To messages to come.
  void answer(Answers answers) { answers_ = std::move(answers); }

  const Endpoint& address() const { return acceptor_->address(); }
  std::size_t accepted() const { return sides_.size(); }
  Side& last() { return sides_.back(); }
  // The nth message of the latest connection, once it is there.
  const ReceivedMessage& message(std::size_t index = 0) {
    EXPECT_TRUE(loop_.run_until([&] {
      return !sides_.empty() && !is_over(last()) && last().user->messages.size() > index;
    }));
    return last().user->messages.at(index);
  }

 private:
  void take(Tcp::socket socket, Speaks speaks) {
    std::unique_ptr<transport::Transport> transport;
    if (speaks == Speaks::kV1Only) {
      transport = std::make_unique<transport::V1Transport>(transport::Role::kResponder,
                                                           transport::V1Config{magic_}, now());
    } else {
      transport::V2Config v2;
      v2.magic = magic_;
      transport = std::make_unique<transport::Responder>(std::move(v2), keys_, entropy_, now());
    }
    Side& side = sides_.emplace_back();
    side.user->when_message = [this, &side] {
      if (answers_) answer_last(side);
    };
    side.start(make_connection(std::move(socket), std::move(transport)));
  }
  void answer_last(const Side& side) {
    // What there is no room for is not said.
    for (const protocol::OwnedMessage& answer : answers_(side.user->messages.back())) {
      std::ignore = side.connection->push(answer);
    }
  }

  Loop& loop_;
  const protocol::Magic magic_;
  FreshKeys keys_;
  crypto::SystemEntropy entropy_;
  Answers answers_;
  std::deque<Side> sides_;
  std::unique_ptr<Acceptor> acceptor_;
};

// The answers of a peer that shakes hands and answers pings.
inline std::vector<protocol::OwnedMessage> converse(const ReceivedMessage& message) {
  using protocol::MessageKind;
  wire::Version version;
  version.protocol_version = protocol::kProtocolVersion;
  version.services = protocol::kNodeNetwork | protocol::kNodeP2pV2;
  version.unix_time = unix_time();
  version.nonce = 1;
  version.user_agent = "/node:1.0/";
  if (message.type.kind() == MessageKind::kVersion) {
    return {wire::build(version), wire::build(wire::Verack{})};
  }
  if (message.type.kind() == MessageKind::kPing) return {{MessageKind::kPong, message.payload}};
  return {};
}

}  // namespace veilwire::net::testing

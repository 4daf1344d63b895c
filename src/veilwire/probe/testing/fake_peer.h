// A peer of our own to probe: a listener, with a session on each connection, that can also
// misbehave.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "veilwire/base/entropy.h"
#include "veilwire/net/connection.h"
#include "veilwire/net/listen.h"
#include "veilwire/net/runtime.h"
#include "veilwire/peer/nonces.h"
#include "veilwire/peer/session.h"
#include "veilwire/transport/key_source.h"
#include "veilwire/transport/responder.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/negotiation.h"

namespace veilwire::probe::testing {

enum class Behaviour : std::uint8_t {
  kPeer,          // as a peer does
  kSilent,        // shakes hands in the transport, then says nothing
  kFloods,        // sends messages without end once it has heard our version
  kHangsUp,       // ends the connection when it hears our version
  kIgnoresPings,  // shakes hands, then answers nothing
  kLeaves,        // as a peer does, and ends the connection once it has answered a ping
  kMisbehaves,    // as a peer does, and negotiates once it has answered a ping
};

struct FakePeerConfig {
  transport::V2Config v2{};
  transport::V1Policy v1 = transport::V1Policy::kAccept;
  peer::SessionConfig session{};
  peer::OwnFacts own{};
  Behaviour behaviour = Behaviour::kPeer;
  unsigned decoys = 0;  // after the handshake
  // What it answers to a message of that kind.
  std::function<std::vector<protocol::OwnedMessage>(protocol::MessageKind kind)> answer{};
};

// One connection of the fake peer.
class FakeInterview final : public net::Connection::User {
 public:
  // Counts the messages that it hears in `heard`.
  FakeInterview(const FakePeerConfig& config, net::Connection& connection, peer::Nonces& nonces,
                Entropy& entropy, std::size_t& heard)
      : config_(config),
        connection_(connection),
        heard_(heard),
        own_(config.own),
        session_(std::make_shared<peer::SessionConfig>(config.session),
                 protocol::Direction::kInbound, own_, nonces, entropy, net::now()) {}

  void on_event(TimePoint now, const transport::Event& event) override {
    if (const auto* message = std::get_if<transport::MessageReceived>(&event)) {
      ++heard_;
      hear(now, message->type.kind(), message->payload);
    } else {
      const Bytes zeros(20);
      for (unsigned i = 0; i < config_.decoys; ++i) (void)connection_.push_decoy(zeros);
    }
  }
  void on_send_room(TimePoint) override { flood(); }
  std::optional<TimePoint> next_deadline() const override { return session_.next_deadline(); }
  void on_deadline(TimePoint now) override {
    session_.on_deadline(now);
    talk();
  }
  void on_end(const net::End&) override {}

 private:
  void hear(TimePoint now, protocol::MessageKind kind, ByteView payload) {
    switch (config_.behaviour) {
      case Behaviour::kPeer:
      case Behaviour::kLeaves:
      case Behaviour::kMisbehaves:
        break;
      case Behaviour::kSilent:
        return;
      case Behaviour::kFloods:
        return flood();
      case Behaviour::kHangsUp:
        return connection_.close();
      case Behaviour::kIgnoresPings:
        if (session_.established()) return;
    }
    session_.on_message(now, kind, payload);
    talk();
    if (config_.answer) {
      for (const protocol::OwnedMessage& answer : config_.answer(kind)) push(answer);
    }
    if (kind == protocol::MessageKind::kPing) surprise();
  }
  void talk() {
    do {
      while (const auto message = session_.poll_message()) push(*message);
    } while (session_.poll_event());
    if (session_.fault()) connection_.abort();
  }
  void surprise() {
    if (config_.behaviour == Behaviour::kLeaves) connection_.close();
    if (config_.behaviour == Behaviour::kMisbehaves) push(wire::build(wire::WtxidRelay{}));
  }
  void flood() {
    if (config_.behaviour != Behaviour::kFloods) return;
    constexpr std::size_t kMessages = 1000;
    const Bytes payload(100);
    for (std::size_t i = 0; i < kMessages; ++i) push({protocol::MessageKind::kInv, payload});
    connection_.wants_room();
  }
  void push(const protocol::MessageView& message) { (void)connection_.push(message); }

  const FakePeerConfig& config_;
  net::Connection& connection_;
  std::size_t& heard_;
  peer::FixedFacts own_;
  peer::Session session_;
};

// Listens on 127.0.0.1, or where it is told; throws where it cannot. Must live while the runtime
// runs.
class FakePeer {
 public:
  FakePeer(net::Runtime& runtime, FakePeerConfig config, Entropy& entropy,
           const Endpoint& address = {"127.0.0.1", 0})
      : config_(std::move(config)), keys_(entropy, 0) {
    auto listener =
        net::Listener::open(runtime, address, {.v2 = config_.v2, .v1 = config_.v1}, keys_, entropy,
                            [this, &entropy](const std::shared_ptr<net::Connection>& connection) {
                              ++connections_;
                              connection->start(std::make_shared<FakeInterview>(
                                  config_, *connection, nonces_, entropy, heard_));
                            });
    if (!listener) throw std::runtime_error(listener.error());
    listener_ = std::move(*listener);
  }

  const Endpoint& address() const { return listener_->address(); }
  std::size_t connections() const { return connections_; }
  std::size_t messages_heard() const { return heard_; }

 private:
  const FakePeerConfig config_;
  transport::KeyPool keys_;
  peer::Nonces nonces_;
  std::unique_ptr<net::Listener> listener_;
  std::size_t connections_ = 0;
  std::size_t heard_ = 0;
};

}  // namespace veilwire::probe::testing

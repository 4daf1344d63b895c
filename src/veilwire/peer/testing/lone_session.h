// One session and a hand that plays its peer, message by message.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/peer/session.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/negotiation.h"
#include "veilwire/wire/ping.h"
#include "veilwire/wire/version.h"

namespace veilwire::peer::testing {

inline constexpr TimePoint kStart{std::chrono::hours(1)};

// A peer's version as a node of today says it.
inline wire::Version version_of(std::int32_t protocol_version = protocol::kProtocolVersion) {
  return {.protocol_version = protocol_version,
          .services = protocol::kNodeNetwork | protocol::kNodeWitness,
          .unix_time = from_unix_seconds(1'700'000'000),
          .nonce = 0x0123456789abcdef,
          .user_agent = "/peer:1.0/",
          .start_height = 800'000};
}

inline std::shared_ptr<const SessionConfig> plain_config() {
  return std::make_shared<const SessionConfig>();
}

class LoneSession {
 public:
  explicit LoneSession(Direction direction, SessionConfig config = {}, const OwnFacts& facts = {})
      : own(facts),
        session(std::make_shared<SessionConfig>(std::move(config)), direction, own, nonces, entropy,
                kStart) {}

  template <typename M>
    requires requires { M::kKind; }
  Handled hear(const M& message) {
    return hear(M::kKind, wire::serialize(message));
  }
  Handled hear(protocol::MessageKind kind, ByteView payload = {}) {
    return session.on_message(now, kind, payload);
  }
  void shake_hands(std::int32_t protocol_version = protocol::kProtocolVersion) {
    hear(version_of(protocol_version));
    hear(wire::Verack{});
  }

  // All that the session has to say, in order; the names of it.
  std::vector<protocol::OwnedMessage> take_messages() {
    poll();
    return std::exchange(messages, {});
  }
  std::string take_names() {
    std::string names;
    for (const protocol::OwnedMessage& message : take_messages()) {
      if (!names.empty()) names += ' ';
      names += message.type.name();
    }
    return names;
  }
  // What has happened, but for that the version came.
  std::vector<Event> take_events() {
    poll();
    return std::exchange(events, {});
  }
  // As a driver does.
  void poll() {
    for (bool more = true; std::exchange(more, false);) {
      while (auto message = session.poll_message()) messages.push_back(std::move(*message));
      while (const auto event = session.poll_event()) {
        more = true;
        if (!std::holds_alternative<VersionReceived>(*event)) events.push_back(*event);
      }
    }
  }
  // The nonce of the ping that waits to be said, 0 where there is none.
  std::uint64_t take_ping() {
    for (const protocol::OwnedMessage& message : take_messages()) {
      if (message.kind() == protocol::MessageKind::kPing)
        return wire::parse<wire::Ping>(message.payload)->nonce.value_or(0);
    }
    return 0;
  }
  std::optional<SessionRule> broken_rule() const {
    return session.fault() ? std::optional(session.fault()->rule) : std::nullopt;
  }

  TimePoint now = kStart;
  Nonces nonces;
  crypto::SeededEntropy entropy{7};
  FixedFacts own;
  Session session;
  // Polled and not taken.
  std::vector<protocol::OwnedMessage> messages{};
  std::vector<Event> events{};
};

}  // namespace veilwire::peer::testing

// One session and a hand that plays its peer, message by message.
#pragma once

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
inline wire::Version version_of(std::int32_t protocol_version = kProtocolVersion) {
  return {.protocol_version = protocol_version,
          .services = wire::kNodeNetwork | wire::kNodeWitness,
          .unix_time = 1'700'000'000,
          .nonce = 0x0123456789abcdef,
          .user_agent = "/peer:1.0/",
          .start_height = 800'000};
}

class LoneSession {
 public:
  explicit LoneSession(Direction direction, SessionConfig config = {})
      : session(std::move(config), direction, nonces, entropy, kStart) {}

  template <typename M>
    requires requires { M::kKind; }
  Handled hear(const M& message) {
    return hear(M::kKind, wire::serialize(message));
  }
  Handled hear(protocol::MessageKind kind, ByteView payload = {}) {
    return session.on_message(now, kind, payload);
  }
  void shake_hands(std::int32_t protocol_version = kProtocolVersion) {
    hear(version_of(protocol_version));
    hear(wire::Verack{});
  }

  // All that the session has to say, in order; the names of it.
  std::vector<protocol::OwnedMessage> take_messages() {
    std::vector<protocol::OwnedMessage> messages;
    while (auto message = session.poll_message()) messages.push_back(std::move(*message));
    return messages;
  }
  std::string take_names() {
    std::string names;
    for (const protocol::OwnedMessage& message : take_messages()) {
      if (!names.empty()) names += ' ';
      names += message.type.name();
    }
    return names;
  }
  std::vector<Event> take_events() {
    std::vector<Event> events;
    while (const auto event = session.poll_event()) events.push_back(*event);
    return events;
  }
  // The nonce of the ping that waits to be said, 0 where there is none.
  std::uint64_t take_ping() {
    for (const protocol::OwnedMessage& message : take_messages()) {
      if (message.kind() == protocol::MessageKind::kPing)
        return wire::parse<wire::Ping>(message.payload)->nonce.value_or(0);
    }
    return 0;
  }
  std::optional<Rule> broken_rule() const {
    return session.fault() ? std::optional(session.fault()->rule) : std::nullopt;
  }

  TimePoint now = kStart;
  Nonces nonces;
  crypto::SeededEntropy entropy{7};
  Session session;
};

}  // namespace veilwire::peer::testing

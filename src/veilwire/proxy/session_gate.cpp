#include "veilwire/proxy/session_gate.h"

#include <chrono>
#include <utility>

#include "veilwire/net/runtime.h"
#include "veilwire/proxy/blocks_only.h"

namespace veilwire::proxy {

using transport::Version;
using transport::VersionReason;

namespace {

constexpr std::string_view kVersionName = "version";

std::int64_t unix_time() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string key_of(const Endpoint& peer) { return to_string(canonical(peer)); }

}  // namespace

SessionGate::SessionGate(Service& service, Session session)
    : service_(service),
      session_(std::move(session)),
      ends_{.peer = session_.peer_address, .external = service.config.external} {}

Ruling SessionGate::judge(Side from, const transport::MessageReceived& message) {
  const std::string_view name = message.type.name();
  if (from == Side::kPeer && name == kVersionName && !peer_said_version_) {
    peer_said_version_ = true;
    if (is_refused_downgrade()) return Drop{"downgrade"};
    note_how_the_peer_speaks();
  }
  if (session_.version != Version::kV1 || session_.policy != Policy::kV1BlocksOnly) {
    return introduced(from, name, message.payload, Pass{});
  }
  Filtered filtered = keep_blocks_only(name, message.payload);
  if (filtered.removed_entries != 0) {
    service_.observer.entries_removed(session_.direction, from, filtered.removed_entries);
  }
  switch (filtered.action) {
    case Filtered::Action::kDrop:
      return Drop{drop_reason_name(filtered.reason)};
    case Filtered::Action::kRewrite: {
      const Bytes rewritten = filtered.payload;
      return introduced(from, name, rewritten, Replace{std::move(filtered.payload)});
    }
    case Filtered::Action::kPass:
      break;
  }
  return introduced(from, name, message.payload, Pass{});
}

Ruling SessionGate::introduced(Side from, std::string_view name, ByteView payload,
                               Ruling otherwise) const {
  const Leg leg = from == Side::kProgram ? Leg::kToPeer : Leg::kToProgram;
  if (auto replaced = introduce(leg, name, payload, ends_)) return Replace{std::move(*replaced)};
  return otherwise;
}

// Only now is it certain: a connection in version 1 that says nothing, or anything else first, is
// no answer.
void SessionGate::note_how_the_peer_speaks() {
  if (session_.direction != Direction::kOutbound) return;
  if (session_.version == Version::kV2) {
    service_.recent_v1.forget(session_.peer);
    if (service_.downgrades != nullptr) {
      service_.downgrades->saw_v2(unix_time(), key_of(session_.peer));
    }
  } else if (session_.reason != VersionReason::kV1ByPolicy) {
    service_.recent_v1.remember(net::now(), session_.peer);
  }
}

// Where version 1 is the operator's own wish there is nothing to be warned of.
bool SessionGate::is_refused_downgrade() {
  if (session_.direction != Direction::kOutbound || session_.version != Version::kV1 ||
      session_.policy == Policy::kV1Only || service_.downgrades == nullptr ||
      !service_.downgrades->once_spoke_v2(unix_time(), key_of(session_.peer))) {
    return false;
  }
  const OnDowngrade action = service_.config.on_downgrade;
  service_.observer.downgraded(session_.number, action);
  if (action != OnDowngrade::kRefuse) return false;
  // The next dial offers version 2 again, or a peer refused once would be for ten minutes.
  service_.recent_v1.forget(session_.peer);
  service_.observer.refused(session_.number, Refusal::kDowngraded,
                            "the peer once spoke version 2 and now answers in version 1");
  if (const auto relay = relay_.lock()) relay->abort();
  return true;
}

void SessionGate::tell_counts(const Relay& relay) {
  for (const Side side : {Side::kProgram, Side::kPeer}) {
    service_.observer.counted(session_.direction, side, relay.connection(side).info());
  }
}

void SessionGate::passed(Side from, const transport::MessageType& type, std::size_t bytes) {
  service_.observer.message_passed(session_.direction, from, type, bytes);
}

void SessionGate::dropped(Side from, const transport::MessageType& type, std::string_view reason) {
  service_.observer.message_dropped(session_.direction, from, type, reason);
}

}  // namespace veilwire::proxy

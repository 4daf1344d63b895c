#include "veilwire/proxy/session_gate.h"

#include <utility>

#include "veilwire/net/runtime.h"
#include "veilwire/proxy/blocks_only.h"

namespace veilwire::proxy {

using protocol::MessageKind;
using transport::Version;
using transport::VersionReason;

SessionGate::SessionGate(Service& service, Session session)
    : service_(service),
      session_(std::move(session)),
      ends_{.peer = session_.peer_address, .external = service.config.external} {}

Ruling SessionGate::judge(Side from, const transport::MessageReceived& message) {
  const MessageKind kind = message.type.kind();
  if (from == Side::kPeer && kind == MessageKind::kVersion &&
      !std::exchange(peer_said_version_, true) && is_refused_by_its_version()) {
    return Drop{"downgrade"};
  }
  if (session_.version != Version::kV1 || in_clear(session_.policy) != InClear::kBlocksOnly) {
    return introduced(from, kind, message.payload, Pass{});
  }
  Filtered filtered = keep_blocks_only(kind, message.payload);
  if (filtered.removed_entries != 0) {
    service_.observer.on(EntriesRemoved{session_.direction, from, filtered.removed_entries});
  }
  switch (filtered.action) {
    case Filtered::Action::kDrop:
      return Drop{drop_reason_name(filtered.reason)};
    case Filtered::Action::kRewrite: {
      const Bytes rewritten = filtered.payload;
      return introduced(from, kind, rewritten, Replace{std::move(filtered.payload)});
    }
    case Filtered::Action::kPass:
      break;
  }
  return introduced(from, kind, message.payload, Pass{});
}

Ruling SessionGate::introduced(Side from, MessageKind kind, ByteView payload,
                               Ruling otherwise) const {
  const Leg leg = from == Side::kProgram ? Leg::kToPeer : Leg::kToProgram;
  if (auto replaced = introduce(leg, kind, payload, ends_)) return Replace{std::move(*replaced)};
  return otherwise;
}

// Only now is it certain how the peer speaks: a connection in version 1 that says nothing, or
// anything else first, is no answer.
bool SessionGate::is_refused_by_its_version() {
  if (session_.direction != Direction::kOutbound) return false;
  if (session_.version == Version::kV1) return is_refused_in_v1();
  service_.recent_v1.forget(session_.peer);
  service_.saw_v2(session_.peer);
  return false;
}

// Where downgrades are refused a peer that spoke version 2 is not dialled in version 1 at all (see
// Outbound); what is found here was dialled before that was asked for.
bool SessionGate::is_refused_in_v1() {
  // The operator's own wish: nothing to be warned of.
  if (dial_policy(session_.policy) == transport::DialPolicy::kV1Only) return false;
  const SpokeV2 before = service_.once_spoke_v2(session_.peer);
  if (before == SpokeV2::kNo) {
    if (session_.reason != VersionReason::kV1ByPolicy) {
      service_.recent_v1.remember(net::now(), session_.peer);
    }
    return false;
  }
  // The next dial offers version 2 again: who has cut one attempt has one connection in the clear
  // for it, not those of ten minutes.
  service_.recent_v1.forget(session_.peer);
  const OnDowngrade action = service_.config.on_downgrade;
  if (before == SpokeV2::kYes) service_.observer.on(Downgraded{session_.number, action});
  if (action != OnDowngrade::kRefuse) return false;
  if (before == SpokeV2::kYes) {
    service_.observer.on(Refused{session_.number, Refusal::kDowngraded,
                                 "the peer once spoke version 2 and now answers in version 1"});
  } else {
    service_.observer.on(
        Refused{session_.number, Refusal::kVersion1Refused,
                "the peer answers in version 1, and whether it once spoke version 2 "
                "cannot be read"});
  }
  if (const auto relay = relay_.lock()) relay->abort();
  return true;
}

void SessionGate::tell_counts(const Relay& relay) {
  for (const Side side : {Side::kProgram, Side::kPeer}) {
    service_.observer.on(Counted{session_.direction, side, relay.connection(side).info()});
  }
}

void SessionGate::passed(Side from, const protocol::MessageType& type, std::size_t bytes) {
  service_.observer.on(MessagePassed{session_.direction, from, type, bytes});
}

void SessionGate::dropped(Side from, const protocol::MessageType& type, std::string_view reason) {
  service_.observer.on(MessageDropped{session_.direction, from, type, reason});
}

}  // namespace veilwire::proxy

#include "veilwire/proxy/carriage/policy_gate.h"

#include <utility>

#include "veilwire/proxy/carriage/blocks_only.h"
#include "veilwire/proxy/downgrade/guard.h"

namespace veilwire::proxy {

using protocol::MessageKind;
using transport::Version;

PolicyGate::PolicyGate(Service& service, RelayFacts facts)
    : service_(service),
      facts_(std::move(facts)),
      ends_{.peer = facts_.peer_address, .external = service.config.external},
      source_(source_of(facts_.peer.host)) {}

Sender PolicyGate::sender(Side from) const {
  if (from == Side::kProgram) return Sender::kProgram;
  return facts_.direction == Direction::kInbound ? Sender::kInboundPeer : Sender::kOutboundPeer;
}

Ruling PolicyGate::judge(Side from, const transport::MessageReceived& message) {
  const MessageKind kind = message.type.kind();
  if (from == Side::kPeer && kind == MessageKind::kVersion &&
      !std::exchange(peer_said_version_, true) && is_refused_by_its_version()) {
    return Drop{"downgrade"};
  }
  if (facts_.version != Version::kV1 || in_clear(facts_.policy) != InClear::kBlocksOnly) {
    return introduced(from, kind, message.payload, Pass{});
  }
  Filtered filtered = keep_blocks_only(kind, message.payload);
  if (filtered.removed_entries != 0) {
    service_.observer.on(EntriesRemoved{facts_.direction, from, filtered.removed_entries});
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

Ruling PolicyGate::introduced(Side from, MessageKind kind, ByteView payload,
                              Ruling otherwise) const {
  const Leg leg = from == Side::kProgram ? Leg::kToPeer : Leg::kToProgram;
  if (auto replaced = introduce(leg, kind, payload, ends_)) return Replace{std::move(*replaced)};
  return otherwise;
}

// What is refused here was dialled before that was asked for (see DowngradeGuard::plan).
bool PolicyGate::is_refused_by_its_version() {
  if (facts_.direction != Direction::kOutbound) return false;
  const DowngradeGuard guard(service_.facts_of(facts_.peer, facts_.policy));
  const Lesson lesson = guard.after_version(facts_.version, facts_.reason);
  service_.learn(facts_.number, facts_.peer, lesson);
  if (!lesson.refusal) return false;
  service_.observer.on(Refused{facts_.number, *lesson.refusal, lesson.text});
  if (const auto relay = relay_.lock()) relay->abort();
  return true;
}

void PolicyGate::relay_ended(const Relay& relay) {
  for (const Side side : {Side::kProgram, Side::kPeer}) {
    service_.observer.on(Counted{facts_.direction, side, relay.connection(side).info()});
  }
  if (peer_said_version_ || facts_.direction != Direction::kOutbound) return;
  service_.learn(facts_.number, facts_.peer, DowngradeGuard::after_no_version(facts_.because));
}

void PolicyGate::passed(Side from, const protocol::MessageType& type, std::size_t bytes) {
  service_.observer.on(MessagePassed{facts_.direction, from, type, bytes});
}

void PolicyGate::dropped(Side from, const protocol::MessageType& type, std::string_view reason) {
  service_.observer.on(MessageDropped{facts_.direction, from, type, reason});
}

}  // namespace veilwire::proxy

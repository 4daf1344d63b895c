// Why a conversation ended: one name for each rule that a peer can break above the transport, and
// one for a failure of our own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veilwire/wire/rule.h"

namespace veilwire::peer {

enum class SessionRule : std::uint8_t {
  // The peer's.
  kMalformedMessage,  // a message that wire refuses; SessionFault::payload_rule says by which rule
  kProtocolTooOld,    // a version below protocol::kLowestProtocolVersion
  kSelfConnection,    // its version carries a nonce of ours: we dialled ourselves
  kLateNegotiation,   // wtxidrelay, sendaddrv2 or feature after its verack
  kHandshakeTimeout,  // no version and verack in time
  kPingTimeout,       // a pong did not come in time
  kTooManyFeatures,   // over kMaxFeatures, which bounds what they occupy
  // The system's.
  kEntropyFailed,  // the source of randomness refused
};

struct SessionFault {
  SessionRule rule;
  std::optional<wire::PayloadRule> payload_rule{};  // kMalformedMessage only
};

// A stable name for logs and tests: "protocol_too_old".
std::string_view rule_name(SessionRule rule);
// One sentence without its full stop: "the peer's protocol version is older than 31800".
std::string_view rule_text(SessionRule rule);
// The same of a fault, and for a malformed message what was wrong with it: "the peer sent a
// malformed message: it ends before its last field".
std::string fault_text(const SessionFault& fault);

}  // namespace veilwire::peer

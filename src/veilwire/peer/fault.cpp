#include "veilwire/peer/fault.h"

#include <algorithm>
#include <array>

namespace veilwire::peer {
namespace {

struct RuleEntry {
  SessionRule rule;
  std::string_view name;
  std::string_view text;
};

// The figures in the sentences are those of session_config.h.
constexpr std::array kRules = std::to_array<RuleEntry>({
    {SessionRule::kMalformedMessage, "malformed_message", "the peer sent a malformed message"},
    {SessionRule::kProtocolTooOld, "protocol_too_old",
     "the peer's protocol version is older than 31800"},
    {SessionRule::kSelfConnection, "self_connection", "the peer is this program itself"},
    {SessionRule::kLateNegotiation, "late_negotiation",
     "the peer negotiated features after its verack, which is too late"},
    {SessionRule::kHandshakeTimeout, "handshake_timeout",
     "the peer did not complete the version handshake in time"},
    {SessionRule::kPingTimeout, "ping_timeout", "the peer did not answer a ping in time"},
    {SessionRule::kTooManyFeatures, "too_many_features", "the peer named more than 64 features"},
    {SessionRule::kEntropyFailed, "entropy_failed", "the source of randomness failed"},
});

const RuleEntry& entry_for(SessionRule rule) {
  return *std::ranges::find(kRules, rule, &RuleEntry::rule);
}

}  // namespace

std::string_view rule_name(SessionRule rule) { return entry_for(rule).name; }

std::string_view rule_text(SessionRule rule) { return entry_for(rule).text; }

std::string fault_text(const SessionFault& fault) {
  std::string text(rule_text(fault.rule));
  if (fault.payload_rule) text.append(": ").append(wire::rule_text(*fault.payload_rule));
  return text;
}

}  // namespace veilwire::peer

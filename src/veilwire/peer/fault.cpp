#include "veilwire/peer/fault.h"

#include <algorithm>
#include <array>

namespace veilwire::peer {
namespace {

struct RuleEntry {
  Rule rule;
  std::string_view name;
  std::string_view text;
};

// The figures in the sentences are those of session_config.h.
constexpr std::array kRules = std::to_array<RuleEntry>({
    {Rule::kMalformedMessage, "malformed_message", "the peer sent a malformed message"},
    {Rule::kProtocolTooOld, "protocol_too_old", "the peer's protocol version is older than 31800"},
    {Rule::kSelfConnection, "self_connection", "the peer is this program itself"},
    {Rule::kLateNegotiation, "late_negotiation",
     "the peer negotiated after its verack, where that is over"},
    {Rule::kHandshakeTimeout, "handshake_timeout",
     "the peer did not complete the version handshake in time"},
    {Rule::kPingTimeout, "ping_timeout", "the peer did not answer a ping in time"},
    {Rule::kTooManyFeatures, "too_many_features", "the peer named more than 64 features"},
    {Rule::kEntropyFailed, "entropy_failed", "the source of randomness gave none"},
});

const RuleEntry& entry_for(Rule rule) { return *std::ranges::find(kRules, rule, &RuleEntry::rule); }

}  // namespace

std::string_view rule_name(Rule rule) { return entry_for(rule).name; }

std::string_view rule_text(Rule rule) { return entry_for(rule).text; }

std::string fault_text(const Fault& fault) {
  std::string text(rule_text(fault.rule));
  if (fault.wire_rule) text.append(": ").append(wire::rule_text(*fault.wire_rule));
  return text;
}

}  // namespace veilwire::peer

#include "veilwire/transport/fault.h"

#include <algorithm>
#include <array>

namespace veilwire::transport {
namespace {

struct RuleEntry {
  Rule rule;
  Blame blame;
  std::string_view name;
  std::string_view text;
};

// The figures in the sentences are those of limits.h.
constexpr std::array kRules = std::to_array<RuleEntry>({
    {Rule::kV1OtherNetwork, Blame::kPeer, "v1_other_network",
     "the peer speaks version 1 on another network"},
    {Rule::kV1BadMagic, Blame::kPeer, "v1_bad_magic",
     "the peer sent a version 1 message that does not start with the network's magic"},
    {Rule::kV1PayloadTooLong, Blame::kPeer, "v1_payload_too_long",
     "the peer announced a version 1 payload of over 4000000 bytes"},
    {Rule::kGarbageTooLong, Blame::kPeer, "garbage_too_long",
     "the peer sent no garbage terminator within 4111 bytes"},
    {Rule::kContentsTooLong, Blame::kPeer, "contents_too_long",
     "the peer announced a packet whose contents are over 4000013 bytes"},
    {Rule::kAuthenticationFailed, Blame::kPeer, "authentication_failed",
     "the peer sent a packet that does not authenticate"},
    {Rule::kTooManyDecoysEarly, Blame::kPeer, "too_many_decoys_early",
     "the peer sent over 4000033 bytes of decoys before its version packet"},
    {Rule::kTooManyDecoys, Blame::kPeer, "too_many_decoys",
     "the peer sent more decoys than its budget allows"},
    {Rule::kV1Refused, Blame::kPeer, "v1_refused",
     "the peer speaks version 1, which is refused here"},
    {Rule::kHandshakeTimeout, Blame::kPeer, "handshake_timeout",
     "the peer did not complete the handshake in time"},
    {Rule::kV1Answered, Blame::kPeer, "v1_answered",
     "a version 1 peer answered, not a version 2 peer"},
    {Rule::kBadConfiguration, Blame::kCaller, "bad_configuration",
     "the configuration asks for garbage, a packet or a key that BIP 324 does not allow"},
    {Rule::kUsedAfterFork, Blame::kCaller, "used_after_fork",
     "the transport was used in a child of the process that made it"},
    {Rule::kEntropyFailed, Blame::kSystem, "entropy_failed", "the source of randomness failed"},
    {Rule::kOutOfMemory, Blame::kSystem, "out_of_memory",
     "there was no memory for a packet within the limits"},
});

const RuleEntry& entry_for(Rule rule) { return *std::ranges::find(kRules, rule, &RuleEntry::rule); }

}  // namespace

std::string_view rule_name(Rule rule) { return entry_for(rule).name; }

std::string_view rule_text(Rule rule) { return entry_for(rule).text; }

Blame blame_for(Rule rule) { return entry_for(rule).blame; }

std::string_view blame_name(Blame blame) {
  switch (blame) {
    case Blame::kPeer:
      return "peer";
    case Blame::kCaller:
      return "caller";
    case Blame::kSystem:
      break;
  }
  return "system";
}

}  // namespace veilwire::transport

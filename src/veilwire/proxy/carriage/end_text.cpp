#include "veilwire/proxy/carriage/end_text.h"

namespace veilwire::proxy {

namespace {

// The rule's sentence speaks of the peer, whichever side it is.
std::string fault_text(const transport::Fault& fault, const std::string& who) {
  constexpr std::string_view kPeer = "the peer ";
  std::string_view text = transport::rule_text(fault.rule);
  std::string out = who + "'s connection stopped: ";
  if (fault.blame == transport::Blame::kPeer && text.starts_with(kPeer)) {
    text.remove_prefix(kPeer.size());
    out += who + " ";
  }
  return out.append(text);
}

}  // namespace

std::string end_text(const net::End& end, Side side) {
  const std::string who = side == Side::kPeer ? "the peer" : "the program";
  switch (end.reason) {
    case net::EndReason::kPeerClosed:
      return who + " closed the connection";
    case net::EndReason::kPeerReset:
      return who + " cut the connection";
    case net::EndReason::kFault:
      return fault_text(*end.fault, who);
    case net::EndReason::kSystem:
      return who + "'s connection failed: " + end.system_error;
    case net::EndReason::kOurs:
      return "the proxy closed the connection";
  }
  return {};
}

std::string end_text(const CarriageEnd& end) {
  if (end.stalled) {
    return end.first == Side::kPeer ? "the program read nothing for 20 minutes"
                                    : "the peer read nothing for 20 minutes";
  }
  return end_text(end.end, end.first);
}

}  // namespace veilwire::proxy

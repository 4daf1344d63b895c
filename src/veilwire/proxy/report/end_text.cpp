#include "veilwire/proxy/report/end_text.h"

namespace veilwire::proxy {

std::string end_text(const net::End& end, Side side) {
  const std::string who = side == Side::kPeer ? "the peer" : "the program";
  switch (end.reason) {
    case net::EndReason::kPeerClosed:
      return who + " closed the connection";
    case net::EndReason::kPeerReset:
      return who + " cut the connection";
    case net::EndReason::kFault:
      // The rule's sentence speaks of a peer, whichever side it is.
      return who + "'s connection stopped: " + std::string(transport::rule_text(end.fault->rule));
    case net::EndReason::kSystem:
      return who + "'s connection failed: " + end.system_error;
    case net::EndReason::kOurs:
      return "the proxy closed the connection";
  }
  return {};
}

std::string end_text(const RelayEnd& end) {
  if (end.stalled) {
    return end.first == Side::kPeer ? "the program took nothing for 20 minutes"
                                    : "the peer took nothing for 20 minutes";
  }
  return end_text(end.end, end.first);
}

}  // namespace veilwire::proxy

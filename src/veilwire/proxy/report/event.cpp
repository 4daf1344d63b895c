#include "veilwire/proxy/report/event.h"

namespace veilwire::proxy {

std::string_view refusal_name(Refusal refusal) {
  switch (refusal) {
    case Refusal::kNotSocks5:
      return "not_socks5";
    case Refusal::kSocks5Unsupported:
      return "socks5_unsupported";
    case Refusal::kBadName:
      return "bad_name";
    case Refusal::kNotRedirected:
      return "not_redirected";
    case Refusal::kNeedsUpstream:
      return "needs_upstream";
    case Refusal::kToItself:
      return "to_itself";
    case Refusal::kClientNotServed:
      return "client_not_served";
    case Refusal::kLocalTarget:
      return "local_target";
    case Refusal::kOtherNetwork:
      return "other_network";
    case Refusal::kUnresolved:
      return "unresolved";
    case Refusal::kTargetUnreachable:
      return "target_unreachable";
    case Refusal::kHandshakeFailed:
      return "handshake_failed";
    case Refusal::kVersion1Refused:
      return "version_1_refused";
    case Refusal::kDowngraded:
      return "downgraded";
    case Refusal::kPassthroughRefused:
      return "passthrough_refused";
    case Refusal::kAdmission:
      return "admission";
    case Refusal::kProgramUnreachable:
      return "program_unreachable";
  }
  return "";
}

std::string_view passthrough_name(PassthroughReason reason) {
  switch (reason) {
    case PassthroughReason::kProgramNotV1:
      return "program_not_v1";
    case PassthroughReason::kTargetSpokeFirst:
      return "target_spoke_first";
    case PassthroughReason::kNobodySpoke:
      return "nobody_spoke";
  }
  return "";
}

}  // namespace veilwire::proxy

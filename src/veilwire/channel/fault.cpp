#include "veilwire/channel/fault.h"

namespace veilwire::channel {

transport::Blame blame_for(const Fault& fault) {
  if (const auto* below = std::get_if<transport::Fault>(&fault)) return below->blame;
  return std::get<peer::SessionFault>(fault).rule == peer::SessionRule::kEntropyFailed
             ? transport::Blame::kSystem
             : transport::Blame::kPeer;
}

std::string_view rule_name(const Fault& fault) {
  if (const auto* below = std::get_if<transport::Fault>(&fault)) {
    return transport::rule_name(below->rule);
  }
  return peer::rule_name(std::get<peer::SessionFault>(fault).rule);
}

std::string fault_text(const Fault& fault) {
  if (const auto* below = std::get_if<transport::Fault>(&fault)) {
    return std::string(transport::rule_text(below->rule));
  }
  return peer::fault_text(std::get<peer::SessionFault>(fault));
}

}  // namespace veilwire::channel

// Why a channel stopped: what the transport or the conversation above it says, and whose it was.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "veilwire/peer/fault.h"
#include "veilwire/transport/fault.h"

namespace veilwire::channel {

using Fault = std::variant<transport::Fault, peer::SessionFault>;

transport::Blame blame_for(const Fault& fault);
// A stable name for logs and tests: "garbage_too_long", "protocol_too_old".
std::string_view rule_name(const Fault& fault);
// One sentence without its full stop.
std::string fault_text(const Fault& fault);

}  // namespace veilwire::channel

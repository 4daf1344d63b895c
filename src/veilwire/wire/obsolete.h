// Messages that some peers still send, or sent once, and that nobody here answers: what they
// wanted, so that a log can say it.
#pragma once

#include <optional>
#include <string_view>

#include "veilwire/protocol/message_kind.h"

namespace veilwire::wire {

// One sentence's end, after "the peer": "wanted BIP 151 encryption, which nobody finished". Nothing
// for a kind that is not among them.
std::optional<std::string_view> obsolete_intention(protocol::MessageKind kind);

}  // namespace veilwire::wire

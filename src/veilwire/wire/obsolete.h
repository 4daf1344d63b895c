// Messages that some peers still send, or sent once, and that nobody here answers: what they
// wanted, so that a log can say it.
#pragma once

#include <optional>
#include <string_view>

namespace veilwire::wire {

// One sentence's end, after "the peer": "wanted BIP 151 encryption, which nobody finished". Nothing
// for a name that is not among them.
std::optional<std::string_view> obsolete_intention(std::string_view name);

}  // namespace veilwire::wire

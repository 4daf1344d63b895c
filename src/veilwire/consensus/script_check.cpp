#include "veilwire/consensus/script_check.h"

#include <utility>

namespace veilwire::consensus {

ScriptCheck::ScriptCheck(std::shared_ptr<const Spending> spending, std::uint32_t input,
                         ScriptFlags flags)
    : spending_(std::move(spending)), input_(input), flags_(flags) {}

ScriptError ScriptCheck::run() const { return ScriptError::kUnknownError; }

}  // namespace veilwire::consensus

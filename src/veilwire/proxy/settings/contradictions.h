// Which settings fit together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "veilwire/proxy/settings/settings.h"

namespace veilwire::proxy {

// What does not fit together, a sentence without its full stop for each; empty where all is well.
// They name settings as the command line and the file do, but for '-' and '_'.
std::vector<std::string> contradictions(const Settings& settings);

// A sentence without its full stop where `settings` let in more connections than a process with
// this many descriptors can have.
std::optional<std::string> want_of_descriptors(const Settings& settings, std::uint64_t descriptors);

}  // namespace veilwire::proxy

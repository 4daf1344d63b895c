// A report as one JSON object on one line, for programs. docs/probe.md has the table of its fields.
#pragma once

#include <string>

#include "veilwire/probe/report.h"

namespace veilwire::probe {

// Without a newline. Every field is always there, in the same order; what is not known is null.
// Strings from the peer are escaped by escape_foreign(), then as JSON.
std::string report_json(const Report& report);

}  // namespace veilwire::probe

// What a peer is told, in the log, that was not admitted: with the setting that says so.
#pragma once

#include <string_view>

#include "veilwire/limits/admission.h"

namespace veilwire::proxy {

// A sentence without its full stop; empty for kAdmitted.
std::string_view admission_text(limits::Admittance admittance);

}  // namespace veilwire::proxy

// Why a peer was not admitted, in words that name the limit to raise.
#pragma once

#include <string_view>

#include "veilwire/base/ip_address.h"
#include "veilwire/limits/admission.h"

namespace veilwire::proxy {

// A sentence without its full stop. REQUIRES: `admittance` is not kAdmitted.
std::string_view admission_text(limits::Admittance admittance, const IpAddress& peer);

}  // namespace veilwire::proxy

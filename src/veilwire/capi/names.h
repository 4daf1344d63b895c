// The C border's enums: their values never change, whatever becomes of the C++ ones.
#pragma once

#include "veilwire/transport/fault.h"
#include "veilwire/transport/transport.h"
#include "veilwire/veilwire.h"

namespace veilwire::capi {

vw_rule to_c(transport::Rule rule);
vw_error to_c(transport::PushError error);
vw_version_kind to_c(transport::Version version);
vw_role to_c(transport::Role role);

}  // namespace veilwire::capi

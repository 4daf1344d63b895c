// Connections that were joined, for tests of those who are told.
#pragma once

#include "veilwire/proxy/report/event.h"

namespace veilwire::proxy::testing {

// `how` of one connection.
inline Joined joined(ConnectionNumber number, Joined how) {
  how.number = number;
  return how;
}

}  // namespace veilwire::proxy::testing

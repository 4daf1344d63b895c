// How a relay or a tunnel ended.
#pragma once

#include "veilwire/net/connection.h"
#include "veilwire/proxy/carriage/side.h"

namespace veilwire::proxy {

struct CarriageEnd {
  Side first = Side::kProgram;  // which side went first
  net::End end{};               // and how
  bool stalled = false;         // it did not go: the other one has not read what it said
};

}  // namespace veilwire::proxy

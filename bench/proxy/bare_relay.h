// The yardstick: accepts, dials, and copies bytes between the two with 64 KiB buffers. It looks at
// nothing, so what it costs is what any relay in user space must cost.
#pragma once

#include "sockets.h"

namespace veilwire::bench {

// Serves until the process ends.
[[noreturn]] void run_bare_relay(const Socket& listener, const Place& target);

}  // namespace veilwire::bench

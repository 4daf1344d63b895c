// Says back what it hears, over version 2, on so many threads.
#pragma once

#include "sockets.h"

namespace veilwire::bench {

// Serves until the process ends.
[[noreturn]] void run_echo_server(const Place& at, unsigned threads);

}  // namespace veilwire::bench

// The machine that a figure belongs to.
#pragma once

#include <string>

namespace veilwire::app {

// As the system calls it; "unknown" where it does not say.
std::string cpu_name();

// Keeps this process, and those that it starts, on the core where it runs now. False where the
// system refuses.
[[nodiscard]] bool stay_on_one_core();

}  // namespace veilwire::app

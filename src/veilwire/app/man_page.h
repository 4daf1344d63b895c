// A command as a manual page.
#pragma once

#include <string>

#include "veilwire/app/command_pages.h"

namespace veilwire::app {

// Of section 1, in the man macros of groff.
std::string man_page(const CommandPage& command);

}  // namespace veilwire::app

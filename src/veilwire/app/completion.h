// What shells complete after "veilwire": a script for each.
#pragma once

#include <cstdint>
#include <string>

#include "veilwire/app/command_pages.h"

namespace veilwire::app {

enum class Shell : std::uint8_t { kBash, kZsh, kFish };

// `program` with its subcommands. Options, commands, sets of values and file names are completed.
std::string completion(const CommandPage& program, Shell shell);

}  // namespace veilwire::app

// The proxy's settings as a TOML file. The keys are those of settings_table(): at the top of the
// file, or in the tables [log] and [limits]; [policies] and [map] have keys of the operator's own.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "veilwire/proxy/settings/settings.h"

namespace veilwire::proxy {

// All mistakes, in the order of the file, each "FILE:LINE:COLUMN: " and a sentence without its full
// stop. What does not fit together is left to contradictions(), since the command line may still
// add to it.
std::expected<Settings, std::vector<std::string>> parse_settings(std::string_view toml,
                                                                 std::string_view file_name);
std::expected<Settings, std::vector<std::string>> read_settings_file(const std::string& path);

}  // namespace veilwire::proxy

// Text as a JSON string.
#pragma once

#include <string>
#include <string_view>

namespace veilwire::app {

// With its quotation marks; what JSON forbids bare is escaped. `text` is UTF-8 or plain ASCII.
std::string json_string(std::string_view text);

}  // namespace veilwire::app

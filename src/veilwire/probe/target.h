// What to probe: hosts from the command line, from a file or from standard input.
#pragma once

#include <expected>
#include <istream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "veilwire/base/endpoint.h"

namespace veilwire::probe {

struct Target {
  std::string text;  // as it was given
  Endpoint endpoint;

  friend bool operator==(const Target&, const Target&) = default;
};

// Each error is a sentence without its full stop, and what it cites is escaped.
std::expected<Target, std::string> parse_target(std::string_view text, std::uint16_t default_port);
std::expected<std::vector<Target>, std::string> parse_targets(std::span<const std::string> texts,
                                                              std::uint16_t default_port);

// One target a line. Blank lines, and all from a '#' on, are left out. A mistake is told with
// `source_name` and the line's number: "peers.txt, line 3: ...".
std::expected<std::vector<Target>, std::string> read_targets(std::istream& lines,
                                                             std::string_view source_name,
                                                             std::uint16_t default_port);

}  // namespace veilwire::probe

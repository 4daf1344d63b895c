// Who called whom.
#pragma once

#include <cstdint>
#include <string_view>

namespace veilwire::protocol {

enum class Direction : std::uint8_t {
  kOutbound,  // we dialled
  kInbound,   // they did
};

// A stable name for logs, metrics and JSON: "outbound", "inbound".
constexpr std::string_view direction_name(Direction direction) {
  return direction == Direction::kOutbound ? "outbound" : "inbound";
}

}  // namespace veilwire::protocol

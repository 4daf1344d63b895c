// The two ends that are carried between.
#pragma once

#include <cstdint>

namespace veilwire::proxy {

// The program that we serve, and its peer.
enum class Side : std::uint8_t { kProgram, kPeer };

constexpr Side other(Side side) { return side == Side::kProgram ? Side::kPeer : Side::kProgram; }

}  // namespace veilwire::proxy

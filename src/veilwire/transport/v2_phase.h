// Everything that moves the receiving side of a version 2 connection from phase to phase. Private
// to the library.
#pragma once

#include <array>
#include <cstdint>

namespace veilwire::transport {

// What is to arrive next.
enum class Phase : std::uint8_t {
  kKey,          // 64 bytes of ElligatorSwift
  kGarbage,      // up to 4095 bytes, then the terminator
  kVersion,      // packets: decoys, then the version packet
  kApplication,  // packets: messages and decoys, for ever
};

// What has arrived. From kDecoy on, a packet.
enum class Arrival : std::uint8_t {
  kPart,  // all the input, and it completed nothing
  kKey,
  kTerminator,
  kDecoy,
  kVersionPacket,
  kMessage,
};

constexpr bool is_packet(Arrival arrival) { return arrival >= Arrival::kDecoy; }

struct Transition {
  Phase from;
  Arrival on;
  Phase to;
};

// An arrival that is not listed leaves the phase as it is.
inline constexpr std::array kTransitions = std::to_array<Transition>({
    {Phase::kKey, Arrival::kKey, Phase::kGarbage},
    {Phase::kGarbage, Arrival::kTerminator, Phase::kVersion},
    {Phase::kVersion, Arrival::kVersionPacket, Phase::kApplication},
});

constexpr Phase next_phase(Phase from, Arrival on) {
  for (const Transition& transition : kTransitions) {
    if (transition.from == from && transition.on == on) return transition.to;
  }
  return from;
}

}  // namespace veilwire::transport

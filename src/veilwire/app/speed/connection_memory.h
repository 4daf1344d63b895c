// What a connection occupies, by its own account and by the allocator's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace veilwire::app {

enum class ConnectionState : std::uint8_t {
  kIdle,         // established, without traffic for kIdleRelease
  kBusy,         // established, 40 pings each way a moment ago, nothing waiting
  kHandshaking,  // both keys known, garbage of the greatest length sent and received
};

struct ConnectionMemory {
  std::size_t told_bytes;  // the largest info().memory_bytes
  // What the heap shrinks by when one goes, on average over many; nothing where the allocator does
  // not say.
  std::optional<std::size_t> heap_bytes;
};

// Of the larger of both sides. Throws std::runtime_error where the connections cannot be brought
// into that state.
ConnectionMemory measure_connection_memory(ConnectionState state);

}  // namespace veilwire::app

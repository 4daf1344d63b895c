// An entry of the book, as it lies there.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "veilwire/addr/known_address.h"
#include "veilwire/addr/placement.h"
#include "veilwire/addr/seconds32.h"

namespace veilwire::addr {

// Two lines of a cache: what a choice looks at is in the first.
struct alignas(64) Entry {
  enum class State : std::uint8_t { kFree, kNew, kTried };

  std::uint64_t hash = 0;  // Placement::hash_of(endpoint)
  protocol::Services services = protocol::kNodeNone;
  Seconds32 time{};
  Seconds32 last_try{};
  Seconds32 last_success{};
  Seconds32 last_counted_failure{};
  // The first `new_places` are those in the new table.
  std::array<Slot, kMaxNewPlaces> new_slots{};
  State state = State::kFree;
  std::uint8_t failures = 0;
  std::uint8_t new_places = 0;
  // Of the new table, and waits for the test of the entry in its place of the tried table.
  bool is_pending = false;
  wire::NetEndpoint endpoint{};
  wire::NetAddress source{};

  wire::NetworkId network() const { return endpoint.address.network(); }
  std::span<const Slot> slots() const { return std::span(new_slots).first(new_places); }
};

static_assert(sizeof(Entry) == 128);

// When an address was seen of which a peer says `said`, any number: five days ago where that makes no
// sense.
Seconds32 plausible_time(UnixTime said, Seconds32 now);

// Not worth keeping or passing on: not seen for the horizon, from the future, or tried in vain. Never
// what was tried within the last minute.
bool is_terrible(const Entry& entry, Seconds32 now);

// How likely an entry is taken when it is picked, in parts of kCertain: 0.66 for each failure, eight
// at most, and a hundredth of that for what was tried within ten minutes.
inline constexpr std::uint32_t kCertain = 1u << 30;
std::uint32_t chance_of(const Entry& entry, Seconds32 now);

KnownAddress known(const Entry& entry);

}  // namespace veilwire::addr

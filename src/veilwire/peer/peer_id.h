// Which of a node's peers.
#pragma once

#include <compare>
#include <cstdint>

namespace veilwire::peer {

// Counted up as connections come: never given twice, and the lower one came first.
class PeerId {
 public:
  constexpr PeerId() = default;
  static constexpr PeerId of(std::uint64_t value) {
    PeerId id;
    id.value_ = value;
    return id;
  }

  constexpr std::uint64_t value() const { return value_; }

  friend constexpr auto operator<=>(PeerId, PeerId) = default;

 private:
  std::uint64_t value_ = 0;
};

}  // namespace veilwire::peer

// The nonces of the `version` messages that we have under way, by which a connection to oneself is
// noticed.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <expected>

#include "veilwire/base/entropy.h"

namespace veilwire::peer {

// Outbound handshakes under way at once whose nonces are known. A node has some ten; 8 KiB for each
// process. Whoever dials more than that at once does not notice the connections to itself among the
// rest, which then just are two connections.
inline constexpr std::size_t kMaxNonces = 1024;

// Shared by all sessions of a process; safe to use from several threads, and takes no lock. Holds
// one nonce for each outbound session whose handshake is not done: only who was dialled can see a
// nonce of ours in a `version` that we have not answered.
class Nonces {
 public:
  // REQUIRES: nonce != 0.
  void add(std::uint64_t nonce);
  // Once for each add(); does nothing where there is none.
  void remove(std::uint64_t nonce);
  bool contains(std::uint64_t nonce) const;

 private:
  // A free place is zero. Two sessions that draw the same number (from the same seed, say) each have
  // a place of their own.
  std::array<std::atomic<std::uint64_t>, kMaxNonces> places_{};
};

// A number that nobody can predict, never zero: in `version` zero is what a peer has that sends
// none, in `pong` it is what faulty peers answer to anything.
std::expected<std::uint64_t, EntropyFailure> draw_nonce(Entropy& entropy);

}  // namespace veilwire::peer

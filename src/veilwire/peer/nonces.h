// The nonces of the `version` messages that we have under way, by which a connection to oneself is
// noticed.
#pragma once

#include <cstdint>
#include <expected>
#include <mutex>
#include <unordered_set>

#include "veilwire/base/entropy.h"

namespace veilwire::peer {

// Shared by all sessions of a process; safe to use from several threads. Holds one nonce for each
// outbound session whose handshake is not done, so that it is bounded by the connections: only who
// was dialled can see a nonce of ours in a `version` that we have not answered.
class Nonces {
 public:
  void add(std::uint64_t nonce);
  // Once for each add(); does nothing where there is none.
  void remove(std::uint64_t nonce);
  bool contains(std::uint64_t nonce) const;

 private:
  mutable std::mutex mutex_;
  // A multiset: two sessions that draw the same number (from the same seed, say) each hold their
  // own.
  std::unordered_multiset<std::uint64_t> nonces_;
};

// A number that nobody can predict, never zero: in `version` zero is what a peer has that sends
// none, in `pong` it is what faulty peers answer to anything.
std::expected<std::uint64_t, EntropyFailure> draw_nonce(Entropy& entropy);

}  // namespace veilwire::peer

// Which inbound peer goes when a new one comes and all places are taken.
//
// An attacker can open as many connections as he likes; what he cannot have as easily is what a peer
// has earned. So peers are protected by marks that are costly in different ways, a few by each, and
// of those that are left half by how long they have been connected. Only then comes the choice,
// which falls on the network that has most connections left: a flood from one place drives out itself.
//
// Bounds: whoever is best by every mark at once gets 28 places by them. He can never drive out those
// of the rest that have been connected longest, half of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "veilwire/base/time.h"
#include "veilwire/peer/peer_id.h"

namespace veilwire::links {

// What a peer reaches us through, as far as it decides. Peers of all but the first have long ways or few
// companions, so that they would lose by ping and network group. Where two of those networks have as many
// peers, the one named first is served first.
enum class CandidateNetwork : std::uint8_t {
  kClear,  // IPv4 and IPv6
  kCjdns,
  kI2p,
  kLocal,
  kOnion,  // also where our own Tor makes its address look local
};

enum class CandidateKind : std::uint8_t {
  kInbound,
  kInboundForLife,  // one that its operator has promised a place (the permission "noban")
  kOutbound,
};

struct EvictionCandidate {
  static constexpr TimePoint kNever = TimePoint::min();

  peer::PeerId id{};
  // Of its network group, by a keyed hash: nobody else can tell which groups have the highest.
  std::uint64_t keyed_group = 0;
  TimePoint connected{};
  Duration lowest_ping = Duration::max();  // where there was none yet
  TimePoint last_block = kNever;           // it was the first to send us one that we took
  TimePoint last_transaction = kNever;
  CandidateNetwork network = CandidateNetwork::kClear;
  CandidateKind kind = CandidateKind::kInbound;
  bool relays_transactions = true;
  bool has_bloom_filter = false;
  bool is_discouraged = false;
};

// As Bitcoin Core has them.
struct EvictionPlaces {
  std::size_t by_group = 4;
  std::size_t by_ping = 8;
  std::size_t by_transaction = 4;
  std::size_t by_block_without_transactions = 8;  // of peers that relay blocks only
  std::size_t by_block = 4;
};
inline constexpr EvictionPlaces kEvictionPlaces{};

// Nothing where everybody is protected. Where peers are equal by a mark, the one connected longer is
// better, then the lower id, so that the order of the list does not matter.
std::optional<peer::PeerId> peer_to_evict(std::span<const EvictionCandidate> candidates);

}  // namespace veilwire::links

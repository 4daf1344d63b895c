// One side of a handshake, from its construction to its Established event, beside the calls of
// libsecp256k1 that it cannot do without. Entropy is given and there is no garbage: what is
// measured is the handshake, not the generator of random numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "veilwire/app/speed/interleaved.h"

namespace veilwire::app {

enum class HandshakeRole : std::uint8_t {
  kInitiator,
  kResponder,
  kResponderReadyKeys,  // its key was made before; only the exchange remains
};

inline constexpr HandshakeRole kHandshakeRoles[] = {
    HandshakeRole::kInitiator, HandshakeRole::kResponder, HandshakeRole::kResponderReadyKeys};

std::string_view role_name(HandshakeRole role);  // "initiator", ..., "responder_ready_keys"

// V2Transport, or Responder, against a recorded other side.
std::unique_ptr<Contestant> our_handshake(HandshakeRole role);
// ellswift_create and ellswift_xdh with the same keys; for ready keys the second alone.
std::unique_ptr<Contestant> bare_handshake(HandshakeRole role);

}  // namespace veilwire::app

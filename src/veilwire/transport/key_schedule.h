// From the shared secret of two ElligatorSwift keys to everything that a connection is keyed with
// (BIP 324, "Keys and session ID derivation"). Private to the library.
#pragma once

#include "veilwire/base/secret.h"
#include "veilwire/protocol/magic.h"
#include "veilwire/transport/limits.h"
#include "veilwire/transport/packet_cipher.h"

namespace veilwire::transport {

// Wipes itself. Nothing here is public yet: a terminator becomes so when it is sent, the session id
// when the peer has proved that it has the same.
struct ConnectionKeys {
  DirectionKeys initiator;
  DirectionKeys responder;
  Secret<kGarbageTerminatorBytes> initiator_terminator;
  Secret<kGarbageTerminatorBytes> responder_terminator;
  Secret<kSessionIdBytes> session_id;
};

// Constant time in the secret.
ConnectionKeys derive_keys(const Secret<32>& shared_secret, const protocol::Magic& magic);

}  // namespace veilwire::transport

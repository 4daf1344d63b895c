// How the two ends learn of each other through us: `version` names addresses of the connection it
// travels on, and there are two connections.
//
// In `version`, where S is its sender and R who receives it:
//
//                        to the peer                            to the program
//   services             NODE_P2P_V2 added where we serve       as the peer says
//                        version 2 for the program
//   addr_recv (R, as     the peer's own address; without one    as the peer says; the external
//   S sees it)           what the program says, but zeros for   address where the peer says none
//                        a local one, which is ours             or a local one
//   addr_from (S)        zeros stay (Core writes nothing else); the peer's own address; without
//                        to a peer without an address zeros,    one as the peer says
//                        since the way there may hide us; else
//                        the external address, or zeros for a
//                        local one
//
// A local address is one with IpAddress::is_internal(): to the far end it means nothing, and it tells
// what our network looks like. And in what the program announces (`addr`, `addrv2`) NODE_P2P_V2 is
// added to the entries of exactly the external address and port.
//
// All else passes byte for byte, trailing bytes too.
#pragma once

#include <cstdint>
#include <optional>

#include "veilwire/base/bytes.h"
#include "veilwire/protocol/message_kind.h"
#include "veilwire/wire/net_endpoint.h"

namespace veilwire::proxy {

struct Ends {
  // The other end of our connection with the peer. Nothing where another proxy lies between: it
  // hides who is there, or us. A loopback address (from where the peers of an onion service arrive)
  // counts as nothing.
  std::optional<wire::NetEndpoint> peer{};
  // Where the network reaches the program through us, with version 2.
  std::optional<wire::NetEndpoint> external{};
};

enum class Leg : std::uint8_t { kToPeer, kToProgram };

// The payload to pass on instead, or nothing where it passes as it is: what cannot be read is the
// receiver's to judge.
std::optional<Bytes> introduce(Leg leg, protocol::MessageKind kind, ByteView payload,
                               const Ends& ends);

}  // namespace veilwire::proxy

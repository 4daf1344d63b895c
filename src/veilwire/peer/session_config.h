// How a process converses: what it always says of itself, and its times. One for all its sessions;
// what changes from day to day is asked for (own_facts.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "veilwire/base/time.h"
#include "veilwire/protocol/direction.h"
#include "veilwire/protocol/version.h"
#include "veilwire/wire/negotiation.h"

namespace veilwire::peer {

// -- What peers expect (Bitcoin Core) -------------------------------------------------------------

inline constexpr Duration kHandshakeTimeout = std::chrono::seconds(60);
inline constexpr Duration kPingInterval = std::chrono::minutes(2);
inline constexpr Duration kPingTimeout = std::chrono::minutes(20);

// -- Ours -----------------------------------------------------------------------------------------

// Features (BIP 434) remembered of a peer, each of at most 80 + 512 bytes: bounds them at 38 kB.
inline constexpr std::size_t kMaxFeatures = 64;

using protocol::Direction;

using Feature = wire::Feature;

struct SessionConfig {
  std::int32_t protocol_version = protocol::kProtocolVersion;
  std::string user_agent;  // at most 256 bytes, or peers refuse it
  bool relay = false;      // BIP 37: whether transactions may be announced to us at once
  // What we offer between version and verack; wtxidrelay and sendaddrv2 only to peers from 70016
  // on, features only from 70017 on, in this order.
  bool offer_wtxidrelay = true;
  bool offer_addrv2 = true;
  std::vector<Feature> features{};
  // What we say after verack, to peers that are new enough; nothing where unset.
  bool say_sendheaders = false;
  bool say_sendcmpct = false;               // version 2, low bandwidth (BIP 152)
  std::optional<std::int64_t> feefilter{};  // satoshi per 1000 virtual bytes (BIP 133)
  Duration handshake_timeout = kHandshakeTimeout;
  // The first ping goes out with the end of the handshake, as Core's does. Duration::max(): no
  // pings but those that ping() asks for.
  Duration ping_interval = kPingInterval;
  Duration ping_timeout = kPingTimeout;
};

}  // namespace veilwire::peer

// How a process converses: what it always says of itself, and its times. One for all its sessions;
// what changes from day to day is asked for (own_facts.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "veilwire/base/time.h"
#include "veilwire/wire/negotiation.h"
#include "veilwire/wire/services.h"

namespace veilwire::peer {

// -- What peers expect (Bitcoin Core) -------------------------------------------------------------

inline constexpr std::int32_t kProtocolVersion = 70017;
inline constexpr std::int32_t kLowestProtocolVersion = 31800;
inline constexpr Duration kHandshakeTimeout = std::chrono::seconds(60);
inline constexpr Duration kPingInterval = std::chrono::minutes(2);
inline constexpr Duration kPingTimeout = std::chrono::minutes(20);

// From which version on both sides must be, so that one says it.
inline constexpr std::int32_t kPongVersion = 60001;         // BIP 31: after 60000
inline constexpr std::int32_t kSendHeadersVersion = 70012;  // BIP 130
inline constexpr std::int32_t kFeeFilterVersion = 70013;    // BIP 133
inline constexpr std::int32_t kSendCmpctVersion = 70014;    // BIP 152
inline constexpr std::int32_t kWtxidRelayVersion = 70016;   // BIP 339
// BIP 155 names none; Core says it from here on, since older software hung up on unknown messages.
inline constexpr std::int32_t kSendAddrV2Version = 70016;
inline constexpr std::int32_t kFeatureVersion = 70017;  // BIP 434

// -- Ours -----------------------------------------------------------------------------------------

// Features (BIP 434) remembered of a peer, each of at most 80 + 512 bytes: bounds them at 38 kB.
inline constexpr std::size_t kMaxFeatures = 64;

enum class Direction : std::uint8_t { kOutbound, kInbound };

using Feature = wire::Feature;

struct SessionConfig {
  std::int32_t protocol_version = kProtocolVersion;
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

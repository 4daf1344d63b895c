// What a peer has said of itself, and what was measured of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "veilwire/base/time.h"
#include "veilwire/peer/session_config.h"
#include "veilwire/protocol/services.h"

namespace veilwire::peer {

// Strings are as they came: escape them before they are shown.
struct PeerFacts {
  std::int32_t protocol_version = 0;
  protocol::Services services = 0;
  UnixTime unix_time{};  // any value
  std::uint64_t nonce = 0;
  std::string user_agent;  // at most 256 bytes
  std::int32_t start_height = 0;
  bool relay = true;
  bool wtxidrelay = false;
  bool addrv2 = false;
  bool sendheaders = false;
  std::optional<std::uint64_t> compact_block_version{};  // the highest it named in sendcmpct
  bool compact_high_bandwidth = false;                   // the latest it said with that version
  std::optional<std::int64_t> feefilter{};               // the latest within 0 to 21 million coins
  std::optional<std::uint32_t> txrcncl_version{};        // BIP 330
  // In the order in which they came, which says what it prefers (BIP 434, "Feature versioning"). Of
  // an id that comes twice the first stays.
  std::vector<Feature> features{};
  std::optional<Duration> last_round_trip{};
  std::optional<Duration> shortest_round_trip{};
};

}  // namespace veilwire::peer

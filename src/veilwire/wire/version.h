// The first word of both sides, and its acknowledgement.
#pragma once

#include <cstdint>
#include <string>

#include "veilwire/base/time.h"
#include "veilwire/protocol/message_kind.h"
#include "veilwire/protocol/services.h"
#include "veilwire/wire/empty_message.h"
#include "veilwire/wire/legacy_endpoint.h"
#include "veilwire/wire/limits.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

// Very old peers end their `version` early, and peers still accept that: after any of these fields,
// but never within one.
enum class VersionEnd : std::uint8_t { kAddrRecv, kNonce, kUserAgent, kStartHeight, kRelay };

struct Version {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kVersion;

  std::int32_t protocol_version = 0;
  protocol::Services services = protocol::kNodeNone;
  UnixTime unix_time{};        // any value, negative ones too
  LegacyEndpoint addr_recv{};  // the receiver, as the sender sees it
  LegacyEndpoint addr_from{};  // the sender; peers write zeros and read over it
  std::uint64_t nonce = 0;     // random: who reads its own is connected to itself
  std::string user_agent{};    // BIP 14; foreign text, at most kMaxUserAgentBytes
  std::int32_t start_height = 0;
  std::uint8_t relay = 1;  // BIP 37: any value but 0 means yes
  // The last field that is there. Those after it have the values above.
  VersionEnd ends_after = VersionEnd::kRelay;

  // Whether transactions may be announced to the sender before it loads a filter. A peer that does
  // not say so wants them.
  bool wants_transactions() const { return relay != 0; }

  static Version read(Reader& reader);
  void write(Writer& writer) const;

  friend bool operator==(const Version&, const Version&) = default;
};

struct Verack : EmptyMessage<Verack> {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kVerack;
};

}  // namespace veilwire::wire

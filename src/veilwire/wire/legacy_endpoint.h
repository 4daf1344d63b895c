// Where a peer is, in the 26 bytes that `version` and `addr` have carried since the beginning.
#pragma once

#include <array>
#include <cstdint>

#include "veilwire/protocol/services.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

struct LegacyEndpoint {
  static constexpr std::size_t kBytes = 26;

  protocol::Services services = protocol::kNodeNone;
  // IPv6, or IPv4 mapped into it (::ffff:a.b.c.d). NetAddress::from_legacy() tells them apart.
  std::array<std::uint8_t, 16> address{};
  std::uint16_t port = 0;

  static LegacyEndpoint read(Reader& reader);
  void write(Writer& writer) const;

  friend bool operator==(const LegacyEndpoint&, const LegacyEndpoint&) = default;
};

}  // namespace veilwire::wire

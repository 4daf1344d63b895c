#include "veilwire/proxy/carriage/introduction.h"

#include <algorithm>
#include <span>
#include <vector>

#include "veilwire/base/ip_address.h"
#include "veilwire/wire/addr.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/legacy_endpoint.h"
#include "veilwire/wire/version.h"

namespace veilwire::proxy {
namespace {

using wire::LegacyEndpoint;
using wire::NetEndpoint;
using wire::Version;

bool is_internal(const LegacyEndpoint& endpoint) {
  return IpAddress(endpoint.address).is_internal();
}

bool is_zero(const LegacyEndpoint& endpoint) {
  return endpoint.port == 0 && IpAddress(endpoint.address).is_unspecified();
}

// The services beside it are left: they are what its sender knows. Nothing is written of an
// address without a legacy form.
void write_address(LegacyEndpoint& to, const NetEndpoint& from) {
  const auto legacy = from.address.to_legacy();
  if (!legacy) return;
  to.address = *legacy;
  to.port = from.port;
}

void clear_address(LegacyEndpoint& endpoint) {
  endpoint.address = {};
  endpoint.port = 0;
}

std::optional<NetEndpoint> peer_of(const Ends& ends) {
  if (!ends.peer) return std::nullopt;
  const auto legacy = ends.peer->address.to_legacy();
  if (!legacy || IpAddress(*legacy).is_loopback()) return std::nullopt;
  return ends.peer;
}

// Nothing for hidden services: `version` cannot say them.
std::optional<NetEndpoint> external_of(const Ends& ends) {
  if (!ends.external || !ends.external->address.to_legacy()) return std::nullopt;
  return ends.external;
}

void add_v2_service(Version& version) {
  // Core repeats its services beside addr_from.
  if (version.addr_from.services == version.services)
    version.addr_from.services |= protocol::kNodeP2pV2;
  version.services |= protocol::kNodeP2pV2;
}

void introduce_to_peer(Version& version, const Ends& ends) {
  if (ends.external) add_v2_service(version);
  const auto peer = peer_of(ends);
  if (peer) {
    write_address(version.addr_recv, *peer);
  } else if (is_internal(version.addr_recv)) {
    clear_address(version.addr_recv);
  }
  if (is_zero(version.addr_from)) return;
  if (const auto external = external_of(ends); peer && external) {
    write_address(version.addr_from, *external);
  } else if (!peer || ends.external || is_internal(version.addr_from)) {
    // A hidden service does not say where it is, nor who comes through another proxy.
    clear_address(version.addr_from);
  }
}

void introduce_to_program(Version& version, const Ends& ends) {
  if (const auto peer = peer_of(ends)) write_address(version.addr_from, *peer);
  const auto external = external_of(ends);
  if (external && is_internal(version.addr_recv)) write_address(version.addr_recv, *external);
}

std::optional<Bytes> with_bytes_behind(Bytes rewritten, ByteView payload, ByteView behind) {
  rewritten.insert(rewritten.end(), behind.begin(), behind.end());
  if (std::ranges::equal(rewritten, payload)) return std::nullopt;
  return rewritten;
}

std::optional<Bytes> introduce_version(Leg leg, ByteView payload, const Ends& ends) {
  wire::Reader reader(payload);
  Version version = Version::read(reader);
  if (!reader.ok()) return std::nullopt;
  if (leg == Leg::kToPeer) {
    introduce_to_peer(version, ends);
  } else {
    introduce_to_program(version, ends);
  }
  return with_bytes_behind(wire::serialize(version), payload, reader.rest());
}

// M is Addr or AddrV2; `write` writes the entries of its kind.
template <typename M>
std::optional<Bytes> announce(ByteView payload, const NetEndpoint& external,
                              void (*write)(wire::Writer&, std::span<const wire::AddressEntry>)) {
  wire::Reader reader(payload);
  const M message = M::read(reader);
  if (!reader.ok()) return std::nullopt;
  std::vector<wire::AddressEntry> entries;
  bool is_there = false;
  for (const wire::AddressEntry& entry : message.entries) {
    entries.push_back(entry);
    if (!entry.known() || *entry.known() != external.address || entry.port != external.port)
      continue;
    entries.back().services |= protocol::kNodeP2pV2;
    is_there = true;
  }
  if (!is_there) return std::nullopt;
  Bytes rewritten;
  wire::Writer writer(rewritten);
  write(writer, entries);
  return with_bytes_behind(std::move(rewritten), payload, reader.rest());
}

}  // namespace

std::optional<Bytes> introduce(Leg leg, protocol::MessageKind kind, ByteView payload,
                               const Ends& ends) {
  if (kind == Version::kKind) return introduce_version(leg, payload, ends);
  if (leg == Leg::kToProgram || !ends.external) return std::nullopt;
  if (kind == wire::Addr::kKind) {
    return announce<wire::Addr>(payload, *ends.external, wire::write_addr);
  }
  if (kind == wire::AddrV2::kKind) {
    return announce<wire::AddrV2>(payload, *ends.external, wire::write_addrv2);
  }
  return std::nullopt;
}

}  // namespace veilwire::proxy

// Addresses as they are kept: the network's number of BIP 155, then as many bytes as it has; a port
// with its upper byte first.
#pragma once

#include "veilwire/wire/net_endpoint.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::addr {

inline constexpr std::size_t kMinAddressBytes = 1 + 4;
inline constexpr std::size_t kMaxKeptAddressBytes = 1 + 32;

void write_address(wire::Writer& writer, const wire::NetAddress& address);
// kBadValue where the network is not known.
wire::NetAddress read_address(wire::Reader& reader);

void write_endpoint(wire::Writer& writer, const wire::NetEndpoint& endpoint);
wire::NetEndpoint read_endpoint(wire::Reader& reader);

// The same alone: for what is looked up by its bytes.
Bytes bytes_of(const wire::NetAddress& address);
Bytes bytes_of(const wire::NetEndpoint& endpoint);

}  // namespace veilwire::addr

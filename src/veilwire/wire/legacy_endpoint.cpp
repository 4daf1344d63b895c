#include "veilwire/wire/legacy_endpoint.h"

namespace veilwire::wire {

LegacyEndpoint LegacyEndpoint::read(Reader& reader) {
  LegacyEndpoint endpoint;
  endpoint.services = reader.u64();
  endpoint.address = reader.array<16>();
  endpoint.port = reader.u16_big_endian();
  return endpoint;
}

void LegacyEndpoint::write(Writer& writer) const {
  writer.u64(services);
  writer.bytes(address);
  writer.u16_big_endian(port);
}

}  // namespace veilwire::wire

#include "veilwire/addr/address_bytes.h"

namespace veilwire::addr {

void write_address(wire::Writer& writer, const wire::NetAddress& address) {
  writer.u8(static_cast<std::uint8_t>(address.network()));
  writer.bytes(address.bytes());
}

wire::NetAddress read_address(wire::Reader& reader) {
  const std::uint8_t network = reader.u8();
  const auto size = wire::network_address_bytes(network);
  if (!size) reader.fail(wire::PayloadRule::kBadValue);
  const ByteView bytes = reader.bytes(size.value_or(0));
  if (!reader.ok()) return {};
  return wire::NetAddress::from_bytes(static_cast<wire::NetworkId>(network), bytes)
      .value_or(wire::NetAddress());
}

void write_endpoint(wire::Writer& writer, const wire::NetEndpoint& endpoint) {
  write_address(writer, endpoint.address);
  writer.u16_big_endian(endpoint.port);
}

wire::NetEndpoint read_endpoint(wire::Reader& reader) {
  const wire::NetAddress address = read_address(reader);
  return {address, reader.u16_big_endian()};
}

Bytes bytes_of(const wire::NetAddress& address) {
  Bytes bytes;
  wire::Writer writer(bytes);
  write_address(writer, address);
  return bytes;
}

Bytes bytes_of(const wire::NetEndpoint& endpoint) {
  Bytes bytes;
  wire::Writer writer(bytes);
  write_endpoint(writer, endpoint);
  return bytes;
}

}  // namespace veilwire::addr

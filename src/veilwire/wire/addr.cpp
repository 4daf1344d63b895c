#include "veilwire/wire/addr.h"

#include <algorithm>
#include <bit>

#include "veilwire/wire/legacy_endpoint.h"
#include "veilwire/wire/taking.h"

namespace veilwire::wire {
namespace {

std::optional<Ipv6Bytes> legacy_form(const AddressEntry& entry) {
  return entry.known() ? entry.known()->to_legacy() : std::nullopt;
}

std::variant<NetAddress, ForeignAddress> address_of(std::uint8_t network, ByteView bytes) {
  const auto known = NetAddress::from_bytes(static_cast<NetworkId>(network), bytes);
  if (known) return *known;
  return ForeignAddress{network, bytes};
}

bool has_wrong_length(std::uint8_t network, ByteView bytes) {
  if (static_cast<NetworkId>(network) == NetworkId::kTorV2) return false;
  return network_address_bytes(network).value_or(bytes.size()) != bytes.size();
}

struct AddressWriter {
  Writer& writer;

  void operator()(const NetAddress& address) const {
    writer.u8(static_cast<std::uint8_t>(address.network()));
    writer.sized_bytes(address.bytes());
  }
  void operator()(const ForeignAddress& address) const {
    writer.u8(address.network);
    writer.sized_bytes(address.bytes);
  }
};

void write_v2_entry(Writer& writer, const AddressEntry& entry) {
  writer.unix_time32(entry.time);
  writer.compact_size(entry.services);
  std::visit(AddressWriter{writer}, entry.address);
  writer.u16_big_endian(entry.port);
}

}  // namespace

AddrEntry AddrEntry::read(Reader& reader) {
  AddrEntry entry;
  entry.time = reader.unix_time32();
  const LegacyEndpoint endpoint = LegacyEndpoint::read(reader);
  entry.services = endpoint.services;
  entry.address = NetAddress::from_legacy(endpoint.address);
  entry.port = endpoint.port;
  return entry;
}

void AddrEntry::write(Writer& writer) const {
  writer.unix_time32(time);
  LegacyEndpoint{services, legacy_form(*this).value_or(Ipv6Bytes{}), port}.write(writer);
}

AddrV2Entry AddrV2Entry::read(Reader& reader) {
  AddrV2Entry entry;
  entry.time = reader.unix_time32();
  entry.services = reader.compact_size();
  const std::uint8_t network = reader.u8();
  const ByteView bytes = reader.sized_bytes(kMaxAddressBytes);
  if (reader.ok() && has_wrong_length(network, bytes)) reader.fail(PayloadRule::kBadValue);
  entry.address = address_of(network, bytes);
  entry.port = reader.u16_big_endian();
  return entry;
}

AddrV2Entry AddrV2Entry::take(const std::uint8_t*& at) {
  AddrV2Entry entry;
  entry.time = from_unix_seconds(take_integer<std::uint32_t>(at));
  entry.services = take_compact_size(at);
  const std::uint8_t network = *at++;
  entry.address = address_of(network, take_sized_bytes(at));
  entry.port = std::byteswap(take_integer<std::uint16_t>(at));
  return entry;
}

void AddrV2Entry::write(Writer& writer) const { write_v2_entry(writer, *this); }

AddrV2 AddrV2::read(Reader& reader) {
  const std::size_t count = reader.count(kMaxAddresses, AddrV2Entry::kMinBytes);
  const std::uint8_t* begin = reader.position();
  for (std::size_t i = 0; i < count && reader.ok(); ++i) (void)AddrV2Entry::read(reader);
  return reader.ok() ? AddrV2{{begin, count}} : AddrV2{};
}

void AddrV2::write(Writer& writer) const {
  writer.compact_size(entries.size());
  for (const AddrV2Entry& entry : entries) entry.write(writer);
}

void write_addr(Writer& writer, std::span<const AddressEntry> entries) {
  const auto fits = [](const AddressEntry& entry) { return legacy_form(entry).has_value(); };
  writer.compact_size(static_cast<std::uint64_t>(std::ranges::count_if(entries, fits)));
  for (const AddressEntry& entry : entries) {
    if (fits(entry)) AddrEntry{entry}.write(writer);
  }
}

void write_addrv2(Writer& writer, std::span<const AddressEntry> entries) {
  writer.compact_size(entries.size());
  for (const AddressEntry& entry : entries) write_v2_entry(writer, entry);
}

}  // namespace veilwire::wire

// Addresses of nodes, passed on from peer to peer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "veilwire/base/bytes.h"
#include "veilwire/base/time.h"
#include "veilwire/protocol/message_kind.h"
#include "veilwire/protocol/services.h"
#include "veilwire/wire/empty_message.h"
#include "veilwire/wire/item_range.h"
#include "veilwire/wire/limits.h"
#include "veilwire/wire/net_address.h"
#include "veilwire/wire/packed_list.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

// An address of a network that nobody here knows: carried, never dialled. Points into the payload.
struct ForeignAddress {
  std::uint8_t network = 0;  // BIP 155's number
  ByteView bytes;            // at most kMaxAddressBytes
};

struct AddressEntry {
  UnixTime time{};  // within 32 bits: when it was last seen, as the sender has it
  protocol::Services services = protocol::kNodeNone;
  std::variant<NetAddress, ForeignAddress> address;
  std::uint16_t port = 0;

  // Nothing for a foreign one.
  const NetAddress* known() const { return std::get_if<NetAddress>(&address); }
};

// An entry of `addr`.
struct AddrEntry : AddressEntry {
  static constexpr std::size_t kBytes = 30;

  static AddrEntry read(Reader& reader);
  // REQUIRES: an address that has a legacy form.
  void write(Writer& writer) const;
};

// An entry of `addrv2`. An address of a known network that has not its length is kBadValue, as
// peers have it; Tor v2, which most have forgotten, is then a foreign one. Over kMaxAddressBytes is
// kTooLong.
struct AddrV2Entry : AddressEntry {
  static constexpr std::size_t kMinBytes = 9;

  static AddrV2Entry read(Reader& reader);
  static AddrV2Entry take(const std::uint8_t*& at);
  void write(Writer& writer) const;
};

// Points into the payload; an entry is decoded each time it is looked at.
struct Addr {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kAddr;

  PackedList<AddrEntry> entries;  // at most kMaxAddresses

  static Addr read(Reader& reader) { return {PackedList<AddrEntry>::read(reader, kMaxAddresses)}; }
  void write(Writer& writer) const { entries.write(writer); }
};

// The same with addresses of all networks (BIP 155).
struct AddrV2 {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kAddrV2;

  ItemRange<AddrV2Entry> entries;  // at most kMaxAddresses

  static AddrV2 read(Reader& reader);
  void write(Writer& writer) const;
};

// The messages made of entries of our own. REQUIRES: at most kMaxAddresses. write_addr() leaves out
// those without a legacy form.
void write_addr(Writer& writer, std::span<const AddressEntry> entries);
void write_addrv2(Writer& writer, std::span<const AddressEntry> entries);

// Asks for them.
struct GetAddr : EmptyMessage<GetAddr> {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kGetAddr;
};

}  // namespace veilwire::wire

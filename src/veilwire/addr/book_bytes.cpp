#include "veilwire/addr/book_bytes.h"

#include <utility>

#include "veilwire/addr/address_bytes.h"

namespace veilwire::addr {
namespace {

// Endpoint and source; services; three times; failures; state and places, of which there may be none.
constexpr std::size_t kMinEntryBytes = 2 * kMinAddressBytes + 2 + 8 + 3 * 4 + 1 + 1;
static_assert(2 * kMaxKeptAddressBytes + 2 + 8 + 3 * 4 + 1 + 1 + 2 * kMaxNewPlaces <= 110);

constexpr std::uint8_t kIsTried = 0x80;  // in the byte that counts places of the new table

void write_time(wire::Writer& writer, Seconds32 time) { writer.unix_time32(time.time()); }
Seconds32 read_time(wire::Reader& reader) { return Seconds32::of(reader.unix_time32()); }

void write_figures(wire::Writer& writer, const BookFigures& figures) {
  writer.u32(figures.new_buckets);
  writer.u32(figures.tried_buckets);
  writer.u32(figures.new_buckets_per_source_group);
  writer.u32(figures.tried_buckets_per_group);
  writer.u32(figures.new_places_per_address);
}

BookFigures read_figures(wire::Reader& reader) {
  BookFigures figures;
  figures.new_buckets = reader.u32();
  figures.tried_buckets = reader.u32();
  figures.new_buckets_per_source_group = reader.u32();
  figures.tried_buckets_per_group = reader.u32();
  figures.new_places_per_address = reader.u32();
  return figures;
}

void write_entry(wire::Writer& writer, const Entry& entry) {
  write_endpoint(writer, entry.endpoint);
  write_address(writer, entry.source);
  writer.u64(entry.services);
  write_time(writer, entry.time);
  write_time(writer, entry.last_try);
  write_time(writer, entry.last_success);
  writer.u8(entry.failures);
  const bool is_tried = entry.state == Entry::State::kTried;
  writer.u8(is_tried ? kIsTried : entry.new_places);
  for (const Slot slot : entry.slots()) writer.u16(static_cast<std::uint16_t>(slot.bucket()));
}

Entry read_entry(wire::Reader& reader) {
  Entry entry;
  entry.endpoint = read_endpoint(reader);
  entry.source = read_address(reader);
  entry.services = reader.u64();
  entry.time = read_time(reader);
  entry.last_try = read_time(reader);
  entry.last_success = read_time(reader);
  entry.failures = reader.u8();
  const std::uint8_t places = reader.u8();
  entry.state = places == kIsTried ? Entry::State::kTried : Entry::State::kNew;
  if (places == kIsTried) return entry;
  if (places > kMaxNewPlaces) reader.fail(wire::PayloadRule::kBadValue);
  for (std::uint8_t i = 0; reader.ok() && i < places; ++i) {
    const std::uint16_t bucket = reader.u16();
    if (bucket >= kMaxBuckets) reader.fail(wire::PayloadRule::kBadValue);
    if (reader.ok()) entry.new_slots[entry.new_places++] = Slot::of(bucket, 0);
  }
  return entry;
}

}  // namespace

Bytes book_bytes(const AddressBook& book, const protocol::Magic& network) {
  Bytes contents;
  wire::Writer writer(contents);
  writer.u64(book.key().k0);
  writer.u64(book.key().k1);
  write_figures(writer, book.figures());
  writer.bytes(book.groups().map_hash());
  writer.compact_size(book.size());
  book.for_each([&](const Entry& entry) { write_entry(writer, entry); });
  return seal_kept(kBookKind, network, contents);
}

std::expected<AddressBook, KeptRule> parse_book(ByteView bytes, const protocol::Magic& network,
                                                const BookFigures& figures, Groups groups) {
  const auto contents = open_kept(kBookKind, network, bytes);
  if (!contents) return std::unexpected(contents.error());
  wire::Reader reader(*contents);
  crypto::SipKey key;
  key.k0 = reader.u64();
  key.k1 = reader.u64();
  const bool has_same_figures = read_figures(reader) == figures;
  const bool has_same_map = reader.array<Hash256{}.size()>() == groups.map_hash();
  AddressBook book(figures, std::move(groups), key);
  for (auto left = reader.count(kMaxKeptAddresses, kMinEntryBytes); left > 0; --left) {
    Entry entry = read_entry(reader);
    if (!reader.ok()) break;
    if (!has_same_figures || !has_same_map) entry.new_places = 0;
    book.restore(entry);
  }
  if (!reader.ok() || reader.left() > 0) return std::unexpected(KeptRule::kBadContents);
  return book;
}

}  // namespace veilwire::addr

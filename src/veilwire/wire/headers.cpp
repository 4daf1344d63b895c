#include "veilwire/wire/headers.h"

#include "veilwire/wire/taking.h"

namespace veilwire::wire {

Locator Locator::read(Reader& reader) {
  Locator locator;
  locator.version = reader.u32();
  locator.hashes.resize(reader.count(kMaxLocatorHashes, sizeof(Hash256)));
  for (Hash256& hash : locator.hashes) hash = reader.array<32>();
  locator.stop = reader.array<32>();
  return locator;
}

void Locator::write(Writer& writer) const {
  writer.u32(version);
  writer.compact_size(hashes.size());
  for (const Hash256& hash : hashes) writer.bytes(hash);
  writer.bytes(stop);
}

CountedHeader CountedHeader::take(const std::uint8_t*& at) {
  CountedHeader item;
  Reader reader(take_bytes(at, BlockHeader::kBytes));
  item.header = BlockHeader::read(reader);
  item.transaction_count = take_compact_size(at);
  return item;
}

Headers Headers::read(Reader& reader) {
  Headers headers;
  headers.count_ = reader.count(kMaxHeaders, CountedHeader::kMinBytes);
  const std::uint8_t* begin = reader.position();
  for (std::size_t i = 0; i < headers.count_; ++i) {
    reader.bytes(BlockHeader::kBytes);
    reader.compact_size();
  }
  if (reader.ok())
    headers.bytes_ = {begin, reader.position()};
  else
    headers.count_ = 0;
  return headers;
}

void Headers::write(Writer& writer) const {
  writer.compact_size(count_);
  writer.bytes(bytes_);
}

void write_headers(Writer& writer, std::span<const BlockHeader> headers) {
  writer.compact_size(headers.size());
  for (const BlockHeader& header : headers) {
    header.write(writer);
    writer.compact_size(0);
  }
}

}  // namespace veilwire::wire

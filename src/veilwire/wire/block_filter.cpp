#include "veilwire/wire/block_filter.h"

namespace veilwire::wire {

FilterSpan FilterSpan::read(Reader& reader) {
  FilterSpan span;
  span.filter_type = reader.u8();
  span.start_height = reader.u32();
  span.stop = reader.array<32>();
  return span;
}

void FilterSpan::write(Writer& writer) const {
  writer.u8(filter_type);
  writer.u32(start_height);
  writer.bytes(stop);
}

CFilter CFilter::read(Reader& reader) {
  CFilter message;
  message.filter_type = reader.u8();
  message.block = reader.array<32>();
  message.filter = reader.sized_bytes(kMaxBlockFilterBytes);
  return message;
}

void CFilter::write(Writer& writer) const {
  writer.u8(filter_type);
  writer.bytes(block);
  writer.sized_bytes(filter);
}

CFHeaders CFHeaders::read(Reader& reader) {
  CFHeaders message;
  message.filter_type = reader.u8();
  message.stop = reader.array<32>();
  message.previous_header = reader.array<32>();
  message.filter_hashes = PackedList<Hash256>::read(reader, kMaxFilterHeaders);
  return message;
}

void CFHeaders::write(Writer& writer) const {
  writer.u8(filter_type);
  writer.bytes(stop);
  writer.bytes(previous_header);
  filter_hashes.write(writer);
}

GetCFCheckpoints GetCFCheckpoints::read(Reader& reader) {
  GetCFCheckpoints message;
  message.filter_type = reader.u8();
  message.stop = reader.array<32>();
  return message;
}

void GetCFCheckpoints::write(Writer& writer) const {
  writer.u8(filter_type);
  writer.bytes(stop);
}

CFCheckpoints CFCheckpoints::read(Reader& reader) {
  CFCheckpoints message;
  message.filter_type = reader.u8();
  message.stop = reader.array<32>();
  message.filter_headers = PackedList<Hash256>::read(reader, kMaxFilterCheckpoints);
  return message;
}

void CFCheckpoints::write(Writer& writer) const {
  writer.u8(filter_type);
  writer.bytes(stop);
  filter_headers.write(writer);
}

}  // namespace veilwire::wire

#include "veilwire/wire/negotiation.h"

#include "veilwire/wire/text_bytes.h"

namespace veilwire::wire {

SendCompact SendCompact::read(Reader& reader) {
  SendCompact message;
  message.announce = reader.u8();
  message.version = reader.u64();
  return message;
}

void SendCompact::write(Writer& writer) const {
  writer.u8(announce);
  writer.u64(version);
}

FeeFilter FeeFilter::read(Reader& reader) { return {reader.i64()}; }

void FeeFilter::write(Writer& writer) const { writer.i64(fee_rate); }

Feature Feature::read(Reader& reader) {
  Feature feature;
  feature.id = text_of(reader.sized_bytes(kMaxFeatureIdBytes));
  if (reader.ok() && feature.id.size() < kMinFeatureIdBytes) reader.fail(PayloadRule::kBadValue);
  const ByteView data = reader.sized_bytes(kMaxFeatureDataBytes);
  feature.data.assign(data.begin(), data.end());
  return feature;
}

void Feature::write(Writer& writer) const {
  writer.sized_bytes(bytes_of(id));
  writer.sized_bytes(data);
}

SendTxReconciliation SendTxReconciliation::read(Reader& reader) {
  SendTxReconciliation message;
  message.version = reader.u32();
  message.salt = reader.u64();
  return message;
}

void SendTxReconciliation::write(Writer& writer) const {
  writer.u32(version);
  writer.u64(salt);
}

}  // namespace veilwire::wire

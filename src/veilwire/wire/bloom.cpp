#include "veilwire/wire/bloom.h"

namespace veilwire::wire {

FilterLoad FilterLoad::read(Reader& reader) {
  FilterLoad message;
  message.filter = reader.sized_bytes(kMaxBloomFilterBytes);
  message.hash_functions = reader.u32();
  if (message.hash_functions > kMaxBloomHashFunctions) reader.fail(PayloadRule::kTooMany);
  message.tweak = reader.u32();
  message.flags = reader.u8();
  return message;
}

void FilterLoad::write(Writer& writer) const {
  writer.sized_bytes(filter);
  writer.u32(hash_functions);
  writer.u32(tweak);
  writer.u8(flags);
}

MerkleBlock MerkleBlock::read(Reader& reader) {
  MerkleBlock block;
  block.header = BlockHeader::read(reader);
  block.transaction_count = reader.u32();
  if (block.transaction_count > kMaxBlockTransactions) reader.fail(PayloadRule::kTooMany);
  block.hashes = PackedList<Hash256>::read(reader, block.transaction_count);
  block.flags = reader.sized_bytes(kMaxMerkleFlagBytes);
  return block;
}

void MerkleBlock::write(Writer& writer) const {
  header.write(writer);
  writer.u32(transaction_count);
  hashes.write(writer);
  writer.sized_bytes(flags);
}

}  // namespace veilwire::wire

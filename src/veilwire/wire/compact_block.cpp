#include "veilwire/wire/compact_block.h"

namespace veilwire::wire {
namespace {

constexpr std::uint64_t kMaxIndex = 0xffff;

// Indexes that rise travel as their distance to the one before, less one.
class IndexReader {
 public:
  explicit IndexReader(Reader& reader) : reader_(reader) {}

  std::uint16_t next() {
    const std::uint64_t distance = reader_.compact_size();
    if (distance > kMaxIndex || least_ + distance > kMaxIndex) {
      reader_.fail(PayloadRule::kBadIndex);
      return 0;
    }
    const std::uint64_t index = least_ + distance;
    least_ = index + 1;
    return static_cast<std::uint16_t>(index);
  }

 private:
  Reader& reader_;
  std::uint64_t least_ = 0;  // what the next index is at least
};

class IndexWriter {
 public:
  explicit IndexWriter(Writer& writer) : writer_(writer) {}

  void next(std::uint16_t index) {
    writer_.compact_size(index - least_);
    least_ = index + std::uint64_t{1};
  }

 private:
  Writer& writer_;
  std::uint64_t least_ = 0;
};

void read_prefilled(Reader& reader, CompactBlock& block) {
  const std::size_t room = kMaxCompactBlockTransactions - block.short_ids.size();
  const std::size_t count = reader.count(room, 1 + kMinTransactionBytes);
  block.prefilled.reserve(count);
  IndexReader indexes(reader);
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    const std::uint16_t index = indexes.next();
    // Before it there are at most all short ids and the i transactions prefilled so far.
    if (index > block.short_ids.size() + i) reader.fail(PayloadRule::kBadIndex);
    block.prefilled.push_back({index, read_listed_transaction(reader)});
  }
}

}  // namespace

ShortId ShortId::read(Reader& reader) {
  const std::uint64_t low = reader.u32();
  return {low | std::uint64_t{reader.u16()} << 32};
}

void ShortId::write(Writer& writer) const {
  writer.u32(static_cast<std::uint32_t>(value));
  writer.u16(static_cast<std::uint16_t>(value >> 32));
}

CompactBlock CompactBlock::read(Reader& reader) {
  CompactBlock block;
  block.header = BlockHeader::read(reader);
  block.nonce = reader.u64();
  block.short_ids = PackedList<ShortId>::read(reader, kMaxCompactBlockTransactions);
  read_prefilled(reader, block);
  if (reader.ok() && block.transaction_count() == 0) reader.fail(PayloadRule::kBadValue);
  return block;
}

void CompactBlock::write(Writer& writer) const {
  header.write(writer);
  writer.u64(nonce);
  short_ids.write(writer);
  writer.compact_size(prefilled.size());
  IndexWriter indexes(writer);
  for (const PrefilledTransaction& item : prefilled) {
    indexes.next(item.index);
    item.transaction.write(writer);
  }
}

GetBlockTxn GetBlockTxn::read(Reader& reader) {
  GetBlockTxn message;
  message.block = reader.array<32>();
  message.indexes.resize(reader.count(kMaxCompactBlockTransactions, 1));
  IndexReader indexes(reader);
  for (std::uint16_t& index : message.indexes) index = indexes.next();
  return message;
}

void GetBlockTxn::write(Writer& writer) const {
  writer.bytes(block);
  writer.compact_size(indexes.size());
  IndexWriter writer_of_indexes(writer);
  for (const std::uint16_t index : indexes) writer_of_indexes.next(index);
}

BlockTxn BlockTxn::read(Reader& reader) {
  BlockTxn message;
  message.block = reader.array<32>();
  message.transactions = read_transactions(reader, kMaxCompactBlockTransactions);
  return message;
}

void BlockTxn::write(Writer& writer) const {
  writer.bytes(block);
  write_transactions(writer, transactions);
}

}  // namespace veilwire::wire

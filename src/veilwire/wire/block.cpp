#include "veilwire/wire/block.h"

namespace veilwire::wire {
namespace {

// Of the header and of the count.
std::size_t frame_bytes(std::size_t transaction_count) {
  return BlockHeader::kBytes + compact_size_bytes(transaction_count);
}

}  // namespace

Block Block::read(Reader& reader) {
  Block block;
  block.header = BlockHeader::read(reader);
  block.transactions = read_transactions(reader);
  return block;
}

void Block::write(Writer& writer) const {
  header.write(writer);
  write_transactions(writer, transactions);
}

void Block::write_without_witness(Writer& writer) const {
  header.write(writer);
  writer.compact_size(transactions.size());
  for (const Transaction& transaction : transactions) {
    for (const ByteView part : transaction.base_parts()) writer.bytes(part);
  }
}

std::size_t Block::base_size() const {
  std::size_t size = frame_bytes(transactions.size());
  for (const Transaction& transaction : transactions) size += transaction.base_size();
  return size;
}

std::size_t Block::total_size() const {
  std::size_t size = frame_bytes(transactions.size());
  for (const Transaction& transaction : transactions) size += transaction.total_size();
  return size;
}

}  // namespace veilwire::wire

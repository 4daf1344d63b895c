#include "veilwire/consensus/parsed_block.h"

#include "veilwire/consensus/transaction_check.h"

namespace veilwire::consensus {
namespace {

// Nothing where all of them could be read.
std::optional<Failure> failure_of_small_transaction(ByteView payload) {
  wire::Reader reader(payload);
  wire::BlockHeader::read(reader);
  const std::size_t count = reader.count(SIZE_MAX, 1);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto transaction = wire::Transaction::read(reader);
    if (!reader.ok()) return std::nullopt;
    if (transaction.total_size() >= wire::kMinTransactionBytes) continue;
    const auto reason = check_transaction(transaction);
    if (!reason) return std::nullopt;
    // The root has not been looked at, so that this may not be what the header commits to.
    return Failure{.reason = *reason, .guilt = Guilt::kCopy, .transaction = i};
  }
  return std::nullopt;
}

}  // namespace

std::expected<std::shared_ptr<const ParsedBlock>, Unreadable> ParsedBlock::parse(Bytes payload) {
  std::optional<Failure> failure;
  auto block = wire::Owned<wire::Block>::read(std::move(payload), [&failure](ByteView bytes) {
    auto read = wire::parse<wire::Block>(bytes);
    if (!read) failure = failure_of_small_transaction(bytes);
    return read;
  });
  if (!block) return std::unexpected(Unreadable{block.error(), failure});
  return std::make_shared<const ParsedBlock>(std::move(*block));
}

ParsedBlock::ParsedBlock(wire::Owned<wire::Block> block)
    : block_(std::move(block)),
      hash_(block_->header.hash()),
      ids_(wire::ids_of(*block_)),
      sources_(find_input_sources(block_->transactions, ids_, hash_)) {}

}  // namespace veilwire::consensus

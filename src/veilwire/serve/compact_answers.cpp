#include "veilwire/serve/compact_answers.h"

#include <algorithm>
#include <vector>

#include "veilwire/wire/block.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/short_ids.h"

namespace veilwire::serve {

std::optional<protocol::OwnedMessage> compact_block_message(ByteView bytes, std::uint64_t nonce) {
  const auto block = wire::parse<wire::Block>(bytes);
  if (!block || block->transactions.empty()) return std::nullopt;
  const wire::ShortIds ids(block->header, nonce);
  std::vector<wire::ShortId> short_ids;
  short_ids.reserve(block->transactions.size() - 1);
  for (const wire::Transaction& each : std::span(block->transactions).subspan(1)) {
    short_ids.push_back(ids.of(each.wtxid()));
  }
  const Bytes packed = wire::pack(std::span<const wire::ShortId>(short_ids));
  return wire::build(wire::CompactBlock{.header = block->header,
                                        .nonce = nonce,
                                        .short_ids = wire::PackedList<wire::ShortId>(packed),
                                        .prefilled = {{0, block->transactions[0]}}});
}

std::expected<protocol::OwnedMessage, NoTransactions> block_txn_message(
    ByteView bytes, const wire::GetBlockTxn& question) {
  const auto block = wire::parse<wire::Block>(bytes);
  if (!block) return std::unexpected(NoTransactions::kNotABlock);
  wire::BlockTxn answer{.block = question.block, .transactions = {}};
  answer.transactions.reserve(std::min(question.indexes.size(), block->transactions.size()));
  for (const std::uint16_t index : question.indexes) {
    if (index >= block->transactions.size()) {
      return std::unexpected(NoTransactions::kIndexOutOfRange);
    }
    answer.transactions.push_back(block->transactions[index]);
  }
  return wire::build(answer);
}

}  // namespace veilwire::serve

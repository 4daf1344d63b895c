#include "veilwire/coins/undo.h"

#include "veilwire/coins/coin_encoding.h"

namespace veilwire::coins {
namespace {

// A height of 0, an amount and an empty script.
constexpr std::size_t kMinCoinBytes = 3;
// More coins have no place in a script buffer of 32-bit offsets, and no block spends them.
constexpr std::size_t kMaxCoins = 4'000'000 / 4 / wire::Input::kMinBytes;

void read_transaction(wire::Reader& reader, BlockUndo& undo) {
  const std::size_t coins = reader.count(kMaxCoins - undo.spent.size(), kMinCoinBytes);
  ScriptRoom room;
  for (std::size_t i = 0; i < coins && reader.ok(); ++i) {
    const consensus::Coin coin = read_undo_coin(reader, room);
    if (reader.ok()) undo.spent.add(coin);
  }
}

}  // namespace

Bytes undo_bytes(const consensus::ConnectedBlock& connected) {
  Bytes bytes;
  wire::Writer writer(bytes);
  const std::size_t transactions = connected.block->transactions().size();
  writer.compact_size(transactions - 1);
  for (std::size_t i = 1; i < transactions; ++i) {
    const auto spent = connected.spent_by(i);
    writer.compact_size(spent.size());
    for (const consensus::Coin& coin : spent) write_undo_coin(writer, coin);
  }
  return bytes;
}

std::expected<BlockUndo, wire::PayloadRule> parse_undo(ByteView bytes) {
  wire::Reader reader(bytes);
  BlockUndo undo;
  const std::size_t transactions = reader.count(kMaxCoins, 1);
  undo.first_spent.reserve(transactions + 1);
  for (std::size_t i = 0; i < transactions && reader.ok(); ++i) {
    undo.first_spent.push_back(static_cast<std::uint32_t>(undo.spent.size()));
    read_transaction(reader, undo);
  }
  undo.first_spent.push_back(static_cast<std::uint32_t>(undo.spent.size()));
  if (reader.left() > 0) reader.fail(wire::PayloadRule::kTrailingBytes);
  if (!reader.ok()) return std::unexpected(*reader.rule());
  return undo;
}

}  // namespace veilwire::coins

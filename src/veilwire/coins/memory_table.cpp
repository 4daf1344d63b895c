#include "veilwire/coins/memory_table.h"

#include "veilwire/coins/coin_encoding.h"

namespace veilwire::coins {

std::expected<consensus::OutsideCoins, TableError> MemoryTable::get_many(
    std::span<const wire::Outpoint> sorted) const {
  consensus::OutsideCoins found;
  ScriptRoom room;
  for (const wire::Outpoint& outpoint : sorted) {
    const auto coin = coins_.find(outpoint);
    if (coin == coins_.end()) {
      found.add_missing();
    } else {
      wire::Reader reader(coin->second);
      found.add(read_coin(reader, room));
    }
  }
  return found;
}

std::expected<void, TableError> MemoryTable::apply(const Changes& changes, const Tip& tip) {
  changes.for_each(
      [this](const wire::Outpoint& outpoint, const std::optional<consensus::Coin>& coin) {
        if (coin) {
          Bytes bytes;
          wire::Writer writer(bytes);
          write_coin(writer, *coin);
          coins_.insert_or_assign(outpoint, std::move(bytes));
        } else {
          coins_.erase(outpoint);
        }
        return Walk::kOn;
      });
  tip_ = tip;
  return {};
}

std::expected<void, TableError> MemoryTable::iterate(const Visitor& visitor) const {
  ScriptRoom room;
  for (const auto& [outpoint, bytes] : coins_) {
    wire::Reader reader(bytes);
    if (visitor(outpoint, read_coin(reader, room)) == Walk::kEnd) break;
  }
  return {};
}

}  // namespace veilwire::coins

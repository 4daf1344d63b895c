// A table of coins in memory, for tests and the simulator. Plain: a sorted map. For one thread: it is
// for executors that do everything where they are asked.
#pragma once

#include <map>

#include "veilwire/base/bytes.h"
#include "veilwire/coins/table.h"

namespace veilwire::coins {

class MemoryTable final : public Table {
 public:
  // Without coins, at a genesis block.
  explicit MemoryTable(const Hash256& genesis) : tip_{.block = genesis} {}

  Tip tip() const override { return tip_; }
  std::expected<consensus::OutsideCoins, TableError> get_many(
      std::span<const wire::Outpoint> sorted) const override;
  std::expected<void, TableError> apply(const Changes& changes, const Tip& tip) override;
  std::expected<void, TableError> iterate(const Visitor& visitor) const override;

  std::size_t size() const { return coins_.size(); }

 private:
  Tip tip_;
  std::map<wire::Outpoint, Bytes> coins_;  // as write_coin() writes them
};

}  // namespace veilwire::coins

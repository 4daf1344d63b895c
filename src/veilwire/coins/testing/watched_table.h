// A table in memory that a test watches.
#pragma once

#include <algorithm>
#include <stdexcept>

#include "veilwire/coins/memory_table.h"

namespace veilwire::coins::testing {

inline const TableError kFull{TableFault::kFull, "the disk is full"};

// Counts what it is asked, and fails where it is told to.
class WatchedTable final : public Table {
 public:
  explicit WatchedTable(const Hash256& genesis) : table(genesis) {}

  Tip tip() const override { return table.tip(); }
  std::expected<consensus::OutsideCoins, TableError> get_many(
      std::span<const wire::Outpoint> sorted) const override {
    if (!std::ranges::is_sorted(sorted)) throw std::logic_error("coins are asked for in no order");
    ++calls;
    asked += sorted.size();
    if (is_failing) return std::unexpected(kFull);
    return table.get_many(sorted);
  }
  std::expected<void, TableError> apply(const Changes& changes, const Tip& tip) override {
    if (is_failing) return std::unexpected(kFull);
    changes.for_each([this](const wire::Outpoint&, const std::optional<consensus::Coin>&) {
      ++applied;
      return Walk::kOn;
    });
    return table.apply(changes, tip);
  }
  std::expected<void, TableError> iterate(const Visitor& visitor) const override {
    return table.iterate(visitor);
  }

  MemoryTable table;
  bool is_failing = false;
  mutable std::size_t calls = 0;
  mutable std::size_t asked = 0;
  std::size_t applied = 0;
};

}  // namespace veilwire::coins::testing

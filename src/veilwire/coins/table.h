// The table of all unspent outputs as it stood at the last checkpoint: an interface of four verbs,
// behind which lies a disk, or a map in memory.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "veilwire/base/hash256.h"
#include "veilwire/consensus/coin.h"
#include "veilwire/consensus/outside_coins.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::coins {

// The last block whose coins are in it.
struct Tip {
  Hash256 block{};
  consensus::Height height{};

  friend bool operator==(const Tip&, const Tip&) = default;
};

enum class TableFault : std::uint8_t {
  kFull,         // there is no room: goes on once there is
  kUnavailable,  // it could not be read or written now
  kDamaged,      // what was read is not what was written
};

struct TableError {
  TableFault fault = TableFault::kUnavailable;
  std::string detail{};  // one sentence's end, for the operator
};

// Whether whoever is shown one after the other wants the next.
enum class Walk : std::uint8_t { kOn, kEnd };

// What one checkpoint changes, as often as it is asked for.
class Changes {
 public:
  // The coin that is there now, or nothing where it is gone. Its script is valid during the call.
  using Visitor = std::function<Walk(const wire::Outpoint&, const std::optional<consensus::Coin>&)>;

  virtual ~Changes() = default;
  // In the order of outpoints, each of them once. That a coin which never was there is gone may be
  // among them.
  virtual void for_each(const Visitor& visitor) const = 0;
};

// Outpoints are in order by txid as bytes, then by index as a number.
class Table {
 public:
  using Visitor = std::function<Walk(const wire::Outpoint&, const consensus::Coin&)>;

  virtual ~Table() = default;

  virtual Tip tip() const = 0;

  // A coin, or that it is missing, for each. REQUIRES: in order, no two the same.
  // May be called while apply() runs on another thread: of what apply() changes it then gives either
  // what was or what will be.
  virtual std::expected<consensus::OutsideCoins, TableError> get_many(
      std::span<const wire::Outpoint> sorted) const = 0;

  // All of it, with the block at which it stands, or nothing: whatever happens, the table is found
  // at its old tip or at the new one.
  virtual std::expected<void, TableError> apply(const Changes& changes, const Tip& tip) = 0;

  // Every coin in order, as of one tip.
  virtual std::expected<void, TableError> iterate(const Visitor& visitor) const = 0;
};

}  // namespace veilwire::coins

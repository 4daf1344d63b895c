// coins::Table on a disk: a RocksDB database of its own folder.
//
//   key    txid (32 bytes) | index (4 bytes, big-endian)    value   the coin as write_coin() has it
//   key    one zero byte                                    value   version (1) | tip: hash, height
//
// A checkpoint is one sorted file, written and synced beside the database, with the new tip in it, and
// then taken over in one step: the database has all of it or nothing. Nothing else is ever written, so
// there is no log of writes and no buffer for them. Every block of the files has a checksum.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "veilwire/coins/table.h"
#include "veilwire/host/files.h"

namespace veilwire::store {

// A file of a later version is refused.
inline constexpr std::uint8_t kCoinTableVersion = 1;

struct CoinTableConfig {
  // Of blocks of coins, indexes and filters that were read, and how much memory reading takes all in all.
  std::size_t cache_bytes = 64u << 20;
  // Files are merged on threads of the database, one at a time; where not, the more checkpoints are
  // written the slower it reads.
  enum class Merging : std::uint8_t { kInBackground, kNone } merging = Merging::kInBackground;
};

class CoinTable final : public coins::Table {
 public:
  // Opens the table in `folder`, or begins one without coins that stands at the genesis block. `files`
  // must outlive it. kDamaged where it is no such table or a later version's.
  static std::expected<std::unique_ptr<CoinTable>, coins::TableError> open(
      host::Files& files, const std::string& folder, const Hash256& genesis,
      const CoinTableConfig& config = {});
  ~CoinTable() override;

  coins::Tip tip() const override;
  std::expected<consensus::OutsideCoins, coins::TableError> get_many(
      std::span<const wire::Outpoint> sorted) const override;
  std::expected<void, coins::TableError> apply(const coins::Changes& changes,
                                               const coins::Tip& tip) override;
  std::expected<void, coins::TableError> iterate(const Visitor& visitor) const override;

  // Of its files.
  std::uint64_t bytes_on_disk() const;

 private:
  struct Database;
  class Use;

  explicit CoinTable(std::unique_ptr<Database> database);

  static std::expected<void, coins::TableError> look_up(const Use& use,
                                                        std::span<const wire::Outpoint> sorted,
                                                        consensus::OutsideCoins& found);

  const std::unique_ptr<Database> database_;
};

}  // namespace veilwire::store

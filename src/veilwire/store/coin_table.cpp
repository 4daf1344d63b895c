#include "veilwire/store/coin_table.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "veilwire/base/endian.h"
#include "veilwire/coins/coin_encoding.h"
#include "veilwire/store/rocksdb_files.h"

namespace veilwire::store {
namespace {

using coins::TableError;
using coins::TableFault;
using coins::Tip;
using coins::Walk;
using rocksdb::Slice;
using rocksdb::Status;

constexpr std::size_t kKeyBytes = 36;
using Key = std::array<char, kKeyBytes>;

// Sorts before every coin.
constexpr std::string_view kTipKey("\0", 1);
constexpr std::size_t kTipBytes = 1 + 32 + 4;

// How many coins are looked up in one call: bounds the blocks of the database that are pinned.
constexpr std::size_t kLookedUpAtOnce = 1024;

Slice slice(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
ByteView bytes_of(const Slice& slice) {
  return {reinterpret_cast<const std::uint8_t*>(slice.data()), slice.size()};
}

Key key_of(const wire::Outpoint& outpoint) {
  Key key;
  std::ranges::copy(outpoint.txid, reinterpret_cast<std::uint8_t*>(key.data()));
  store_be(reinterpret_cast<std::uint8_t*>(key.data()) + 32, outpoint.index);
  return key;
}

wire::Outpoint outpoint_of(const Slice& key) {
  wire::Outpoint outpoint;
  std::copy_n(key.data(), 32, reinterpret_cast<char*>(outpoint.txid.data()));
  outpoint.index = std::byteswap(load_le<std::uint32_t>(bytes_of(key).data() + 32));
  return outpoint;
}

std::optional<consensus::Coin> coin_of(const Slice& value, coins::ScriptRoom& room) {
  wire::Reader reader(bytes_of(value));
  const consensus::Coin coin = coins::read_coin(reader, room);
  if (!reader.ok() || reader.left() != 0) return std::nullopt;
  return coin;
}

std::unexpected<TableError> failed(const Status& status) {
  TableFault fault = TableFault::kUnavailable;
  if (status.IsNoSpace()) fault = TableFault::kFull;
  if (status.IsCorruption()) fault = TableFault::kDamaged;
  return std::unexpected(TableError{fault, status.ToString()});
}

std::unexpected<TableError> damaged(std::string how) {
  return std::unexpected(TableError{TableFault::kDamaged, std::move(how)});
}

Bytes tip_value(const Tip& tip) {
  Bytes bytes;
  wire::Writer writer(bytes);
  writer.u8(kCoinTableVersion);
  writer.bytes(tip.block);
  writer.u32(tip.height.value());
  return bytes;
}

// What goes wrong comes back as a status.
class SilentLog final : public rocksdb::Logger {
 public:
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// Filters and indexes lie in the cache in parts, so that memory is bounded whatever the size. What
// cannot be compressed is not: keys are hashes, scripts are too.
std::shared_ptr<rocksdb::TableFactory> table_format(std::size_t cache_bytes) {
  rocksdb::BlockBasedTableOptions format;
  format.block_cache = rocksdb::NewLRUCache(cache_bytes);
  format.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  format.partition_filters = true;
  format.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  format.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  format.cache_index_and_filter_blocks = true;
  format.format_version = 5;
  return std::shared_ptr<rocksdb::TableFactory>(rocksdb::NewBlockBasedTableFactory(format));
}

rocksdb::Options options_for(rocksdb::Env& env, const CoinTableConfig& config) {
  rocksdb::Options options;
  options.env = &env;
  options.create_if_missing = true;
  options.info_log = std::make_shared<SilentLog>();
  options.table_factory = table_format(config.cache_bytes);
  options.compression = rocksdb::kNoCompression;
  options.level_compaction_dynamic_level_bytes = true;
  options.optimize_filters_for_hits = true;  // almost everything that is looked for is there
  options.max_background_jobs = 2;           // one of them merges; files are never flushed
  options.disable_auto_compactions = config.merging == CoinTableConfig::Merging::kNone;
  options.max_open_files = 256;
  options.write_buffer_size = 64 << 10;  // is not used
  options.avoid_flush_during_shutdown = true;
  options.allow_fallocate = false;
  return options;
}

}  // namespace

struct CoinTable::Database {
  Database(host::Files& files, std::string place, const CoinTableConfig& config)
      : files_of_database(rocksdb_files(files)),
        env(rocksdb::NewCompositeEnv(files_of_database)),
        options(options_for(*env, config)),
        folder(std::move(place)) {}

  Status open();
  std::expected<Tip, TableError> read_tip() const;
  // After a fault on the disk the database is opened anew: by itself it would take nothing more.
  std::expected<void, TableError> mend();
  Status write_file(const std::string& path, const coins::Changes& changes, const Tip& new_tip);
  Status take_over(const std::string& path);

  const std::shared_ptr<RocksdbFiles> files_of_database;
  const std::unique_ptr<rocksdb::Env> env;
  const rocksdb::Options options;
  const std::string folder;

  // Shared by all who use the database; alone by who opens it anew.
  std::shared_mutex in_use;
  std::unique_ptr<rocksdb::DB> db;       // nothing where that failed
  std::atomic<bool> has_failed = false;  // of whoever applies

  std::mutex lock;  // of the tip
  Tip tip;          // of the genesis block, where there are no coins yet
};

Status CoinTable::Database::open() {
  files_of_database->settle_taken_file();
  rocksdb::DB* opened = nullptr;
  const Status status = rocksdb::DB::Open(options, folder, &opened);
  if (status.ok()) db.reset(opened);
  return status;
}

std::expected<void, TableError> CoinTable::Database::mend() {
  if (const std::shared_lock shared(in_use); db && !has_failed) return {};
  const std::unique_lock alone(in_use);
  if (db && !has_failed) return {};
  db.reset();
  if (const Status status = open(); !status.ok()) return failed(status);
  // What was thought to have failed may be there.
  const auto found = read_tip();
  if (!found) {
    db.reset();
    return std::unexpected(found.error());
  }
  has_failed = false;
  const std::scoped_lock held(lock);
  tip = *found;
  return {};
}

CoinTable::CoinTable(std::unique_ptr<Database> database) : database_(std::move(database)) {}
CoinTable::~CoinTable() = default;

std::expected<std::unique_ptr<CoinTable>, TableError> CoinTable::open(
    host::Files& files, const std::string& folder, const Hash256& genesis,
    const CoinTableConfig& config) {
  if (const auto made = files.make_folder(folder); !made) {
    return std::unexpected(TableError{TableFault::kUnavailable, made.error().text});
  }
  std::unique_ptr<CoinTable> table(
      new CoinTable(std::make_unique<Database>(files, folder, config)));
  if (const Status status = table->database_->open(); !status.ok()) return failed(status);
  table->database_->tip = Tip{.block = genesis};
  const auto tip = table->database_->read_tip();
  if (!tip) return std::unexpected(tip.error());
  table->database_->tip = *tip;
  return table;
}

std::expected<Tip, TableError> CoinTable::Database::read_tip() const {
  std::string value;
  const Status status = db->Get({}, Slice(kTipKey), &value);
  if (status.IsNotFound()) return tip;
  if (!status.ok()) return failed(status);
  wire::Reader reader(bytes_of(value));
  const std::uint8_t version = reader.u8();
  if (version > kCoinTableVersion) {
    return damaged("'" + folder + "' was written by a later version (format " +
                   std::to_string(version) + "): use that, or build the coins anew");
  }
  if (value.size() != kTipBytes) return damaged("the block at which it stands cannot be read");
  Tip found;
  found.block = reader.array<32>();
  found.height = consensus::Height::of(reader.u32());
  return found;
}

// The database, for as long as it lives.
class CoinTable::Use {
 public:
  static std::expected<Use, TableError> of(Database& database) {
    Use use(database);
    while (!database.db) {
      use.shared_.unlock();
      if (const auto mended = database.mend(); !mended) return std::unexpected(mended.error());
      use.shared_.lock();
    }
    return use;
  }
  rocksdb::DB* operator->() const { return database_->db.get(); }

 private:
  explicit Use(Database& database) : database_(&database), shared_(database.in_use) {}

  Database* database_;
  std::shared_lock<std::shared_mutex> shared_;
};

Tip CoinTable::tip() const {
  const std::scoped_lock held(database_->lock);
  return database_->tip;
}

// -- Reading ----------------------------------------------------------------------------------------

std::expected<consensus::OutsideCoins, TableError> CoinTable::get_many(
    std::span<const wire::Outpoint> sorted) const {
  const auto use = Use::of(*database_);
  if (!use) return std::unexpected(use.error());
  consensus::OutsideCoins found;
  found.reserve(sorted.size(), 0);
  for (std::size_t begin = 0; begin < sorted.size(); begin += kLookedUpAtOnce) {
    const auto part = sorted.subspan(begin, std::min(kLookedUpAtOnce, sorted.size() - begin));
    if (const auto added = look_up(*use, part, found); !added) {
      return std::unexpected(added.error());
    }
  }
  return found;
}

std::expected<void, TableError> CoinTable::look_up(const Use& use,
                                                   std::span<const wire::Outpoint> sorted,
                                                   consensus::OutsideCoins& found) {
  std::vector<Key> keys(sorted.size());
  std::vector<Slice> slices(sorted.size());
  std::ranges::transform(sorted, keys.begin(), key_of);
  std::ranges::transform(keys, slices.begin(),
                         [](const Key& key) { return Slice(key.data(), key.size()); });
  std::vector<Status> statuses(sorted.size());
  std::vector<rocksdb::PinnableSlice> values(sorted.size());
  use->MultiGet({}, use->DefaultColumnFamily(), sorted.size(), slices.data(), values.data(),
                statuses.data(), /*sorted_input=*/true);
  coins::ScriptRoom room;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (statuses[i].IsNotFound()) {
      found.add_missing();
      continue;
    }
    if (!statuses[i].ok()) return failed(statuses[i]);
    const auto coin = coin_of(values[i], room);
    if (!coin) return damaged("a coin cannot be read");
    found.add(*coin);
  }
  return {};
}

std::expected<void, TableError> CoinTable::iterate(const Visitor& visitor) const {
  const auto use = Use::of(*database_);
  if (!use) return std::unexpected(use.error());
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.readahead_size = 2 << 20;
  const std::unique_ptr<rocksdb::Iterator> at((*use)->NewIterator(options));
  coins::ScriptRoom room;
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    if (at->key().size() != kKeyBytes) continue;  // the tip's
    const auto coin = coin_of(at->value(), room);
    if (!coin) return damaged("a coin cannot be read");
    if (visitor(outpoint_of(at->key()), *coin) == Walk::kEnd) return {};
  }
  if (!at->status().ok()) return failed(at->status());
  return {};
}

std::uint64_t CoinTable::bytes_on_disk() const {
  const auto use = Use::of(*database_);
  std::uint64_t bytes = 0;
  if (use) (*use)->GetIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize, &bytes);
  return bytes;
}

// -- A checkpoint -----------------------------------------------------------------------------------

std::expected<void, TableError> CoinTable::apply(const coins::Changes& changes, const Tip& tip) {
  if (auto mended = database_->mend(); !mended) return mended;
  const auto use = Use::of(*database_);
  if (!use) return std::unexpected(use.error());
  const std::string path = database_->folder + "/checkpoint";
  Status status = database_->write_file(path, changes, tip);
  if (status.ok()) status = database_->take_over(path);
  database_->has_failed = !status.ok();
  if (!status.ok()) return failed(status);
  const std::scoped_lock held(database_->lock);
  database_->tip = tip;
  return {};
}

Status CoinTable::Database::write_file(const std::string& path, const coins::Changes& changes,
                                       const Tip& new_tip) {
  rocksdb::SstFileWriter file(rocksdb::EnvOptions(), options, nullptr,
                              /*invalidate_page_cache=*/false);
  Status status = file.Open(path);
  if (status.ok()) status = file.Put(Slice(kTipKey), slice(tip_value(new_tip)));
  Bytes value;
  changes.for_each([&](const wire::Outpoint& outpoint, const std::optional<consensus::Coin>& coin) {
    if (!status.ok()) return Walk::kEnd;
    const Key key = key_of(outpoint);
    if (coin) {
      value.clear();
      wire::Writer writer(value);
      coins::write_coin(writer, *coin);
      status = file.Put(Slice(key.data(), key.size()), slice(value));
    } else {
      status = file.Delete(Slice(key.data(), key.size()));
    }
    return Walk::kOn;
  });
  return status.ok() ? file.Finish() : status;
}

Status CoinTable::Database::take_over(const std::string& path) {
  rocksdb::IngestExternalFileOptions how;
  how.move_files = true;
  how.failed_move_fall_back_to_copy = false;
  how.snapshot_consistency = false;
  how.write_global_seqno = false;
  const Status status = db->IngestExternalFile({path}, how);
  if (status.ok()) files_of_database->settle_taken_file();
  return status;
}

}  // namespace veilwire::store

#include "veilwire/store/coin_table.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <deque>
#include <map>
#include <random>

#include "veilwire/coins/memory_table.h"
#include "veilwire/coins/testing/scripts.h"
#include "veilwire/host/testing/simulated_disk.h"
#include "veilwire/store/rocksdb_files.h"

namespace veilwire::store {
namespace {

using coins::MemoryTable;
using coins::TableFault;
using coins::Tip;
using coins::Walk;
using consensus::Amount;
using consensus::Coin;
using consensus::CoinOrigin;
using host::FileError;
using host::testing::SimulatedDisk;

const std::string kFolder = "node/coins";
constexpr Hash256 kGenesis{7};
// Nothing happens beside what a test asks for.
constexpr CoinTableConfig kQuiet{.cache_bytes = 1 << 20,
                                 .merging = CoinTableConfig::Merging::kNone};

std::unique_ptr<CoinTable> open(host::Files& files, const CoinTableConfig& config = kQuiet) {
  auto table = CoinTable::open(files, kFolder, kGenesis, config);
  if (!table) throw std::runtime_error(table.error().detail);
  return std::move(*table);
}

wire::Outpoint outpoint(std::uint32_t number) {
  Hash256 txid{};
  store_le(txid.data(), number / 3 * 2'654'435'761U);
  return {txid, number % 3 == 2 ? 70'000 : number % 3};
}

// Changes that a test lists.
class Listed final : public coins::Changes {
 public:
  void add(const wire::Outpoint& at, std::uint32_t number) {
    scripts_.push_back(coins::testing::scripts_of_all_kinds()[number % 14]);
    list_[at] = Coin(Amount::of(number * 1000).value(), scripts_.back(),
                     consensus::Height::of(number), static_cast<CoinOrigin>(number % 2));
  }
  void remove(const wire::Outpoint& at) { list_[at] = std::nullopt; }
  void for_each(const Visitor& visitor) const override {
    for (const auto& [at, coin] : list_) {
      if (visitor(at, coin) == Walk::kEnd) return;
    }
  }

 private:
  std::map<wire::Outpoint, std::optional<Coin>> list_;
  std::deque<Bytes> scripts_;
};

Listed some_changes(std::mt19937& dice, std::size_t count, std::uint32_t outpoints = 600) {
  const auto below = [&dice](std::uint32_t end) {
    return static_cast<std::uint32_t>(dice()) % end;
  };
  Listed changes;
  for (std::size_t i = 0; i < count; ++i) {
    const wire::Outpoint at = outpoint(below(outpoints));
    below(3) == 0 ? changes.remove(at) : changes.add(at, below(100'000));
  }
  return changes;
}

Tip tip_at(std::uint32_t number) {
  Tip tip{.block = {}, .height = consensus::Height::of(number)};
  store_le(tip.block.data(), number);
  return tip;
}

using Contents = std::vector<std::pair<wire::Outpoint, Bytes>>;

Bytes plain(const Coin& coin) {
  Bytes bytes;
  wire::Writer writer(bytes);
  writer.i64(coin.value().units());
  writer.u32(coin.height().value() * 2 + static_cast<std::uint32_t>(coin.origin()));
  writer.bytes(coin.script());
  return bytes;
}

Contents contents(const coins::Table& table) {
  Contents found;
  EXPECT_TRUE(table.iterate([&](const wire::Outpoint& at, const Coin& coin) {
    found.emplace_back(at, plain(coin));
    return Walk::kOn;
  }));
  return found;
}

void expect_same(const coins::Table& table, const coins::Table& model) {
  EXPECT_EQ(table.tip(), model.tip());
  ASSERT_EQ(contents(table), contents(model));
  std::vector<wire::Outpoint> all;
  for (std::uint32_t i = 0; i < 600; ++i) all.push_back(outpoint(i));
  std::ranges::sort(all);
  const auto found = table.get_many(all).value();
  const auto expected = model.get_many(all).value();
  ASSERT_EQ(found.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(found.at(i).has_value(), expected.at(i).has_value());
    if (found.at(i)) {
      ASSERT_EQ(plain(*found.at(i)), plain(*expected.at(i)));
    }
  }
}

TEST(CoinTable, BeginsEmptyAtTheGenesisBlock) {
  SimulatedDisk disk;
  const auto table = open(disk);
  EXPECT_EQ(table->tip(), (Tip{kGenesis, {}}));
  EXPECT_TRUE(contents(*table).empty());
}

TEST(CoinTable, IsAsAMapInMemoryIs) {
  for (std::uint32_t seed = 1; seed <= 4; ++seed) {
    std::mt19937 dice(seed);
    SimulatedDisk disk;
    MemoryTable model(kGenesis);
    CoinTableConfig config = kQuiet;
    if (seed % 2 == 0) config.merging = CoinTableConfig::Merging::kInBackground;
    auto table = open(disk, config);
    for (std::uint32_t i = 1; i <= 30; ++i) {
      const Listed changes = some_changes(dice, dice() % 200);
      ASSERT_TRUE(table->apply(changes, tip_at(i)));
      ASSERT_TRUE(model.apply(changes, tip_at(i)));
      if (dice() % 4 == 0) {
        table.reset();
        table = open(disk, config);
      }
      if (dice() % 3 == 0) expect_same(*table, model);
    }
    expect_same(*table, model);
  }
}

TEST(CoinTable, LooksUpMoreThanItAsksForAtOnce) {
  std::mt19937 dice(3);
  SimulatedDisk disk;
  MemoryTable model(kGenesis);
  const auto table = open(disk);
  const Listed changes = some_changes(dice, 9000, 6000);
  ASSERT_TRUE(table->apply(changes, tip_at(1)));
  ASSERT_TRUE(model.apply(changes, tip_at(1)));
  std::vector<wire::Outpoint> all;
  for (std::uint32_t i = 0; i < 6000; ++i) all.push_back(outpoint(i));
  std::ranges::sort(all);
  const auto found = table->get_many(all).value();
  const auto expected = model.get_many(all).value();
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(found.at(i).has_value(), expected.at(i).has_value()) << i;
  }
}

// -- What a disk does -------------------------------------------------------------------------------

class CoinTableOnABadDisk : public ::testing::Test {
 protected:
  // Two checkpoints that succeed; then `trouble` before a third is tried.
  void begin(std::uint64_t seed) {
    table_.reset();
    disk_ = std::make_unique<SimulatedDisk>(seed);
    before_ = std::make_unique<MemoryTable>(kGenesis);
    after_ = std::make_unique<MemoryTable>(kGenesis);
    table_ = open(*disk_);
    std::mt19937 dice(11);
    for (std::uint32_t i = 1; i <= 2; ++i) {
      const Listed changes = some_changes(dice, 150);
      ASSERT_TRUE(table_->apply(changes, tip_at(i)));
      ASSERT_TRUE(before_->apply(changes, tip_at(i)));
      ASSERT_TRUE(after_->apply(changes, tip_at(i)));
    }
    third_ = some_changes(dice, 150);
    ASSERT_TRUE(after_->apply(third_, tip_at(3)));
  }
  // How many changes of the disk a checkpoint makes.
  std::size_t changes_of_a_checkpoint() {
    begin(1);
    const std::size_t first = disk_->changes();
    EXPECT_TRUE(table_->apply(third_, tip_at(3)));
    return disk_->changes() - first;
  }

  std::unique_ptr<SimulatedDisk> disk_;
  std::unique_ptr<MemoryTable> before_;
  std::unique_ptr<MemoryTable> after_;
  std::unique_ptr<CoinTable> table_;
  Listed third_;
};

TEST_F(CoinTableOnABadDisk, IsAsBeforeAfterAFullDiskAndGoesOnOnceThereIsRoom) {
  const std::size_t changes = changes_of_a_checkpoint();
  ASSERT_GT(changes, 4u);
  for (std::size_t i = 0; i < changes; ++i) {
    begin(i + 1);
    disk_->fail_change(disk_->changes() + i, FileError::Kind::kNoSpace, SimulatedDisk::Lasts::kOn);
    const auto applied = table_->apply(third_, tip_at(3));
    disk_->repair();
    if (!applied) {
      EXPECT_EQ(applied.error().fault, TableFault::kFull) << i << ": " << applied.error().detail;
      expect_same(*table_, *before_);
      const auto again = table_->apply(third_, tip_at(3));
      ASSERT_TRUE(again) << i << ": " << again.error().detail;
    }
    expect_same(*table_, *after_);
    table_.reset();
    expect_same(*open(*disk_), *after_);
  }
}

// Once, and then everything works again: what follows may remove too much.
TEST_F(CoinTableOnABadDisk, IsFoundAtTheOldTipOrTheNewAfterOneFaultAtAnyChange) {
  const std::size_t changes = changes_of_a_checkpoint();
  for (std::size_t i = 0; i < changes; ++i) {
    for (const auto kind : {FileError::Kind::kDisk, FileError::Kind::kNoSpace}) {
      begin(i + 1);
      disk_->fail_change(disk_->changes() + i, kind);
      const bool is_acknowledged = table_->apply(third_, tip_at(3)).has_value();
      table_.reset();
      table_ = open(*disk_);
      const bool is_old = table_->tip() == before_->tip();
      EXPECT_FALSE(is_acknowledged && is_old) << i;
      expect_same(*table_, is_old ? *before_ : *after_);
      ASSERT_TRUE(table_->apply(third_, tip_at(3))) << i;
      expect_same(*table_, *after_);

      begin(i + 1);
      disk_->fail_change(disk_->changes() + i, kind);
      const auto applied = table_->apply(third_, tip_at(3));
      if (!applied) {
        const auto again = table_->apply(third_, tip_at(3));
        ASSERT_TRUE(again) << i << ": " << again.error().detail;
      }
      expect_same(*table_, *after_);
      table_.reset();
      expect_same(*open(*disk_), *after_);
    }
  }
}

// The process is gone in the middle of a checkpoint: what it was about to write does not come.
TEST_F(CoinTableOnABadDisk, IsFoundAtTheOldTipOrTheNewAfterAKillAtAnyChange) {
  const std::size_t changes = changes_of_a_checkpoint();
  std::size_t old_ones = 0;
  for (std::size_t i = 0; i <= changes; ++i) {
    begin(i + 1);
    disk_->fail_change(disk_->changes() + i, FileError::Kind::kDisk, SimulatedDisk::Lasts::kOn);
    const bool is_acknowledged = table_->apply(third_, tip_at(3)).has_value();
    table_.reset();
    disk_->repair();
    disk_->kill();
    table_ = open(*disk_);
    const bool is_old = table_->tip() == before_->tip();
    EXPECT_FALSE(is_acknowledged && is_old) << i;
    old_ones += is_old ? 1 : 0;
    expect_same(*table_, is_old ? *before_ : *after_);
    ASSERT_TRUE(table_->apply(third_, tip_at(3))) << i;
    expect_same(*table_, *after_);
  }
  EXPECT_GT(old_ones, 0u);
}

TEST_F(CoinTableOnABadDisk, IsFoundAtTheOldTipOrTheNewAfterAPulledPlugAtAnyChange) {
  const std::size_t changes = changes_of_a_checkpoint();
  for (std::size_t i = 0; i <= changes; ++i) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      begin(seed);
      disk_->fail_change(disk_->changes() + i, FileError::Kind::kDisk, SimulatedDisk::Lasts::kOn);
      const bool is_acknowledged = table_->apply(third_, tip_at(3)).has_value();
      table_.reset();
      disk_->repair();
      disk_->pull_plug();
      table_ = open(*disk_);
      const bool is_old = table_->tip() == before_->tip();
      EXPECT_FALSE(is_acknowledged && is_old) << i;
      expect_same(*table_, is_old ? *before_ : *after_);
    }
  }
}

TEST_F(CoinTableOnABadDisk, NeverGivesACoinThatWasNotWritten) {
  begin(1);
  table_.reset();
  std::size_t noticed = 0;
  const auto names = disk_->list(kFolder).value();
  for (const std::string& name : names) {
    if (!name.ends_with(".sst")) continue;
    const std::string path = kFolder + "/" + name;
    const std::size_t size = disk_->content(path).size();
    for (std::size_t at = 0; at < size; at += 601) {
      disk_->flip_bit(path, at, 3);
      auto table = CoinTable::open(*disk_, kFolder, kGenesis, kQuiet);
      if (!table) {
        ++noticed;
      } else {
        Contents found;
        const auto walked = (*table)->iterate([&](const wire::Outpoint& place, const Coin& coin) {
          found.emplace_back(place, plain(coin));
          return Walk::kOn;
        });
        if (walked) {
          EXPECT_EQ(found, contents(*before_)) << path << " at " << at;
        } else {
          EXPECT_EQ(walked.error().fault, TableFault::kDamaged);
          ++noticed;
        }
      }
      table = {};
      disk_->flip_bit(path, at, 3);
    }
  }
  EXPECT_GT(noticed, 5u);
}

TEST(CoinTable, OfALaterVersionIsRefused) {
  SimulatedDisk disk;
  open(disk);
  {
    const auto env = rocksdb::NewCompositeEnv(rocksdb_files(disk));
    rocksdb::Options options;
    options.env = env.get();
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, kFolder, &opened).ok());
    const std::unique_ptr<rocksdb::DB> database(opened);
    ASSERT_TRUE(database->Put({}, std::string(1, '\0'), "\x02 and more").ok());
  }
  const auto refused = CoinTable::open(disk, kFolder, kGenesis, kQuiet);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("was written by a later version (format 2)"),
            std::string::npos)
      << refused.error().detail;
}

TEST(CoinTable, IsRefusedToASecondUser) {
  SimulatedDisk disk;
  const auto table = open(disk);
  const auto second = CoinTable::open(disk, kFolder, kGenesis, kQuiet);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, TableFault::kUnavailable);
}

}  // namespace
}  // namespace veilwire::store

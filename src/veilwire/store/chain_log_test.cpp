#include "veilwire/store/chain_log.h"

#include <gtest/gtest.h>

#include <random>

#include "veilwire/chain/testing/made_headers.h"
#include "veilwire/host/testing/simulated_disk.h"

namespace veilwire::store {
namespace {

using chain::HashedHeader;
using chain::HeaderTree;
using chain::NodeIndex;
using chain::testing::mined_chain;
using chain::testing::regtest;
using host::testing::SimulatedDisk;

constexpr std::uint64_t kSalt = 3;
const std::string kPath = "chain";
constexpr LogFormat kFormat{{'v', 'w', 'c', 'h'}, 1};
const UnixTime kNow = from_unix_seconds(1'800'000'000);

Place place(std::uint32_t number) { return {number, 8 + number, 100 + number}; }

// A tree and its log.
struct Kept {
  explicit Kept(host::Files& files) : log(ChainLog::open(files, kPath, tree).value()) {}

  NodeIndex add(const std::vector<HashedHeader>& headers) {
    return tree.add(std::span(headers), kNow).last.value();
  }
  // The block is here, and connected.
  host::FileResult<void> connect(NodeIndex index) {
    tree.set_data_here(index);
    tree.set_connected(index);
    const auto kept = log.keep_block(tree, index, {place(index.value()), place(index.value() + 1)});
    return kept ? log.keep_tip(tree, index) : kept;
  }

  HeaderTree tree{regtest(), kSalt};
  ChainLog log;
};

std::vector<HashedHeader> some_chain(std::size_t count, std::uint32_t tag = 0) {
  return mined_chain(regtest().genesis.hash, regtest().genesis.time, count, tag);
}

void expect_same(const HeaderTree& a, const HeaderTree& b) {
  ASSERT_EQ(a.nodes().size(), b.nodes().size());
  for (std::uint32_t i = 0; i < a.nodes().size(); ++i) {
    const NodeIndex index = NodeIndex::of(i);
    ASSERT_EQ(a.nodes()[index].hash, b.nodes()[index].hash);
    ASSERT_EQ(a.standing(index), b.standing(index)) << i;
    ASSERT_EQ(a.blame(index), b.blame(index)) << i;
  }
  EXPECT_EQ(a.best_header(), b.best_header());
  EXPECT_EQ(a.best_block(), b.best_block());
}

TEST(ChainLog, GivesBackTheTreeThePlacesAndTheTip) {
  SimulatedDisk disk;
  Kept kept(disk);
  kept.add(some_chain(4100));
  const NodeIndex fork = kept.add(some_chain(3, 7));
  for (std::uint32_t i = 1; i <= 20; ++i) ASSERT_TRUE(kept.connect(NodeIndex::of(i)));
  kept.tree.invalidate(NodeIndex::of(fork.value() - 1));
  ASSERT_TRUE(kept.log.keep_block(kept.tree, NodeIndex::of(fork.value() - 1), {}));

  Kept again(disk);
  expect_same(again.tree, kept.tree);
  EXPECT_EQ(again.log.tip(), NodeIndex::of(20));
  EXPECT_EQ(again.log.places(NodeIndex::of(20)), (BlockPlaces{place(20), place(21)}));
  EXPECT_EQ(again.log.places(NodeIndex::of(21)), BlockPlaces{});
  EXPECT_EQ(again.log.places(NodeIndex::of(1'000'000)), BlockPlaces{});
  EXPECT_EQ(again.tree.blame(fork), chain::Blame::kAncestors);
}

TEST(ChainLog, KeepsHeadersOnce) {
  SimulatedDisk disk;
  {
    Kept kept(disk);
    kept.add(some_chain(10));
    ASSERT_TRUE(kept.log.keep_headers(kept.tree));
    const std::size_t size = disk.content(kPath).size();
    ASSERT_TRUE(kept.log.keep_headers(kept.tree));
    EXPECT_EQ(disk.content(kPath).size(), size);
  }
  Kept again(disk);
  EXPECT_EQ(again.tree.nodes().size(), 11U);
  const std::size_t size = disk.content(kPath).size();
  ASSERT_TRUE(again.log.keep_headers(again.tree));
  EXPECT_EQ(disk.content(kPath).size(), size);
}

TEST(ChainLog, KeepsManyHeadersWithFewWrites) {
  SimulatedDisk disk;
  Kept kept(disk);
  kept.add(some_chain(2 * kTogether + 1));
  const std::size_t changes = disk.changes();
  const std::size_t size = disk.content(kPath).size();
  ASSERT_TRUE(kept.log.keep_headers(kept.tree));
  EXPECT_EQ(disk.changes() - changes, 3U);
  EXPECT_EQ(disk.content(kPath).size() - size, (2 * kTogether + 1) * 80 + 3 * 9);
}

TEST(ChainLog, IsOfOneNetwork) {
  SimulatedDisk disk;
  Kept kept(disk);
  HeaderTree other(chain::testing::network("main"), kSalt);
  const auto opened = ChainLog::open(disk, kPath, other);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().text, "'chain' is of another network");
}

TEST(ChainLog, ForgetsWhatARecordSaysThatMakesNoSense) {
  SimulatedDisk disk;
  {
    Kept kept(disk);
    kept.add(some_chain(2));
    ASSERT_TRUE(kept.log.keep_headers(kept.tree));
  }
  for (const Bytes& nonsense :
       {Bytes{}, Bytes{9}, Bytes{0, 1, 2, 3, 4}, Bytes{1}, Bytes{1, 5}, Bytes{3, 3, 0, 0, 0},
        Bytes{3, 1, 0, 0, 0, 0}, Bytes{2}, Bytes{2, 1}, Bytes{2, 3, 0, 0, 0, 1, 0, 0, 0, 0},
        Bytes{2, 1, 0, 0, 0, 3, 0, 0, 0, 0}, Bytes{2, 1, 0, 0, 0, 32, 0, 0, 0, 0},
        // One that makes sense, and one that does not.
        Bytes{2, 1, 0, 0, 0, 4, 0, 0, 0, 0, 9}}) {
    {
      auto log = RecordLog::open(disk, kPath, kFormat, [](ByteView) { return true; });
      ASSERT_TRUE(log->add(nonsense));
    }
    Kept again(disk);
    EXPECT_EQ(again.tree.nodes().size(), 3U);
    EXPECT_EQ(again.tree.blame(NodeIndex::of(1)), chain::Blame::kNone);
    EXPECT_EQ(again.log.found().cut_bytes, 8 + nonsense.size());
  }
}

// Whatever change fails: what was acknowledged is there, and it goes on afterwards.
TEST(ChainLog, LosesNothingToADiskThatIsFull) {
  const auto headers = some_chain(12);
  for (std::size_t failing = 3; failing < 40; ++failing) {
    SimulatedDisk disk(failing);
    std::uint32_t acknowledged = 0;
    {
      Kept kept(disk);
      disk.fail_change(failing, host::FileError::Kind::kNoSpace);
      kept.add(headers);
      for (std::uint32_t i = 1; i <= 12; ++i) {
        if (!kept.connect(NodeIndex::of(i))) break;
        acknowledged = i;
      }
    }
    Kept again(disk);
    ASSERT_GE(again.log.tip(), NodeIndex::of(acknowledged));
    again.add(headers);
    for (std::uint32_t i = acknowledged + 1; i <= 12; ++i) {
      ASSERT_TRUE(again.connect(NodeIndex::of(i)));
    }
    EXPECT_EQ(Kept(disk).log.tip(), NodeIndex::of(12));
  }
}

TEST(ChainLog, LosesToAPulledPlugOnlyWhatWasNotSynced) {
  const auto headers = some_chain(30);
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SimulatedDisk disk(seed);
    std::mt19937_64 dice(seed);
    std::uint32_t synced = 0;
    {
      Kept kept(disk);
      kept.add(headers);
      for (std::uint32_t i = 1; i <= 30; ++i) {
        ASSERT_TRUE(kept.connect(NodeIndex::of(i)));
        if (dice() % 6 != 0) continue;
        ASSERT_TRUE(kept.log.sync());
        synced = i;
      }
    }
    disk.pull_plug();
    const Kept again(disk);
    ASSERT_GE(again.log.tip(), NodeIndex::of(synced));
    for (std::uint32_t i = 1; i <= synced; ++i) {
      ASSERT_TRUE(again.tree.is_connected(NodeIndex::of(i)));
    }
  }
}

// -- Written anew -----------------------------------------------------------------------------------

enum class Words : std::uint8_t { kFew, kMany };

// Blocks, a fork that failed, a tip; and one block's places, said again and again: 1 MB of it, which
// is little enough to be left, or 5.
Bytes wordy_log(Words words) {
  SimulatedDisk disk;
  {
    Kept kept(disk);
    kept.add(some_chain(2100));
    const NodeIndex fork = kept.add(some_chain(3, 7));
    for (std::uint32_t i = 1; i <= 20; ++i) EXPECT_TRUE(kept.connect(NodeIndex::of(i)));
    kept.tree.invalidate(NodeIndex::of(fork.value() - 1));
    EXPECT_TRUE(kept.log.keep_block(kept.tree, NodeIndex::of(fork.value() - 1), {}));
  }
  auto log = RecordLog::open(disk, kPath, kFormat, [](ByteView) { return true; });
  const BlockEntry word{.index = 2103, .places = {place(1), place(2)}};
  const Bytes record = blocks_record(std::vector<BlockEntry>(30'000, word));
  for (int i = words == Words::kFew ? 4 : 0; i < 5; ++i) EXPECT_TRUE(log->add(record));
  return disk.content(kPath);
}

void put(SimulatedDisk& disk, const Bytes& content) {
  const auto file = disk.open(kPath, host::Opening::kOrNew).value();
  ASSERT_TRUE(file->write_at(0, content));
  ASSERT_TRUE(file->sync());
  ASSERT_TRUE(disk.sync_folder("."));
}

void expect_same(const Kept& a, const Kept& b) {
  expect_same(a.tree, b.tree);
  EXPECT_EQ(a.log.tip(), b.log.tip());
  for (std::uint32_t i = 0; i < a.tree.nodes().size(); ++i) {
    ASSERT_EQ(a.log.places(NodeIndex::of(i)), b.log.places(NodeIndex::of(i))) << i;
  }
}

TEST(ChainLog, IsWrittenAnewWhereMostOfItWasSaidOtherwiseLater) {
  SimulatedDisk left_disk;
  const Bytes few = wordy_log(Words::kFew);
  put(left_disk, few);
  const Kept left(left_disk);
  EXPECT_EQ(left_disk.content(kPath), few);

  SimulatedDisk disk;
  put(disk, wordy_log(Words::kMany));
  Kept anew(disk);
  expect_same(anew, left);
  const std::size_t entries_bytes = 20 * 33 + 9 + 33;
  EXPECT_EQ(disk.content(kPath).size(), 8 + 13 + 2103 * 80 + 2 * 9 + entries_bytes + 9 + 13);
  ASSERT_TRUE(anew.connect(NodeIndex::of(21)));
  expect_same(Kept(disk), anew);
}

TEST(ChainLog, IsLeftWhereMostOfItHolds) {
  SimulatedDisk disk;
  {
    Kept kept(disk);
    kept.add(some_chain(53'000));
    ASSERT_TRUE(kept.log.keep_headers(kept.tree));
  }
  ASSERT_GT(disk.content(kPath).size(), std::size_t{4} << 20);
  const std::size_t changes = disk.changes();
  const Kept again(disk);
  EXPECT_EQ(again.tree.nodes().size(), 53'001U);
  EXPECT_EQ(disk.changes(), changes);
}

// From each change in turn nothing works any more: it opens nevertheless, and is the same at the next
// start, with nothing of the attempt left.
TEST(ChainLog, IsTheSameWhereverWritingItAnewIsCutShort) {
  SimulatedDisk left_disk;
  put(left_disk, wordy_log(Words::kFew));
  const Kept left(left_disk);
  const Bytes many = wordy_log(Words::kMany);
  bool is_reached = true;
  for (std::size_t change = 0; is_reached; ++change) {
    for (const auto blow : {&SimulatedDisk::kill, &SimulatedDisk::pull_plug}) {
      SimulatedDisk disk(change + 1);
      put(disk, many);
      const std::size_t first = disk.changes();
      disk.fail_change(first + change, host::FileError::Kind::kDisk, SimulatedDisk::Lasts::kOn);
      expect_same(Kept(disk), left);
      is_reached = disk.changes() > first + change;
      (disk.*blow)();
      disk.repair();
      expect_same(Kept(disk), left);
      EXPECT_FALSE(disk.has(kPath + ".new"));
    }
  }
}

TEST(ChainLog, IsUsedAsItIsWhereThereIsNoRoomToWriteItAnew) {
  const Bytes many = wordy_log(Words::kMany);
  bool is_reached = true;
  for (std::size_t change = 0; is_reached; ++change) {
    SimulatedDisk disk(change + 1);
    put(disk, many);
    const std::size_t first = disk.changes();
    disk.fail_change(first + change, host::FileError::Kind::kNoSpace);
    {
      Kept kept(disk);
      EXPECT_FALSE(disk.has(kPath + ".new"));
      is_reached = disk.changes() > first + change;
      disk.repair();
      ASSERT_TRUE(kept.connect(NodeIndex::of(21)));
      ASSERT_TRUE(kept.log.sync());
    }
    disk.pull_plug();
    const Kept again(disk);
    EXPECT_EQ(again.log.tip(), NodeIndex::of(21));
    EXPECT_EQ(again.log.places(NodeIndex::of(2103)), (BlockPlaces{place(1), place(2)}));
  }
}

}  // namespace
}  // namespace veilwire::store

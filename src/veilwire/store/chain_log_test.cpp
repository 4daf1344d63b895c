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
  const LogFormat format{{'v', 'w', 'c', 'h'}, 1};
  for (const Bytes& nonsense :
       {Bytes{}, Bytes{9}, Bytes{0, 1, 2, 3, 4}, Bytes{1, 5}, Bytes{3, 3, 0, 0, 0}, Bytes{2, 1}}) {
    {
      auto log = RecordLog::open(disk, kPath, format, [](ByteView) { return true; });
      ASSERT_TRUE(log->add(nonsense));
    }
    Kept again(disk);
    EXPECT_EQ(again.tree.nodes().size(), 3U);
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
        ASSERT_TRUE(disk.sync_folder(""));
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

}  // namespace
}  // namespace veilwire::store

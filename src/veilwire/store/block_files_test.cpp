#include "veilwire/store/block_files.h"

#include <gtest/gtest.h>

#include "veilwire/crypto/sha256.h"
#include "veilwire/host/testing/simulated_disk.h"

namespace veilwire::store {
namespace {

using host::testing::SimulatedDisk;

const std::string kFolder = "blocks";
const Hash256 kPrevious{1, 2, 3};

Bytes content(std::size_t number, std::size_t size = 500) {
  return Bytes(size + number, static_cast<std::uint8_t>(number + 1));
}

BlockFiles open(host::Files& files) { return BlockFiles(files, kFolder, protocol::kRegtestMagic); }

TEST(BlockFiles, GiveBackBlocksAndTheirUndo) {
  SimulatedDisk disk;
  BlockFiles files = open(disk);
  std::vector<std::pair<Place, Place>> places;
  for (std::size_t i = 0; i < 20; ++i) {
    const auto block = files.add_block(content(i));
    ASSERT_TRUE(block);
    const auto undo = files.add_undo(block->file, content(i, 70), kPrevious);
    ASSERT_TRUE(undo);
    places.emplace_back(*block, *undo);
  }
  BlockFiles again = open(disk);
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(again.read_block(places[i].first), content(i));
    EXPECT_EQ(again.read_undo(places[i].second, kPrevious), content(i, 70));
  }
}

// magic, size, block; and after an undo record the SHA256d of the previous hash and the record.
TEST(BlockFiles, AreLaidOutAsCores) {
  SimulatedDisk disk;
  BlockFiles files = open(disk);
  ASSERT_TRUE(files.add_block(Bytes{7, 8, 9}));
  ASSERT_TRUE(files.add_undo(0, Bytes{5}, kPrevious));
  EXPECT_EQ(disk.content("blocks/blk00000.dat"),
            (Bytes{0xfa, 0xbf, 0xb5, 0xda, 3, 0, 0, 0, 7, 8, 9}));
  Bytes undo{0xfa, 0xbf, 0xb5, 0xda, 1, 0, 0, 0, 5};
  Bytes hashed(kPrevious.begin(), kPrevious.end());
  hashed.push_back(5);
  const Hash256 checksum = crypto::sha256d(hashed);
  undo.insert(undo.end(), checksum.begin(), checksum.end());
  EXPECT_EQ(disk.content("blocks/rev00000.dat"), undo);
}

TEST(BlockFiles, GoOnInTheNextFileBeforeTheyAreTooLong) {
  SimulatedDisk disk;
  BlockFiles files = open(disk);
  files.know_block({3, kMaxBlockFileBytes - 1000, 500});
  EXPECT_EQ(files.add_block(Bytes(492)), (Place{3, kMaxBlockFileBytes - 492, 492}));
  EXPECT_EQ(files.add_block(Bytes(1)), (Place{4, 8, 1}));
  EXPECT_TRUE(disk.has("blocks/blk00004.dat"));
}

TEST(BlockFiles, WriteOverWhatWasNotAcknowledged) {
  SimulatedDisk disk;
  Place first;
  {
    BlockFiles files = open(disk);
    first = files.add_block(content(0)).value();
    ASSERT_TRUE(files.add_block(content(1)));
  }
  BlockFiles again = open(disk);
  again.know_block(first);
  const auto second = again.add_block(content(2));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->offset, first.offset + first.bytes + 8);
  EXPECT_EQ(again.read_block(first), content(0));
  EXPECT_EQ(again.read_block(*second), content(2));
}

TEST(BlockFiles, RefuseWhatIsNotWhatWasWritten) {
  SimulatedDisk disk;
  BlockFiles files = open(disk);
  const Place block = files.add_block(content(0)).value();
  const Place undo = files.add_undo(0, content(1), kPrevious).value();
  const auto kind_of = [](const auto& result) { return result ? -1 : int(result.error().kind); };
  const int damaged = int(StoreError::Kind::kDamaged);
  EXPECT_EQ(kind_of(files.read_block({0, block.offset + 1, block.bytes})), damaged);
  EXPECT_EQ(kind_of(files.read_block({0, 0, block.bytes})), damaged);
  EXPECT_EQ(kind_of(files.read_block({0, block.offset, block.bytes + 1})), damaged);
  EXPECT_EQ(kind_of(files.read_block({0, 8, kMaxStoredBlockBytes + 1})), damaged);
  EXPECT_EQ(kind_of(files.read_block({9, 8, 1})), int(StoreError::Kind::kUnavailable));
  EXPECT_EQ(kind_of(files.read_undo(undo, Hash256{})), damaged);
  disk.flip_bit("blocks/rev00000.dat", undo.offset + 5);
  const auto flipped = files.read_undo(undo, kPrevious);
  ASSERT_FALSE(flipped);
  EXPECT_EQ(flipped.error().text,
            "'blocks/rev00000.dat' is damaged: what lies at byte 8 does not have its checksum");
}

TEST(BlockFiles, AreAsBeforeAfterAFullDisk) {
  SimulatedDisk disk;
  BlockFiles files = open(disk);
  const Place first = files.add_block(content(0)).value();
  disk.fail_change(disk.changes(), host::FileError::Kind::kNoSpace);
  const auto refused = files.add_block(content(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, StoreError::Kind::kFull);
  const auto second = files.add_block(content(2));
  EXPECT_EQ(files.read_block(first), content(0));
  EXPECT_EQ(files.read_block(second.value()), content(2));
}

// After a sync that failed the system calls the same pages clean: a second one would prove nothing.
TEST(BlockFiles, StayUnsyncedOnceASyncHasFailed) {
  SimulatedDisk disk;
  BlockFiles files = open(disk);
  ASSERT_TRUE(files.add_block(content(0)));
  disk.fail_change(disk.changes(), host::FileError::Kind::kDisk);
  ASSERT_FALSE(files.sync());
  const auto again = files.sync();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, StoreError::Kind::kUnavailable);
}

// A place has 32 bits for the offset.
TEST(BlockFiles, AreUnderFourGigabytesEach) {
  SimulatedDisk disk;
  BlockFiles files = open(disk);
  files.know_undo({.file = 0, .offset = UINT32_MAX - 1000, .bytes = 100});
  const auto refused = files.add_undo(0, Bytes(1000), kPrevious);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text, "'blocks/rev00000.dat' would be over 4 GiB");
  EXPECT_TRUE(disk.content("blocks/rev00000.dat").empty());
}

TEST(BlockFiles, SurviveAPulledPlugOnceTheyAreSynced) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SimulatedDisk disk(seed);
    std::vector<Place> places;
    {
      BlockFiles files = open(disk);
      for (std::size_t i = 0; i < 5; ++i) places.push_back(files.add_block(content(i)).value());
      ASSERT_TRUE(files.sync());
      ASSERT_TRUE(files.add_block(content(5)));
    }
    disk.pull_plug();
    BlockFiles again = open(disk);
    for (std::size_t i = 0; i < 5; ++i) ASSERT_EQ(again.read_block(places[i]), content(i)) << seed;
  }
}

}  // namespace
}  // namespace veilwire::store

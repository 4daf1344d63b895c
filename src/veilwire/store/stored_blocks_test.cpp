#include "veilwire/store/stored_blocks.h"

#include <gtest/gtest.h>

#include "veilwire/chain/testing/made_headers.h"
#include "veilwire/host/testing/simulated_disk.h"

namespace veilwire::store {
namespace {

using chain::HeaderTree;
using chain::NodeIndex;
using chain::testing::regtest;
using host::testing::SimulatedDisk;

const std::string kFolder = "node";
const Bytes kBlock{1, 2, 3};
const Bytes kUndo{4, 5};

NodeIndex add_header(HeaderTree& tree) {
  const auto header = chain::testing::mined(regtest().genesis.hash,
                                            regtest().genesis.time + std::chrono::minutes(1));
  return tree.add(header, header.header.time).value().index;
}

TEST(StoredBlocks, KeepABlockWithItsUndoAcrossAKill) {
  SimulatedDisk disk;
  {
    HeaderTree tree(regtest(), 1);
    auto blocks = StoredBlocks::open(disk, kFolder, tree).value();
    const NodeIndex index = add_header(tree);
    ASSERT_TRUE(blocks.add_block(index, kBlock));
    tree.set_data_here(index);
    ASSERT_TRUE(blocks.add_undo(index, kUndo));
    tree.set_connected(index);
    ASSERT_TRUE(blocks.keep_standing(index));
    ASSERT_TRUE(blocks.keep_tip(index));
  }
  disk.kill();
  HeaderTree tree(regtest(), 1);
  auto blocks = StoredBlocks::open(disk, kFolder, tree).value();
  EXPECT_EQ(blocks.tip(), NodeIndex::of(1));
  EXPECT_TRUE(tree.is_connected(NodeIndex::of(1)));
  EXPECT_EQ(blocks.read_block(NodeIndex::of(1)), kBlock);
  EXPECT_EQ(blocks.read_undo(NodeIndex::of(1)), kUndo);
}

TEST(StoredBlocks, KeepHeadersThatHaveNoBlocksYet) {
  SimulatedDisk disk;
  {
    HeaderTree tree(regtest(), 1);
    auto blocks = StoredBlocks::open(disk, kFolder, tree).value();
    add_header(tree);
    ASSERT_TRUE(blocks.keep_headers());
  }
  disk.kill();
  HeaderTree tree(regtest(), 1);
  ASSERT_TRUE(StoredBlocks::open(disk, kFolder, tree));
  EXPECT_EQ(tree.nodes().size(), 2U);
}

TEST(StoredBlocks, SayWhatWasNeverKept) {
  SimulatedDisk disk;
  HeaderTree tree(regtest(), 1);
  auto blocks = StoredBlocks::open(disk, kFolder, tree).value();
  const NodeIndex index = add_header(tree);
  const auto is_absent = [](const auto& result) {
    return !result && result.error().kind == StoreError::Kind::kAbsent;
  };
  EXPECT_TRUE(is_absent(blocks.read_block(index)));
  EXPECT_TRUE(is_absent(blocks.read_undo(index)));
  EXPECT_TRUE(is_absent(blocks.add_undo(index, kUndo)));
}

TEST(StoredBlocks, AreOfOneProcessAtATime) {
  SimulatedDisk disk;
  HeaderTree tree(regtest(), 1);
  const auto blocks = StoredBlocks::open(disk, kFolder, tree);
  ASSERT_TRUE(blocks);
  HeaderTree other(regtest(), 1);
  const auto second = StoredBlocks::open(disk, kFolder, other);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, LogError::Kind::kInUse);
  EXPECT_EQ(second.error().text, "'node' is in use by another process");
}

}  // namespace
}  // namespace veilwire::store

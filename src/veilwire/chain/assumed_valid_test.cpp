#include "veilwire/chain/assumed_valid.h"

#include <gtest/gtest.h>

#include "veilwire/chain/testing/made_headers.h"

namespace veilwire::chain {
namespace {

using testing::regtest;

// Regtest's blocks are one of constant difficulty: two weeks are 2016 of them and a second.
class AssumedValidTest : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kLength = 2200;

  NodeIndex grow(NodeIndex parent, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const wire::BlockHeader header = testing::draft(tree.nodes()[parent].hash, {});
      parent = tree.restore({header, testing::made_up_hash(tree.nodes().size())}).value();
    }
    return parent;
  }
  NodeIndex at(std::uint32_t height) const {
    return tree.nodes().ancestor(last, protocol::Height::of(height));
  }
  AssumedValid assumed(NodeIndex block) const {
    return {.block = tree.nodes()[block].hash, .minimum_work = tree.nodes()[last].work};
  }

  HeaderTree tree{regtest(), 3};
  NodeIndex last = grow(kGenesisIndex, kLength);
};

TEST(AssumedValid, ComesWithTheNetwork) {
  const protocol::Network& main = testing::network("main");
  const auto assumed = AssumedValid::of(main);
  ASSERT_TRUE(assumed);
  EXPECT_EQ(assumed->block, main.assume_valid->block);
  EXPECT_EQ(assumed->minimum_work.number(), *main.minimum_chain_work);
  EXPECT_GT(assumed->minimum_work, ChainWork());
  EXPECT_FALSE(AssumedValid::of(regtest()));
}

TEST_F(AssumedValidTest, IsAnAncestorOfTheAssumedBlockOrThatBlock) {
  EXPECT_TRUE(is_assumed_valid(tree, at(100), assumed(at(150))));
  EXPECT_TRUE(is_assumed_valid(tree, at(150), assumed(at(150))));
  EXPECT_FALSE(is_assumed_valid(tree, at(151), assumed(at(150))));
}

TEST_F(AssumedValidTest, NeedsTheAssumedBlocksHeader) {
  EXPECT_FALSE(is_assumed_valid(tree, at(1), {.block = Hash256{1}}));
}

TEST_F(AssumedValidTest, IsOnTheBestHeadersChain) {
  const NodeIndex fork = grow(at(50), 10);
  EXPECT_FALSE(is_assumed_valid(tree, fork, assumed(fork)));
  EXPECT_TRUE(is_assumed_valid(tree, at(50), assumed(fork)));
}

TEST_F(AssumedValidTest, NeedsTheMinimumWorkOfTheBestHeader) {
  AssumedValid all = assumed(last);
  EXPECT_TRUE(is_assumed_valid(tree, at(100), all));
  all.minimum_work += ChainWork(consensus::work_of(regtest().genesis.bits));
  EXPECT_FALSE(is_assumed_valid(tree, at(100), all));
}

TEST_F(AssumedValidTest, IsBuriedUnderMoreThanTwoWeeksOfWork) {
  const std::uint32_t two_weeks = 2016;
  EXPECT_FALSE(is_assumed_valid(tree, at(kLength - two_weeks), assumed(last)));
  EXPECT_TRUE(is_assumed_valid(tree, at(kLength - two_weeks - 1), assumed(last)));
}

}  // namespace
}  // namespace veilwire::chain

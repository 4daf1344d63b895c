#include "veilwire/chain/walks.h"

#include <gtest/gtest.h>

#include "veilwire/chain/testing/made_headers.h"
#include "veilwire/wire/headers.h"

namespace veilwire::chain {
namespace {

using protocol::Height;
using testing::regtest;

class Walks : public ::testing::Test {
 protected:
  NodeIndex grow(NodeIndex parent, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      parent = nodes.append(
          {testing::draft(nodes[parent].hash, {}), testing::made_up_hash(nodes.size())}, parent);
    }
    return parent;
  }
  std::vector<std::uint32_t> heights(std::span<const Hash256> hashes) const {
    std::vector<std::uint32_t> heights;
    for (const Hash256& hash : hashes) heights.push_back(nodes[*nodes.find(hash)].height.value());
    return heights;
  }

  HeaderNodes nodes{regtest(), 5};
};

TEST_F(Walks, ALocatorGoesTenStepsByOneAndThenByEverTwiceAsMany) {
  EXPECT_EQ(heights(locator(nodes, kGenesisIndex)), (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(heights(locator(nodes, grow(kGenesisIndex, 3))),
            (std::vector<std::uint32_t>{3, 2, 1, 0}));
  const NodeIndex last = grow(kGenesisIndex, 100);
  EXPECT_EQ(heights(locator(nodes, last)),
            (std::vector<std::uint32_t>{100, 99, 98, 97, 96, 95, 94, 93, 92, 91, 90, 88, 84, 76, 60,
                                        28, 0}));
}

TEST_F(Walks, ALocatorOfALongChainFitsAMessage) {
  const NodeIndex last = grow(kGenesisIndex, 100'000);
  EXPECT_LE(locator(nodes, last).size(), 12 + 17u);
  EXPECT_LE(12 + 32u, wire::kMaxLocatorHashes);
}

TEST_F(Walks, FindsWhatALocatorHasInCommonWithAChain) {
  const NodeIndex trunk = grow(kGenesisIndex, 50);
  const NodeIndex ours = grow(trunk, 30);
  const NodeIndex theirs = grow(trunk, 5);
  EXPECT_EQ(last_in_common(nodes, ours, locator(nodes, ours)), ours);
  EXPECT_EQ(last_in_common(nodes, ours, locator(nodes, theirs)), trunk);
  EXPECT_EQ(last_in_common(nodes, ours, {}), kGenesisIndex);
  const std::vector<Hash256> foreign{Hash256{1}, Hash256{2}, nodes[trunk].hash};
  EXPECT_EQ(last_in_common(nodes, ours, foreign), trunk);
  EXPECT_EQ(last_in_common(nodes, ours, std::span(foreign).first(2)), kGenesisIndex);
  EXPECT_EQ(last_in_common(nodes, trunk, locator(nodes, ours)), trunk);
}

TEST_F(Walks, APathTakesBlocksOffDownToTheForkAndPutsOthersOn) {
  const NodeIndex trunk = grow(kGenesisIndex, 5);
  const NodeIndex from = grow(trunk, 2);
  const NodeIndex to = grow(trunk, 3);
  const Path way = path(nodes, from, to);
  EXPECT_EQ(way.fork, trunk);
  EXPECT_EQ(way.off, (std::vector{from, nodes[from].parent}));
  EXPECT_EQ(way.on, (std::vector{nodes[nodes[to].parent].parent, nodes[to].parent, to}));
  EXPECT_EQ(path(nodes, from, to, 1).on, (std::vector{nodes[nodes[to].parent].parent}));
}

TEST_F(Walks, APathWithinOneChainGoesOneWay) {
  const NodeIndex low = grow(kGenesisIndex, 2);
  const NodeIndex high = grow(low, 2);
  EXPECT_TRUE(path(nodes, low, high).off.empty());
  EXPECT_EQ(path(nodes, low, high).on.size(), 2u);
  EXPECT_TRUE(path(nodes, high, low).on.empty());
  EXPECT_EQ(path(nodes, high, low).off.size(), 2u);
  EXPECT_EQ(path(nodes, high, high).fork, high);
}

}  // namespace
}  // namespace veilwire::chain

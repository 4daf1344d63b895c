#include "veilwire/serve/shown_blocks.h"

#include <gtest/gtest.h>

#include "veilwire/serve/testing/kept_chain.h"

namespace veilwire::serve {
namespace {

using namespace std::chrono_literals;
using chain::kGenesisIndex;
using chain::NodeIndex;

class ShownBlocks : public ::testing::Test {
 protected:
  testing::KeptChain kept_;
};

TEST_F(ShownBlocks, AreAllOfTheActiveChain) {
  const NodeIndex tip = kept_.grow_headers(10, kGenesisIndex);
  EXPECT_TRUE(is_shown(kept_.tree, tip, kGenesisIndex));
  EXPECT_TRUE(is_shown(kept_.tree, tip, tip));
}

TEST_F(ShownBlocks, AreNotThoseThatWereNeverConnected) {
  const NodeIndex tip = kept_.grow_headers(10, kGenesisIndex);
  const auto header = chain::testing::mined(kept_.hash(kept_.at(tip, 8)),
                                            from_unix_seconds(kept_.tree.nodes()[tip].time), 9);
  const NodeIndex stale = kept_.tree.add(header, header.header.time).value().index;
  kept_.tree.set_data_here(stale);
  EXPECT_FALSE(is_shown(kept_.tree, tip, stale));
  kept_.tree.set_connected(stale);
  EXPECT_TRUE(is_shown(kept_.tree, tip, stale));
  kept_.tree.invalidate(stale);
  EXPECT_FALSE(is_shown(kept_.tree, tip, stale));
}

TEST_F(ShownBlocks, AreStaleOnesOnlyForAMonthOfTheBestHeadersTime) {
  const NodeIndex fork = kept_.grow(1, kGenesisIndex);
  const NodeIndex stale = kept_.grow(1, fork, 7);
  NodeIndex tip = kept_.grow(1, fork, 0, 24h);
  tip = kept_.grow(1, tip, 0, 29 * 24h + testing::KeptChain::kSpacing - 1s);
  EXPECT_TRUE(is_shown(kept_.tree, tip, stale));
  tip = kept_.grow(1, tip, 0, 1s);
  EXPECT_FALSE(is_shown(kept_.tree, tip, stale));
}

TEST_F(ShownBlocks, AreStaleOnesOnlyForAMonthOfWork) {
  const NodeIndex fork = kept_.grow_headers(1, kGenesisIndex);
  const NodeIndex stale = kept_.grow_headers(1, fork, 7);
  const NodeIndex tip = kept_.grow_headers(30 * 144, fork);  // a minute apart: three days
  EXPECT_TRUE(is_shown(kept_.tree, tip, stale));
  EXPECT_FALSE(is_shown(kept_.tree, kept_.grow_headers(1, tip), stale));
}

TEST_F(ShownBlocks, InTheLimitedRangeAreTheLatest288AndTwo) {
  const NodeIndex tip = kept_.grow_headers(400, kGenesisIndex);
  const auto is_in_range = [&](std::uint32_t height) {
    return is_in_limited_range(kept_.tree.nodes(), tip, kept_.at(tip, height));
  };
  EXPECT_TRUE(is_in_range(400 - 290));
  EXPECT_FALSE(is_in_range(400 - 291));
}

TEST_F(ShownBlocks, KeptForLongAreThoseThatAnHourOfBlocksLeavesInRange) {
  const NodeIndex tip = kept_.grow_headers(400, kGenesisIndex);
  const NodeIndex last = kept_.at(tip, 400 - 281);
  EXPECT_TRUE(is_kept_for_long(kept_.tree, tip, last));
  EXPECT_FALSE(is_kept_for_long(kept_.tree, tip, kept_.at(tip, 400 - 282)));
  kept_.tree.drop_data(last);
  EXPECT_FALSE(is_kept_for_long(kept_.tree, tip, last));
}

TEST_F(ShownBlocks, AreHistoryAWeekBeforeTheBestHeader) {
  const NodeIndex block = kept_.grow(1, kGenesisIndex);
  const NodeIndex tip = kept_.grow(1, block, 0, 7 * 24h);
  EXPECT_EQ(traffic_of(kept_.tree, block), Traffic::kNew);
  kept_.grow(1, tip, 0, 1s);
  EXPECT_EQ(traffic_of(kept_.tree, block), Traffic::kHistory);
}

}  // namespace
}  // namespace veilwire::serve

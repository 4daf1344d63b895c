#include "veilwire/engine/look_ahead.h"

#include <gtest/gtest.h>

#include "veilwire/coins/testing/checkpoint.h"
#include "veilwire/coins/testing/made_chain.h"
#include "veilwire/coins/testing/watched_table.h"
#include "veilwire/consensus/testing/executors.h"

namespace veilwire::engine {
namespace {

using coins::testing::MadeChain;
using coins::testing::WatchedTable;
using consensus::testing::LateExecutor;

// Blocks that each spend one coin of the table.
class LookAheadTest : public ::testing::Test {
 protected:
  LookAheadTest() : table_(chain_.tip()), coins_(table_, {3, 4}), ahead_(coins_, late_) {
    for (int i = 0; i < 20; ++i) {
      const auto block = chain_.next();
      coins_.connect(*chain_.connect(block, coins_.gather(*block, coins::Bip30::kAsk).value()));
      outpoints_.push_back({block->ids()[0].txid, 0});
    }
    EXPECT_TRUE(coins::testing::write_checkpoint(coins_, table_));
    table_.calls = table_.asked = 0;
    for (const wire::Outpoint& outpoint : outpoints_) {
      blocks_.push_back(chain_.next({coins::testing::drafts::spend({outpoint}, 50)}));
    }
  }

  // Takes a block's coins where so many behind it are parsed, and says whether its own is among them.
  bool finds(std::size_t block, std::size_t ready) {
    const auto ahead =
        ahead_.take(blocks_[block], std::span(blocks_).subspan(block + 1, ready)).value();
    return ahead->find(outpoints_[block]).has_value();
  }

  MadeChain chain_;
  WatchedTable table_;
  coins::Generations coins_;
  LateExecutor late_;
  LookAhead ahead_;
  std::vector<wire::Outpoint> outpoints_;
  std::vector<LookAhead::BlockPointer> blocks_;
};

TEST_F(LookAheadTest, AsksOnceForAllThatAreParsed) {
  for (std::size_t i = 0; i <= 4; ++i) EXPECT_TRUE(finds(i, 4 - i)) << i;
  EXPECT_EQ(table_.calls, 1u);
  EXPECT_EQ(table_.asked, 5u);
  EXPECT_TRUE(late_.kept.empty());
}

TEST_F(LookAheadTest, AsksForThoseBehindThemOnTheExecutor) {
  EXPECT_TRUE(finds(0, 2));  // and for 1 and 2
  EXPECT_TRUE(late_.kept.empty());
  EXPECT_TRUE(finds(1, 5));  // there are 3 to 6
  EXPECT_EQ(late_.kept.size(), 1u);
  EXPECT_EQ(table_.calls, 1u);
  late_.run_all();
  EXPECT_EQ(table_.calls, 2u);
  for (std::size_t i = 2; i <= 6; ++i) EXPECT_TRUE(finds(i, 0)) << i;
  EXPECT_EQ(table_.calls, 2u);
  EXPECT_EQ(table_.asked, 7u);
}

TEST_F(LookAheadTest, AsksItselfWhereTheExecutorHasNotComeToIt) {
  EXPECT_TRUE(finds(0, 2));
  EXPECT_TRUE(finds(1, 5));
  EXPECT_TRUE(finds(2, 4));
  EXPECT_TRUE(finds(3, 3));
  EXPECT_EQ(table_.calls, 2u);
}

// Coins that the blocks between make are not asked for: the table cannot have them.
TEST_F(LookAheadTest, AsksForNothingThatIsMadeBeforeItIsSpent) {
  const auto made = coins::testing::drafts::spend({outpoints_[0]}, 50);
  const LookAhead::BlockPointer blocks[] = {
      chain_.next({made}), chain_.next({coins::testing::drafts::spend({made.outpoint(0)}, 40)})};
  EXPECT_TRUE(ahead_.take(blocks[0], {}));
  EXPECT_TRUE(ahead_.take(blocks[0], std::span(blocks).subspan(1)));
  late_.run_all();
  EXPECT_EQ(table_.asked, 2u);  // the first, twice
}

TEST_F(LookAheadTest, ForgetsBlocksThatDoNotComeNextAnyMore) {
  EXPECT_TRUE(finds(0, 2));
  EXPECT_TRUE(finds(1, 5));
  ahead_.forget();
  late_.run_all();
  EXPECT_EQ(table_.calls, 1u);
  EXPECT_TRUE(finds(10, 0));
  EXPECT_EQ(table_.calls, 2u);
}

TEST_F(LookAheadTest, AsksAgainWhereTheTableRefused) {
  EXPECT_TRUE(finds(0, 0));
  EXPECT_TRUE(finds(1, 3));
  table_.is_failing = true;
  EXPECT_TRUE(finds(2, 2));
  EXPECT_TRUE(finds(3, 1));
  EXPECT_TRUE(finds(4, 8));
  late_.run_all();
  EXPECT_FALSE(ahead_.take(blocks_[5], {}));
  table_.is_failing = false;
  EXPECT_TRUE(finds(5, 0));
}

}  // namespace
}  // namespace veilwire::engine

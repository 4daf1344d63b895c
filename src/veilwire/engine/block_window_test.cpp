#include "veilwire/engine/block_window.h"

#include <gtest/gtest.h>

#include "veilwire/chain/header_tree.h"
#include "veilwire/chain/testing/blocks_in_memory.h"
#include "veilwire/consensus/testing/drafts.h"
#include "veilwire/consensus/testing/executors.h"

namespace veilwire::engine {
namespace {

using chain::NodeIndex;
using chain::StoreError;
using chain::testing::BlocksInMemory;
using consensus::testing::InlineExecutor;
using consensus::testing::LateExecutor;

class BlockWindowTest : public ::testing::Test {
 protected:
  BlockWindowTest() { chain_ = grown(200, 0); }

  // Blocks on the genesis block, kept.
  std::vector<NodeIndex> grown(std::size_t count, std::uint32_t mark) {
    std::vector<NodeIndex> indexes{NodeIndex{}};
    while (indexes.size() <= count) {
      const chain::HeaderNode& last = tree_.nodes()[indexes.back()];
      consensus::testing::BlockDraft draft;
      draft.header.version = 4;
      draft.header.previous = last.hash;
      draft.header.time = from_unix_seconds(last.time + 1);
      draft.header.bits = last.bits;
      draft.transactions.push_back(
          consensus::testing::coinbase(last.height.next(), consensus::Amount::of(mark).value()));
      draft.set_root();
      draft.mine();
      indexes.push_back(tree_.add(draft.header, draft.header.time).value().index);
      EXPECT_TRUE(store_.add_block(indexes.back(), draft.bytes()));
    }
    return indexes;
  }
  BlockWindow window(Executor& executor, std::size_t max_bytes = 1 << 20) {
    return {tree_.nodes(), store_, executor, max_bytes};
  }
  Hash256 taken(BlockWindow& window, std::size_t height) {
    const auto block = window.take(chain_[height - 1], chain_[height], chain_.back());
    return block ? (*block)->hash() : Hash256{};
  }
  Hash256 hash_at(std::size_t height) const { return tree_.nodes()[chain_[height]].hash; }

  chain::HeaderTree tree_{*protocol::network_from_name("regtest"), 1};
  BlocksInMemory store_;
  std::vector<NodeIndex> chain_;
};

TEST_F(BlockWindowTest, GivesEveryBlockOnceReadOnceWhenever) {
  InlineExecutor inline_executor;
  LateExecutor late;
  LateExecutor never;
  for (Executor* const executor :
       std::initializer_list<Executor*>{&inline_executor, &late, &never}) {
    store_.reads = 0;
    auto blocks = window(*executor);
    for (std::size_t height = 1; height < chain_.size(); ++height) {
      ASSERT_EQ(taken(blocks, height), hash_at(height));
      if (executor == &late && height % 7 == 0) late.run_all();
    }
    EXPECT_EQ(store_.reads, chain_.size() - 1);
    EXPECT_EQ(blocks.bytes(), 0u);
  }
  never.run_all();  // what is late finds that nobody wants it
}

TEST_F(BlockWindowTest, ReadsAheadNoMoreThanItMay) {
  LateExecutor executor;
  const std::size_t block_bytes = store_.block(chain_[1]).size();
  auto blocks = window(executor, 10 * block_bytes);
  for (std::size_t height = 1; height < chain_.size(); ++height) {
    ASSERT_EQ(taken(blocks, height), hash_at(height));
    ASSERT_LE(blocks.bytes(), 11 * block_bytes);
  }
}

TEST_F(BlockWindowTest, SaysWhatIsReady) {
  LateExecutor executor;
  auto blocks = window(executor);
  taken(blocks, 1);
  EXPECT_TRUE(blocks.ready().empty());
  executor.run_all();
  const auto ready = blocks.ready();
  ASSERT_GT(ready.size(), 8u);
  EXPECT_EQ(ready[0]->hash(), hash_at(2));
}

TEST_F(BlockWindowTest, LeavesAWayThatIsNotGoneAnyMore) {
  InlineExecutor executor;
  const auto other = grown(20, 7);
  auto blocks = window(executor);
  taken(blocks, 1);
  const auto block = blocks.take(other[0], other[1], other.back());
  ASSERT_TRUE(block);
  EXPECT_EQ((*block)->hash(), tree_.nodes()[other[1]].hash);
  EXPECT_EQ(taken(blocks, 1), hash_at(1));
}

TEST_F(BlockWindowTest, TakesABlockThatIsOfferedInsteadOfReadingIt) {
  InlineExecutor executor;
  auto blocks = window(executor);
  const auto parsed = consensus::ParsedBlock::parse(Bytes(store_.block(chain_[1]))).value();
  blocks.offer(chain_[0], chain_[1], parsed);
  EXPECT_EQ(blocks.take(chain_[0], chain_[1], chain_[1]).value(), parsed);
  EXPECT_EQ(store_.reads, 0u);
}

TEST_F(BlockWindowTest, SaysWhatIsDamagedOnlyWhenItIsWanted) {
  InlineExecutor executor;
  store_.block(chain_[3])[40] ^= 1;
  store_.block(chain_[5]).resize(90);
  store_.lose(chain_[7]);
  auto blocks = window(executor);
  for (const std::size_t height : {1, 2, 4, 6}) {
    EXPECT_EQ(taken(blocks, height), hash_at(height));
    if (height == 6) break;
    if (height == 1) continue;
    const auto damaged = blocks.take(chain_[height], chain_[height + 1], chain_.back());
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().kind, StoreError::Kind::kDamaged);
  }
  const auto absent = blocks.take(chain_[6], chain_[7], chain_.back());
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, StoreError::Kind::kAbsent);
}

}  // namespace
}  // namespace veilwire::engine

#include "veilwire/engine/checkpoint_writer.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/testing/executors.h"

namespace veilwire::engine {
namespace {

using coins::Checkpoint;
using coins::TableFault;
using coins::Tip;
using consensus::testing::InlineExecutor;
using consensus::testing::LateExecutor;

struct NoChanges final : coins::Changes {
  void for_each(const Visitor&) const override {}
};

// Remembers where it stands, and refuses when it is told to.
struct TableOfTips final : coins::Table {
  Tip tip() const override { return at; }
  std::expected<consensus::OutsideCoins, coins::TableError> get_many(
      std::span<const wire::Outpoint>) const override {
    return {};
  }
  std::expected<void, coins::TableError> apply(const coins::Changes&, const Tip& tip) override {
    if (is_full) return std::unexpected(coins::TableError{TableFault::kFull, "no room"});
    at = tip;
    ++applied;
    return {};
  }
  std::expected<void, coins::TableError> iterate(const Visitor&) const override { return {}; }

  Tip at;
  bool is_full = false;
  std::size_t applied = 0;
};

Checkpoint at_height(std::uint32_t height) {
  return {std::make_shared<NoChanges>(), Tip{.block = {}, .height = consensus::Height::of(height)}};
}

class CheckpointWriterTest : public ::testing::Test {
 protected:
  TableOfTips table_;
  LateExecutor late_;
};

TEST_F(CheckpointWriterTest, WritesWhenTheExecutorComesToIt) {
  CheckpointWriter writer(table_, late_);
  writer.begin(at_height(7));
  EXPECT_TRUE(writer.is_busy());
  EXPECT_FALSE(writer.poll());
  EXPECT_EQ(table_.applied, 0u);
  late_.run_all();
  const auto outcome = writer.poll();
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(*outcome);
  EXPECT_EQ(table_.at, at_height(7).tip);
  EXPECT_FALSE(writer.is_busy());
  EXPECT_FALSE(writer.poll());
}

TEST_F(CheckpointWriterTest, IsDoneAtOnceWhereTheExecutorIs) {
  InlineExecutor executor;
  CheckpointWriter writer(table_, executor);
  writer.begin(at_height(1));
  EXPECT_TRUE(writer.poll());
}

TEST_F(CheckpointWriterTest, WritesItselfWhatTheExecutorHasNotBegun) {
  CheckpointWriter writer(table_, late_);
  writer.begin(at_height(7));
  EXPECT_TRUE(writer.finish());
  late_.run_all();
  EXPECT_EQ(table_.applied, 1u);
}

TEST_F(CheckpointWriterTest, TellsWhatTheTableSaidAndMayTryAgain) {
  CheckpointWriter writer(table_, late_);
  table_.is_full = true;
  writer.begin(at_height(7));
  late_.run_all();
  const auto outcome = writer.poll();
  ASSERT_TRUE(outcome && !*outcome);
  EXPECT_EQ(outcome->error().fault, TableFault::kFull);
  table_.is_full = false;
  writer.begin(at_height(7));
  EXPECT_TRUE(writer.finish());
  EXPECT_EQ(table_.at, at_height(7).tip);
}

// The table may be gone by then.
TEST_F(CheckpointWriterTest, NeverWritesOnceItIsGone) {
  {
    CheckpointWriter writer(table_, late_);
    writer.begin(at_height(7));
  }
  late_.run_all();
  EXPECT_EQ(table_.applied, 0u);
}

}  // namespace
}  // namespace veilwire::engine

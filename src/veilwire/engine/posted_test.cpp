#include "veilwire/engine/posted.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/testing/executors.h"

namespace veilwire::engine {
namespace {

using consensus::testing::InlineExecutor;
using consensus::testing::LateExecutor;

class PostedTest : public ::testing::Test {
 protected:
  std::function<int()> counted() {
    return [this] { return ++done_; };
  }

  LateExecutor late_;
  int done_ = 0;
};

TEST_F(PostedTest, IsDoneWhenTheExecutorComesToIt) {
  Posted<int> posted(late_, counted());
  EXPECT_FALSE(posted.is_done());
  late_.run_all();
  EXPECT_TRUE(posted.is_done());
  EXPECT_EQ(posted.take(), 1);
}

TEST_F(PostedTest, IsDoneAtOnceWhereTheExecutorDoesItAtOnce) {
  InlineExecutor executor;
  const Posted<int> posted(executor, counted());
  EXPECT_TRUE(posted.is_done());
}

TEST_F(PostedTest, IsDoneOnceByWhoNeedsItFirst) {
  Posted<int> posted(late_, counted());
  EXPECT_EQ(posted.take(), 1);
  late_.run_all();
  EXPECT_EQ(done_, 1);
}

// What it works on may be gone by then.
TEST_F(PostedTest, IsNeverBegunOnceNobodyWantsItsResult) {
  {
    const Posted<int> posted(late_, counted());
  }
  late_.run_all();
  EXPECT_EQ(done_, 0);
}

TEST_F(PostedTest, LetsGoOfWhatTheWorkHeld) {
  auto held = std::make_shared<int>(7);
  Posted<int> posted(late_, [held] { return *held; });
  EXPECT_EQ(posted.take(), 7);
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace veilwire::engine

#include "veilwire/serve/upload_budget.h"

#include <gtest/gtest.h>

namespace veilwire::serve {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart{1000h};
constexpr std::size_t kBlock = 1'000'000;

// Blocks until there is no room.
std::size_t blocks_sent(UploadBudget& budget, TimePoint now) {
  std::size_t count = 0;
  for (; count < 1000 && budget.has_room(now, Traffic::kHistory); ++count) {
    budget.charge(now, Traffic::kHistory, kBlock);
  }
  return count;
}

TEST(UploadBudget, GivesADaysBytesAndThenAsTheyComeBack) {
  UploadBudget budget(24 * kBlock);
  EXPECT_EQ(blocks_sent(budget, kStart), 24u);
  EXPECT_EQ(blocks_sent(budget, kStart), 0u);
  EXPECT_EQ(blocks_sent(budget, kStart + 2h), 2u);
  EXPECT_EQ(blocks_sent(budget, kStart + 1000h), 24u);
  EXPECT_EQ(budget.bytes(Traffic::kHistory), 50 * kBlock);
}

TEST(UploadBudget, LetsTheLastBlockThroughWholeAndWaitsForIt) {
  UploadBudget budget(kBlock / 4);
  EXPECT_EQ(blocks_sent(budget, kStart), 1u);
  EXPECT_EQ(blocks_sent(budget, kStart + 72h), 0u);
  EXPECT_EQ(blocks_sent(budget, kStart + 73h), 1u);
}

TEST(UploadBudget, NeverHoldsBackNewBlocks) {
  UploadBudget budget(1);
  blocks_sent(budget, kStart);
  ASSERT_FALSE(budget.has_room(kStart, Traffic::kHistory));
  EXPECT_TRUE(budget.has_room(kStart, Traffic::kNew));
  budget.charge(kStart, Traffic::kNew, kBlock);
  EXPECT_EQ(budget.bytes(Traffic::kNew), kBlock);
}

TEST(UploadBudget, OfZeroIsUnlimited) {
  UploadBudget budget(0);
  EXPECT_EQ(blocks_sent(budget, kStart), 1000u);
}

}  // namespace
}  // namespace veilwire::serve

#include "veilwire/transport/decoy_budget.h"

#include <gtest/gtest.h>

namespace veilwire::transport {
namespace {

using std::chrono::seconds;

constexpr TimePoint kStart{seconds(1000)};

TEST(DecoyBudget, AllowsABurstFromTheStart) {
  DecoyBudget budget(kStart);
  budget.spend(kStart, kDecoyBurstBytes);
  EXPECT_FALSE(budget.is_spent(kStart));
  budget.spend(kStart, 1);
  EXPECT_TRUE(budget.is_spent(kStart));
}

TEST(DecoyBudget, FillsAgainByAMegabyteASecond) {
  DecoyBudget budget(kStart);
  budget.spend(kStart, kDecoyBurstBytes + 5 * kDecoyBytesPerSecond);
  EXPECT_EQ(budget.ready_at(), kStart + seconds(5));
  EXPECT_TRUE(budget.is_spent(kStart + seconds(5) - Duration(1)));
  EXPECT_FALSE(budget.is_spent(kStart + seconds(5)));
}

TEST(DecoyBudget, NeverHoldsMoreThanABurst) {
  DecoyBudget budget(kStart);
  const TimePoint much_later = kStart + std::chrono::hours(1000);
  budget.spend(much_later, kDecoyBurstBytes + 1);
  EXPECT_TRUE(budget.is_spent(much_later));
}

TEST(DecoyBudget, AllowsItsRateForEver) {
  DecoyBudget budget(kStart);
  for (int second = 1; second <= 3600; ++second) {
    budget.spend(kStart + seconds(second), kDecoyBytesPerSecond);
    ASSERT_FALSE(budget.is_spent(kStart + seconds(second)));
  }
}

}  // namespace
}  // namespace veilwire::transport

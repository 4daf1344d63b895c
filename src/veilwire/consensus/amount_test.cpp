#include "veilwire/consensus/amount.h"

#include <gtest/gtest.h>

#include <limits>

namespace veilwire::consensus {
namespace {

TEST(Amount, IsFromNothingToAllThatThereCanBe) {
  EXPECT_EQ(Amount::of(0), Amount());
  EXPECT_EQ(Amount::of(Amount::kMaxUnits), Amount::max());
  EXPECT_EQ(Amount::of(-1), std::nullopt);
  EXPECT_EQ(Amount::of(Amount::kMaxUnits + 1), std::nullopt);
  EXPECT_EQ(Amount::of(std::numeric_limits<std::int64_t>::min()), std::nullopt);
  EXPECT_EQ(Amount::of(std::numeric_limits<std::int64_t>::max()), std::nullopt);
}

TEST(Amount, HasNoSumOverAllThatThereCanBe) {
  EXPECT_EQ(sum(Amount::figure(3), Amount::figure(4)), Amount::figure(7));
  EXPECT_EQ(sum(Amount::max(), Amount()), Amount::max());
  EXPECT_EQ(sum(Amount::max(), Amount::figure(1)), std::nullopt);
  EXPECT_EQ(sum(Amount::max(), Amount::max()), std::nullopt);
}

TEST(Amount, HasNoNegativeDifference) {
  EXPECT_EQ(difference(Amount::figure(4), Amount::figure(4)), Amount());
  EXPECT_EQ(difference(Amount::figure(4), Amount::figure(5)), std::nullopt);
}

}  // namespace
}  // namespace veilwire::consensus

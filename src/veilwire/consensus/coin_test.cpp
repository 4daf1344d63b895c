#include "veilwire/consensus/coin.h"

#include <gtest/gtest.h>

namespace veilwire::consensus {
namespace {

TEST(Coin, IsNotMadeByAnOutputThatCanNeverBeSpent) {
  constexpr std::uint8_t kReturn = 0x6a;
  EXPECT_TRUE(is_spendable({}));
  EXPECT_TRUE(is_spendable(Bytes{0, kReturn}));
  EXPECT_FALSE(is_spendable(Bytes{kReturn}));
  EXPECT_FALSE(is_spendable(Bytes{kReturn, 0}));
  EXPECT_TRUE(is_spendable(Bytes(10'000, 0)));
  EXPECT_FALSE(is_spendable(Bytes(10'001, 0)));
}

}  // namespace
}  // namespace veilwire::consensus

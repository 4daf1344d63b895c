#include "veilwire/chain/difficulty_change.h"

#include <gtest/gtest.h>

#include "veilwire/chain/testing/made_headers.h"
#include "veilwire/chain/testing/real_headers.h"

namespace veilwire::chain {
namespace {

using protocol::Height;
using testing::network;

TEST(DifficultyChange, IsNoneWithinAPeriod) {
  EXPECT_TRUE(is_possible_change(network("main"), Height(2017), 0x1c0ffff0, 0x1c0ffff0));
  EXPECT_FALSE(is_possible_change(network("main"), Height(2017), 0x1c0ffff0, 0x1c0fffef));
}

TEST(DifficultyChange, IsAtMostFourfoldAtAPeriodsHead) {
  const auto at_head = [](std::uint32_t bits) {
    return is_possible_change(network("main"), Height(4032), 0x1b100000, bits);
  };
  EXPECT_TRUE(at_head(0x1b100000));
  EXPECT_TRUE(at_head(0x1b400000));
  EXPECT_FALSE(at_head(0x1b400001));
  EXPECT_TRUE(at_head(0x1b040000));
  EXPECT_FALSE(at_head(0x1b03ffff));
  EXPECT_FALSE(at_head(0));
  EXPECT_FALSE(at_head(0xff7fffff));
}

TEST(DifficultyChange, IsNeverBeyondTheEasiest) {
  EXPECT_TRUE(is_possible_change(network("main"), Height(2016), 0x1d00ffff, 0x1d00ffff));
  EXPECT_FALSE(is_possible_change(network("main"), Height(2016), 0x1d00ffff, 0x1d010000));
}

TEST(DifficultyChange, IsAnyWhereALateBlockMayBeTheEasiest) {
  EXPECT_TRUE(is_possible_change(network("testnet3"), Height(5), 0x1b100000, 0x1d00ffff));
}

TEST(DifficultyChange, AllowsWhatRealHeadersDid) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, "data/mainnet_headers_0_10236.bin");
  const auto headers = testing::headers_in(bytes);
  for (std::uint32_t i = 1; i < headers.size(); ++i) {
    ASSERT_TRUE(
        is_possible_change(network("main"), Height::of(i), headers[i - 1].bits, headers[i].bits))
        << i;
  }
}

}  // namespace
}  // namespace veilwire::chain

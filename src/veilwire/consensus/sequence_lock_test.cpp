#include "veilwire/consensus/sequence_lock.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/testing/regtest_tip.h"

namespace veilwire::consensus {
namespace {

constexpr std::uint32_t kTime = 1u << 22;
constexpr std::uint32_t kDisabled = 1u << 31;

// Whether a coin of this height may be spent on the tip of a regtest chain, height 201, whose blocks
// are a minute apart.
bool holds(std::uint32_t version, std::uint32_t sequence, Height coin_height) {
  testing::RegtestTip tip;
  auto draft = testing::spend({tip.coin(Amount::max())}, 5);
  draft.version = version;
  draft.inputs[0].sequence = sequence;
  const Bytes bytes = draft.bytes();
  const Coin coin(Amount::max(), testing::kAnybodyCanSpend, coin_height, CoinOrigin::kTransaction);
  return sequence_locks_hold(wire::parse<wire::Transaction>(bytes).value(), {&coin, 1},
                             BlockContext::of(tip.network, tip.ancestors, tip.next().header));
}

TEST(SequenceLocks, CountBlocks) {
  EXPECT_TRUE(holds(2, 0, Height(201)));
  EXPECT_TRUE(holds(2, 1, Height(200)));
  EXPECT_FALSE(holds(2, 2, Height(200)));
  EXPECT_TRUE(holds(2, 101, Height(100)));
  EXPECT_FALSE(holds(2, 102, Height(100)));
}

// 512 seconds are more than eight blocks here. Both ends are median times past, five blocks ago.
TEST(SequenceLocks, CountTimeInUnitsOf512SecondsFromTheBlockBeforeTheCoins) {
  EXPECT_TRUE(holds(2, kTime | 0, Height(201)));
  EXPECT_FALSE(holds(2, kTime | 1, Height(193)));
  EXPECT_TRUE(holds(2, kTime | 1, Height(192)));
  EXPECT_FALSE(holds(2, kTime | 2, Height(184)));
  EXPECT_TRUE(holds(2, kTime | 2, Height(183)));
}

// 22 units are 16 seconds less than 188 blocks.
TEST(SequenceLocks, CountManyUnitsToTheSecond) {
  EXPECT_TRUE(holds(2, kTime | 22, Height(13)));
  EXPECT_FALSE(holds(2, kTime | 22, Height(14)));
}

TEST(SequenceLocks, OfACoinOfTheGenesisBlockCountFromItself) {
  EXPECT_TRUE(holds(2, kTime | 22, Height(0)));
  EXPECT_FALSE(holds(2, kTime | 23, Height(0)));
}

TEST(SequenceLocks, LookAtSixteenBitsOnly) {
  EXPECT_TRUE(holds(2, 0x0001'0000, Height(201)));
  EXPECT_TRUE(holds(2, 0x003f'0000 | kTime, Height(201)));
  EXPECT_FALSE(holds(2, 0x003f'0001, Height(201)));
}

TEST(SequenceLocks, AreOffWithTheHighestBit) { EXPECT_TRUE(holds(2, kDisabled | 5, Height(201))); }

TEST(SequenceLocks, ReadTheVersionAsUnsigned) {
  EXPECT_TRUE(holds(0, 5, Height(201)));
  EXPECT_TRUE(holds(1, 5, Height(201)));
  EXPECT_FALSE(holds(2, 5, Height(201)));
  EXPECT_FALSE(holds(0x8000'0000, 5, Height(201)));
  EXPECT_FALSE(holds(0xffff'ffff, 5, Height(201)));
}

TEST(SequenceLocks, HoldInBlocksFromTheirHeightOn) {
  testing::RegtestTip tip;
  auto draft = testing::spend({tip.coin(Amount::figure(9), Height(200))}, 5);
  draft.inputs[0].sequence = 2;
  EXPECT_EQ(tip.verdict_on(tip.next_with({draft})), "bad-txns-nonfinal, transaction 1");
  tip.network.heights.csv = Height(202);
  EXPECT_EQ(tip.verdict_on(tip.next_with({draft})), "valid");
}

}  // namespace
}  // namespace veilwire::consensus

#include "veilwire/crypto/dice.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/base/endian.h"
#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/crypto/testing/every_kernel.h"
#include "veilwire/crypto/testing/openssl_oracle.h"

namespace veilwire::crypto {
namespace {

class DiceOfEveryKernel : public EveryKernel {};
VEILWIRE_FOR_EVERY_KERNEL(DiceOfEveryKernel);

// A run is replayed from its seed on another machine, with another kernel.
TEST_P(DiceOfEveryKernel, AreChaCha20UnderTheSeedOnEveryMachine) {
  Dice dice = Dice::of_seed(0x0123456789abcdef);
  oracle::Key key{};
  store_le<std::uint64_t>(key.data(), 0x0123456789abcdef);
  const Bytes expected = oracle::chacha20(key, {}, 0, Bytes(800, 0));
  for (std::size_t at = 0; at < expected.size(); at += 8) {
    ASSERT_EQ(dice.u64(), load_le<std::uint64_t>(expected.data() + at)) << at;
  }
}

TEST(Dice, GiveEachNumberBelowTheBoundEquallyOften) {
  Dice dice = Dice::of_seed(1);
  std::array<int, 6> seen{};
  for (int i = 0; i < 60'000; ++i) ++seen.at(dice.below(6));
  for (const int count : seen) EXPECT_NEAR(count, 10'000, 400);  // 4 standard deviations
}

TEST(Dice, BelowOneGiveZero) {
  Dice dice = Dice::of_seed(2);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(dice.below(1), 0u);
}

TEST(Dice, TakeTheGreatestBound) {
  Dice dice = Dice::of_seed(3);
  std::uint32_t greatest = 0;
  for (int i = 0; i < 100; ++i) greatest = std::max(greatest, dice.below(0xffff'ffff));
  EXPECT_GT(greatest, 0xf000'0000u);
}

TEST(Dice, OfDifferentSeedsDiffer) {
  Dice a = Dice::of_seed(4);
  Dice b = Dice::of_seed(5);
  EXPECT_NE(a.u64(), b.u64());
}

TEST(Dice, AreDrawnFromEntropy) {
  SeededEntropy entropy(6);
  auto a = Dice::draw(entropy);
  auto b = Dice::draw(entropy);
  ASSERT_TRUE(a && b);
  EXPECT_NE(a->u64(), b->u64());
}

class EmptySource : public Entropy {
  std::expected<void, EntropyFailure> fill(ByteSpan) override {
    return std::unexpected(EntropyFailure{});
  }
};

TEST(Dice, AreNotDrawnFromASourceThatFails) {
  EmptySource entropy;
  EXPECT_FALSE(Dice::draw(entropy));
}

}  // namespace
}  // namespace veilwire::crypto

#include "veilwire/crypto/exponential.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace veilwire::crypto {
namespace {

using namespace std::chrono_literals;

// Quarters, mean and spread of many draws.
TEST(Exponential, IsDistributedAsItSays) {
  Dice dice = Dice::of_seed(1);
  constexpr std::size_t kDraws = 100'000;
  std::vector<double> draws;
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < kDraws; ++i) {
    draws.push_back(std::chrono::duration<double>(exponential(1000s, dice)).count() / 1000);
    sum += draws.back();
    squares += draws.back() * draws.back();
  }
  std::ranges::sort(draws);
  EXPECT_NEAR(sum / kDraws, 1, 0.01);
  EXPECT_NEAR(squares / kDraws, 2, 0.05);
  for (const double part : {0.01, 0.25, 0.5, 0.75, 0.99}) {
    const double at = draws[static_cast<std::size_t>(part * kDraws)];
    EXPECT_NEAR(1 - std::exp(-at), part, 0.006) << part;
  }
}

TEST(Exponential, GivesTheSameTimesEverywhere) {
  Dice dice = Dice::of_seed(7);
  std::vector<Duration> draws;
  for (int i = 0; i < 4; ++i) draws.push_back(exponential(30s, dice));
  EXPECT_EQ(draws,
            (std::vector<Duration>{39508838485ns, 87623452185ns, 52728887998ns, 54383084323ns}));
}

TEST(Exponential, DoesNotOverflow) {
  Dice dice = Dice::of_seed(2);
  for (int i = 0; i < 1000; ++i) {
    const Duration drawn = exponential(std::chrono::hours(24 * 365), dice);
    EXPECT_GE(drawn, 0s);
    EXPECT_LE(drawn, std::chrono::hours(24 * 365 * 45));
    EXPECT_EQ(exponential(0s, dice), 0s);
  }
}

}  // namespace
}  // namespace veilwire::crypto

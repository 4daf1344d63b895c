#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/transport/testing/sources.h"

namespace veilwire::transport {
namespace {

TEST(UniformGarbage, HasAnyLengthFrom0To4095) {
  crypto::SeededEntropy entropy(1);
  constexpr int kDraws = 4096;
  std::array<int, 16> sixteenths{};
  for (int i = 0; i < kDraws; ++i) {
    const auto garbage = uniform_garbage(entropy);
    ASSERT_TRUE(garbage);
    ASSERT_LE(garbage->size(), kMaxGarbageBytes);
    ++sixteenths[garbage->size() / 256];
  }
  // 256 are due in each; six standard deviations are 93.
  for (const int count : sixteenths) EXPECT_NEAR(count, kDraws / 16, 93);
}

TEST(UniformGarbage, HasNoTwoAlike) {
  crypto::SeededEntropy entropy(2);
  EXPECT_NE(*uniform_garbage(entropy), *uniform_garbage(entropy));
}

TEST(UniformGarbage, FailsWhereTheEntropyDoes) {
  testing::FailingEntropy entropy;
  EXPECT_FALSE(uniform_garbage(entropy));
}

}  // namespace
}  // namespace veilwire::transport

#include "veilwire/peer/nonces.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/peer/testing/failing_entropy.h"

namespace veilwire::peer {
namespace {

TEST(Nonces, KnowWhatIsUnderWay) {
  Nonces nonces;
  EXPECT_FALSE(nonces.contains(5));
  nonces.add(5);
  EXPECT_TRUE(nonces.contains(5));
  EXPECT_FALSE(nonces.contains(6));
  nonces.remove(5);
  EXPECT_FALSE(nonces.contains(5));
  nonces.remove(5);
  EXPECT_FALSE(nonces.contains(5));
}

TEST(Nonces, KeepEqualNumbersOfTwoSessionsApart) {
  Nonces nonces;
  nonces.add(5);
  nonces.add(5);
  nonces.remove(5);
  EXPECT_TRUE(nonces.contains(5));
  nonces.remove(5);
  EXPECT_FALSE(nonces.contains(5));
}

TEST(Nonces, AreSharedByThreads) {
  Nonces nonces;
  std::vector<std::thread> threads;
  for (std::uint64_t thread = 1; thread <= 4; ++thread) {
    threads.emplace_back([&nonces, thread] {
      for (std::uint64_t i = 0; i < 1000; ++i) {
        nonces.add(thread << 32 | i);
        EXPECT_TRUE(nonces.contains(thread << 32 | i));
        if (i != 0) nonces.remove(thread << 32 | i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::uint64_t thread = 1; thread <= 4; ++thread) {
    EXPECT_TRUE(nonces.contains(thread << 32));
    EXPECT_FALSE(nonces.contains(thread << 32 | 999));
  }
}

TEST(DrawNonce, IsNeverZero) {
  testing::FailingEntropy zeros(1);
  EXPECT_EQ(draw_nonce(zeros), 1u);
}

TEST(DrawNonce, FailsWhereTheEntropyFails) {
  testing::FailingEntropy none(0);
  EXPECT_FALSE(draw_nonce(none));
}

TEST(DrawNonce, IsAnotherOneEachTime) {
  crypto::SeededEntropy entropy(1);
  EXPECT_NE(draw_nonce(entropy).value(), draw_nonce(entropy).value());
}

}  // namespace
}  // namespace veilwire::peer

#include "veilwire/net/shared_key_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <thread>
#include <vector>

#include "veilwire/crypto/system_entropy.h"

namespace veilwire::net {
namespace {

using PublicKey = std::array<std::uint8_t, 64>;

TEST(SharedKeyPool, GivesNoKeyTwiceToAnyThread) {
  constexpr int kEach = 20;
  crypto::SystemEntropy entropy;
  SharedKeyPool pool(entropy, 40);
  EXPECT_EQ(pool.refill(100), 40U);
  std::vector<std::vector<PublicKey>> taken(3);
  {
    std::vector<std::jthread> threads;
    for (auto& keys : taken) {
      threads.emplace_back([&] {
        for (int i = 0; i < kEach; ++i) {
          const auto key = pool.take();
          ASSERT_TRUE(key);
          std::ranges::copy(key->ellswift, keys.emplace_back().begin());
        }
      });
    }
    threads.emplace_back([&] { pool.refill(5); });
  }
  std::set<PublicKey> all;
  for (const auto& keys : taken) all.insert(keys.begin(), keys.end());
  EXPECT_EQ(all.size(), 3U * kEach);
}

}  // namespace
}  // namespace veilwire::net

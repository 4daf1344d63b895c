#include "veilwire/transport/key_source.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "veilwire/crypto/system_entropy.h"
#include "veilwire/transport/testing/sources.h"

namespace veilwire::transport {
namespace {

TEST(KeyPool, GivesEachKeyOnce) {
  crypto::SeededEntropy entropy(1);
  KeyPool pool(entropy, 2);
  EXPECT_EQ(pool.refill(2), 2U);
  const auto a = pool.take();
  const auto b = pool.take();
  EXPECT_EQ(pool.size(), 0U);
  const auto made_on_demand = pool.take();
  ASSERT_TRUE(a && b && made_on_demand);
  EXPECT_NE(a->ellswift, b->ellswift);
  EXPECT_NE(b->ellswift, made_on_demand->ellswift);
  EXPECT_NE(a->ellswift, made_on_demand->ellswift);
}

TEST(KeyPool, IsFilledUpToItsCapacity) {
  crypto::SeededEntropy entropy(1);
  KeyPool pool(entropy, 3);
  EXPECT_EQ(pool.refill(2), 2U);
  EXPECT_EQ(pool.refill(10), 1U);
  EXPECT_EQ(pool.refill(10), 0U);
  EXPECT_EQ(pool.size(), 3U);
}

TEST(KeyPool, FailsWhereTheEntropyDoes) {
  testing::FailingEntropy entropy;
  KeyPool pool(entropy, 3);
  EXPECT_EQ(pool.refill(3), 0U);
  EXPECT_FALSE(pool.take());
}

// What one side of a fork finds in a pool that was filled before.
struct Found {
  std::size_t size;
  crypto::EllSwift64 key;

  static Found in(KeyPool& pool) {
    const std::size_t size = pool.size();
    return {size, pool.take()->ellswift};
  }
};

TEST(KeyPool, GivesOutNoKeyOfBeforeAForkInEitherProcess) {
  crypto::SystemEntropy entropy;
  KeyPool pool(entropy, 4);
  ASSERT_EQ(pool.refill(4), 4U);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);

  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const Found found = Found::in(pool);
    const bool written = write(ends[1], &found, sizeof found) == ssize_t{sizeof found};
    _exit(written ? 0 : 1);
  }
  const Found in_parent = Found::in(pool);
  Found in_child{};
  ASSERT_EQ(read(ends[0], &in_child, sizeof in_child), ssize_t{sizeof in_child});
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  close(ends[0]);
  close(ends[1]);

  EXPECT_EQ(in_child.size, 0U);
  EXPECT_EQ(in_parent.size, 0U);
  EXPECT_NE(in_child.key, in_parent.key);
  // And it can be filled again.
  EXPECT_EQ(pool.refill(4), 4U);
}

}  // namespace
}  // namespace veilwire::transport

#include "veilwire/limits/token_bucket.h"

#include <gtest/gtest.h>

namespace veilwire::limits {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr TimePoint kStart{hours(1)};
constexpr std::uint32_t kPerSecond = 10;
constexpr std::uint32_t kBurst = 3;

unsigned taken(TokenBucket& bucket, TimePoint now) {
  unsigned count = 0;
  while (bucket.has_token(now, kPerSecond, kBurst)) {
    bucket.take(now, kPerSecond);
    ++count;
  }
  return count;
}

TEST(TokenBucket, GivesItsBurstAndThenItsRate) {
  TokenBucket bucket;
  EXPECT_EQ(taken(bucket, kStart), 3U);
  EXPECT_EQ(taken(bucket, kStart + milliseconds(99)), 0U);
  EXPECT_EQ(taken(bucket, kStart + milliseconds(100)), 1U);
  EXPECT_EQ(taken(bucket, kStart + milliseconds(300)), 2U);
}

TEST(TokenBucket, HoldsNoMoreThanItsBurst) {
  TokenBucket bucket;
  EXPECT_EQ(taken(bucket, kStart), 3U);
  EXPECT_EQ(taken(bucket, kStart + hours(1)), 3U);
}

TEST(TokenBucket, MakesUpLaterForWhatIsTakenTooEarly) {
  TokenBucket bucket;
  for (int i = 0; i < 5; ++i) bucket.take(kStart, kPerSecond);
  EXPECT_EQ(taken(bucket, kStart + milliseconds(299)), 0U);
  EXPECT_EQ(taken(bucket, kStart + milliseconds(300)), 1U);
}

TEST(TokenBucket, GivesWhatIsLargerThanWhatIsLeftAndWaitsForIt) {
  TokenBucket bucket;
  EXPECT_TRUE(bucket.has_any(kStart, hours(24)));
  bucket.take_time(kStart, hours(23));
  EXPECT_TRUE(bucket.has_any(kStart, hours(24)));
  bucket.take_time(kStart, hours(3));
  EXPECT_FALSE(bucket.has_any(kStart + hours(2), hours(24)));
  EXPECT_TRUE(bucket.has_any(kStart + hours(2) + milliseconds(1), hours(24)));
}

TEST(TokenBucket, StaysEmptyForEverWhereNoTimeIsAsFarAsItWouldBeFull) {
  TokenBucket bucket;
  bucket.take_time(kStart, Duration::max());
  bucket.take_time(kStart, Duration::max());
  EXPECT_FALSE(bucket.has_any(kStart + hours(1'000'000), hours(24)));
}

}  // namespace
}  // namespace veilwire::limits

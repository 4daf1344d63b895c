#include "veilwire/addr/entry.h"

#include <gtest/gtest.h>

#include "veilwire/addr/testing/addresses.h"

namespace veilwire::addr {
namespace {

using testing::kNow;

class TerribleAddress : public ::testing::Test {
 protected:
  bool is_so() const { return is_terrible(entry, Seconds32::of(kNow)); }
  static Seconds32 ago(seconds span) { return Seconds32::of(kNow - span); }

  Entry entry{.time = Seconds32::of(kNow)};
};

TEST_F(TerribleAddress, IsNotANewOne) { EXPECT_FALSE(is_so()); }

TEST_F(TerribleAddress, IsOneNotSeenFor30Days) {
  entry.time = ago(hours(30 * 24));
  EXPECT_FALSE(is_so());
  entry.time = ago(hours(30 * 24) + seconds(1));
  EXPECT_TRUE(is_so());
}

TEST_F(TerribleAddress, IsOneMoreThan10MinutesAhead) {
  entry.time = ago(minutes(-10));
  EXPECT_FALSE(is_so());
  entry.time = ago(minutes(-10) - seconds(1));
  EXPECT_TRUE(is_so());
}

TEST_F(TerribleAddress, IsOneThatFailedThreeTimesAndWasNeverReached) {
  entry.failures = 2;
  EXPECT_FALSE(is_so());
  entry.failures = 3;
  EXPECT_TRUE(is_so());
  entry.last_success = ago(hours(6 * 24));
  EXPECT_FALSE(is_so());
}

TEST_F(TerribleAddress, IsOneThatFailedTenTimesAndWasNotReachedFor7Days) {
  entry.failures = 10;
  entry.last_success = ago(hours(7 * 24));
  EXPECT_FALSE(is_so());
  entry.last_success = ago(hours(7 * 24) + seconds(1));
  EXPECT_TRUE(is_so());
  entry.failures = 9;
  EXPECT_FALSE(is_so());
}

TEST_F(TerribleAddress, IsNeverOneTriedWithinTheLastMinute) {
  entry.time = ago(hours(40 * 24));
  entry.last_try = ago(minutes(1));
  EXPECT_FALSE(is_so());
  entry.last_try = ago(seconds(61));
  EXPECT_TRUE(is_so());
}

// A simulator may begin at 0.
TEST_F(TerribleAddress, IsJudgedInTheFirstMinuteOf1970Too) {
  entry = {.time = Seconds32(), .failures = 3};
  EXPECT_TRUE(is_terrible(entry, Seconds32()));
}

TEST(ChanceOfAnAddress, IsCertainForANewOne) {
  EXPECT_EQ(chance_of({}, Seconds32::of(kNow)), kCertain);
}

TEST(ChanceOfAnAddress, Has66PercentForEachOfEightFailures) {
  double expected = kCertain;
  for (std::uint8_t failures = 0; failures <= 8; ++failures, expected *= 0.66) {
    EXPECT_NEAR(chance_of({.failures = failures}, Seconds32::of(kNow)), expected, 10);
  }
  EXPECT_EQ(chance_of({.failures = 255}, Seconds32::of(kNow)),
            chance_of({.failures = 8}, Seconds32::of(kNow)));
}

TEST(ChanceOfAnAddress, IsAHundredthForTenMinutesAfterATry) {
  const Entry tried{.last_try = Seconds32::of(kNow)};
  EXPECT_EQ(chance_of(tried, Seconds32::of(kNow + minutes(10))), kCertain / 100);
  EXPECT_EQ(chance_of(tried, Seconds32::of(kNow + minutes(10) + seconds(1))), kCertain);
}

TEST(Seconds32, OfAnyTimeIsTheNearest) {
  EXPECT_EQ(Seconds32::of(UnixTime::min()), Seconds32());
  EXPECT_EQ(Seconds32::of(UnixTime::max()).time(), from_unix_seconds(0xffff'ffff));
  EXPECT_EQ(Seconds32::of(kNow).time(), kNow);
  EXPECT_EQ(Seconds32::of(kNow).before(seconds::max()), Seconds32());
  EXPECT_EQ(Seconds32::of(kNow).before(seconds::min()).time(), from_unix_seconds(0xffff'ffff));
}

}  // namespace
}  // namespace veilwire::addr

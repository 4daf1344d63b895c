#include "veilwire/proxy/downgrade/recent_v1.h"

#include <gtest/gtest.h>

namespace veilwire::proxy {
namespace {

using std::chrono::minutes;

constexpr TimePoint kStart{minutes(1000)};
const Endpoint kTarget{"a.example", 8333};

Endpoint target(std::size_t number) { return {"h" + std::to_string(number), 1}; }

TEST(RecentV1, RemembersForTenMinutes) {
  RecentV1 recent;
  EXPECT_FALSE(recent.contains(kStart, kTarget));
  recent.remember(kStart, kTarget);
  EXPECT_TRUE(recent.contains(kStart, kTarget));
  EXPECT_TRUE(recent.contains(kStart + minutes(10) - Duration(1), kTarget));
  EXPECT_FALSE(recent.contains(kStart + minutes(10), kTarget));
  EXPECT_EQ(recent.size(), 0U);
}

TEST(RecentV1, TellsPortsApartButNotSpellings) {
  RecentV1 recent;
  recent.remember(kStart, {"A.Example.", 8333});
  EXPECT_TRUE(recent.contains(kStart, kTarget));
  EXPECT_FALSE(recent.contains(kStart, {"a.example", 8334}));
}

TEST(RecentV1, BeginsAnewWhenItIsToldAgain) {
  RecentV1 recent;
  recent.remember(kStart, kTarget);
  recent.remember(kStart, target(1));
  recent.remember(kStart + minutes(9), kTarget);
  EXPECT_FALSE(recent.contains(kStart + minutes(18), target(1)));
  EXPECT_TRUE(recent.contains(kStart + minutes(18), kTarget));
}

TEST(RecentV1, RemembersWhatTheTargetDidLast) {
  RecentV1 recent;
  EXPECT_EQ(recent.find(kStart, kTarget), RecentAnswer::kNothing);
  recent.remember(kStart, kTarget, RecentAnswer::kIgnored);
  EXPECT_EQ(recent.find(kStart, kTarget), RecentAnswer::kIgnored);
  recent.remember(kStart, kTarget, RecentAnswer::kSpokeV1);
  EXPECT_EQ(recent.find(kStart, kTarget), RecentAnswer::kSpokeV1);
}

TEST(RecentV1, ForgetsWhatAnsweredInV2) {
  RecentV1 recent;
  recent.remember(kStart, kTarget);
  recent.forget({"a.EXAMPLE", 8333});
  recent.forget(kTarget);
  EXPECT_FALSE(recent.contains(kStart, kTarget));
}

TEST(RecentV1, HoldsTenThousandAndLetsTheOldestGo) {
  RecentV1 recent;
  for (std::size_t i = 0; i < kMaxRecentV1; ++i) recent.remember(kStart, target(i));
  recent.remember(kStart, target(0));  // the youngest now
  recent.remember(kStart, kTarget);
  EXPECT_EQ(recent.size(), kMaxRecentV1);
  EXPECT_TRUE(recent.contains(kStart, target(0)));
  EXPECT_FALSE(recent.contains(kStart, target(1)));
  EXPECT_TRUE(recent.contains(kStart, target(2)));
  EXPECT_TRUE(recent.contains(kStart, kTarget));
}

}  // namespace
}  // namespace veilwire::proxy

#include "veilwire/base/deadline.h"

#include <gtest/gtest.h>

namespace veilwire {
namespace {

using std::chrono::seconds;

TEST(Deadline, IsNeverWhereTheWaitHasNoEnd) {
  EXPECT_EQ(deadline_after(TimePoint(seconds(5)), Duration::max()), TimePoint::max());
  EXPECT_EQ(deadline_after(TimePoint(-seconds(5)), Duration::max()),
            TimePoint(-seconds(5)) + Duration::max());
  EXPECT_EQ(deadline_after(TimePoint::max(), seconds(1)), TimePoint::max());
  EXPECT_EQ(deadline_after(TimePoint(seconds(5)), seconds(60)), TimePoint(seconds(65)));
}

TEST(Deadline, TheEarlierOneCounts) {
  const TimePoint early{seconds(1)};
  const TimePoint late{seconds(2)};
  EXPECT_EQ(earlier(std::nullopt, late), late);
  EXPECT_EQ(earlier(early, late), early);
  EXPECT_EQ(earlier(late, early), early);
  const std::optional<TimePoint> none;
  EXPECT_EQ(earlier(late, std::optional(early)), early);
  EXPECT_EQ(earlier(late, none), late);
  EXPECT_EQ(earlier(none, std::optional(late)), late);
  EXPECT_EQ(earlier(none, none), std::nullopt);
}

}  // namespace
}  // namespace veilwire

#include "veilwire/addr/addr_rate.h"

#include <gtest/gtest.h>

namespace veilwire::addr {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr TimePoint kStart{};

std::uint64_t taken_of(AddrRate& rate, TimePoint now, int count) {
  const std::uint64_t before = rate.taken();
  for (int i = 0; i < count; ++i) rate.take(now);
  return rate.taken() - before;
}

TEST(AddrRate, TakesOneAtTheBeginning) {
  AddrRate rate(kStart);
  EXPECT_EQ(taken_of(rate, kStart, 1000), 1u);
  EXPECT_EQ(rate.refused(), 999u);
}

TEST(AddrRate, TakesOneInTenSeconds) {
  AddrRate rate(kStart);
  EXPECT_EQ(taken_of(rate, kStart + seconds(9), 10), 1u);
  EXPECT_EQ(taken_of(rate, kStart + seconds(10), 10), 1u);
  EXPECT_EQ(taken_of(rate, kStart + seconds(60), 10), 5u);
}

TEST(AddrRate, Saves1000AtMost) {
  AddrRate rate(kStart);
  EXPECT_EQ(taken_of(rate, kStart + hours(24), 3000), 1000u);
}

TEST(AddrRate, Takes1000MoreAfterAGetaddr) {
  AddrRate rate(kStart);
  rate.on_getaddr_sent();
  EXPECT_EQ(taken_of(rate, kStart, 3000), 1001u);
  EXPECT_EQ(taken_of(rate, kStart + seconds(10), 10), 1u);
}

TEST(AddrRate, KeepsWhatAGetaddrAddedOverTheCap) {
  AddrRate rate(kStart);
  rate.on_getaddr_sent();
  EXPECT_EQ(taken_of(rate, kStart + hours(24), 3000), 1001u);
}

TEST(AddrRate, ManyGetaddrsAddTwoAnswersAtMost) {
  AddrRate rate(kStart);
  for (int i = 0; i < 1000; ++i) rate.on_getaddr_sent();
  EXPECT_EQ(taken_of(rate, kStart, 10'000), 2000u);
}

// 1000 messages of 1000 addresses.
TEST(AddrRate, LetsOnlyTheRatesShareOfAFloodIn) {
  AddrRate rate(kStart);
  for (int message = 0; message < 1000; ++message) {
    taken_of(rate, kStart + seconds(message), 1000);
  }
  EXPECT_EQ(rate.taken(), 1u + 99u);
  EXPECT_EQ(rate.taken() + rate.refused(), 1'000'000u);
}

// What is kept is a span of time, not a count of ticks: nothing wraps, however long a peer stays.
TEST(AddrRate, GoesOnAtTheEndOfTime) {
  AddrRate rate(TimePoint::min());
  EXPECT_EQ(taken_of(rate, TimePoint::max() - seconds(10), 3000), 1000u);
  EXPECT_EQ(taken_of(rate, TimePoint::max(), 3000), 1u);
}

TEST(AddrRate, TakesAClockThatGoesBackForOneThatStands) {
  AddrRate rate(kStart + hours(1));
  taken_of(rate, kStart + hours(1), 1);
  EXPECT_EQ(taken_of(rate, kStart, 10), 0u);
}

}  // namespace
}  // namespace veilwire::addr

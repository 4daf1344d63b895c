// Test before evict.
#include <gtest/gtest.h>

#include <vector>

#include "veilwire/addr/book.h"
#include "veilwire/addr/testing/addresses.h"

namespace veilwire::addr {
namespace {

using testing::heard;
using testing::ipv4;
using testing::kNow;

// One bucket of tried, so that 64 places soon are taken.
class TriedCollision : public ::testing::Test {
 protected:
  // Adds addresses until one finds its place taken, and says which place that is.
  void SetUp() override {
    for (std::uint32_t i = 0; book.pending_count() == 0; ++i) newcomer = add_good(i);
    const auto tested = book.select_tried_collision(dice);
    ASSERT_TRUE(tested);
    old = tested->endpoint;
  }

  wire::NetEndpoint add_good(std::uint32_t i) {
    const HeardAddress each = heard({ipv4(i, i), 8333});
    book.add(kNow, {&each, 1}, ipv4(i, 1), {}, dice);
    last = book.good(kNow, each.endpoint);
    return each.endpoint;
  }
  void resolve(UnixTime now) { book.resolve_tried_collisions(now); }
  Table table_of(const wire::NetEndpoint& endpoint) const { return book.find(endpoint)->table; }

  AddressBook book{{.tried_buckets = 1, .tried_buckets_per_group = 1}, {}, {1, 2}};
  crypto::Dice dice = crypto::Dice::of_seed(1);
  wire::NetEndpoint newcomer, old;
  Promotion last{};
};

TEST_F(TriedCollision, LeavesTheOldEntryInItsPlace) {
  EXPECT_EQ(last, Promotion::kPending);
  EXPECT_EQ(table_of(newcomer), Table::kNew);
  EXPECT_EQ(table_of(old), Table::kTried);
}

TEST_F(TriedCollision, IsSettledForAnOldEntryThatAnswers) {
  book.attempt(kNow + hours(5), old, CountFailure::kYes);
  book.good(kNow + hours(5), old);
  resolve(kNow + hours(5) + minutes(2));
  EXPECT_EQ(book.pending_count(), 0u);
  EXPECT_EQ(table_of(old), Table::kTried);
}

TEST_F(TriedCollision, IsSettledForAnOldEntryThatAnsweredWithin4Hours) {
  resolve(kNow + hours(4) - seconds(1));
  EXPECT_EQ(book.pending_count(), 0u);
  EXPECT_EQ(table_of(old), Table::kTried);
}

TEST_F(TriedCollision, SendsAnOldEntryThatFailsItsTestBackToTheNewTable) {
  book.good(kNow + hours(5), newcomer);
  book.attempt(kNow + hours(5), old, CountFailure::kYes);
  resolve(kNow + hours(5) + seconds(60));
  EXPECT_EQ(book.pending_count(), 1u);  // it may still answer
  resolve(kNow + hours(5) + seconds(61));
  EXPECT_EQ(book.pending_count(), 0u);
  EXPECT_EQ(table_of(newcomer), Table::kTried);
  EXPECT_EQ(table_of(old), Table::kNew);
  EXPECT_EQ(book.find(old)->new_places, 1u);
}

TEST_F(TriedCollision, WaitsNoLongerThan40MinutesForATest) {
  book.good(kNow + hours(5), newcomer);
  resolve(kNow + hours(5) + minutes(40));
  EXPECT_EQ(table_of(old), Table::kTried);
  EXPECT_EQ(book.pending_count(), 1u);
  resolve(kNow + hours(5) + minutes(40) + seconds(1));
  EXPECT_EQ(table_of(newcomer), Table::kTried);
}

TEST_F(TriedCollision, TenWaitAtMost) {
  for (std::uint32_t i = 1000; i < 1200; ++i) add_good(i);
  EXPECT_EQ(book.pending_count(), 10u);
  EXPECT_EQ(last, Promotion::kNoRoom);
}

TEST_F(TriedCollision, IsWithOneThatWaits) {
  for (std::uint32_t i = 1000; i < 1200; ++i) add_good(i);
  for (int i = 0; i < 100; ++i) {
    const auto tested = book.select_tried_collision(dice);
    ASSERT_TRUE(tested);
    EXPECT_EQ(tested->table, Table::kTried);
  }
}

// Otherwise it would be promoted, if somebody told of it again, without ever having been reached.
TEST_F(TriedCollision, IsForgottenWithTheNewcomer) {
  const UnixTime later = kNow + hours(40 * 24);  // the newcomer is terrible
  for (std::uint32_t i = 0; book.find(newcomer); ++i) {
    ASSERT_LT(i, 2'000'000u);
    const HeardAddress each = heard({ipv4(3000 + i % 5000, i / 5000), 8333}, later);
    book.add(later, {&each, 1}, ipv4(3000 + i % 9000, 1), {}, dice);
  }
  EXPECT_EQ(book.pending_count(), 0u);
  EXPECT_FALSE(book.select_tried_collision(dice));
  resolve(later);
}

}  // namespace
}  // namespace veilwire::addr

// The book against a naive one, under random calls.
#include <gtest/gtest.h>

#include "veilwire/addr/testing/both_books.h"

namespace veilwire::addr {
namespace {

void run(std::uint64_t seed, const BookFigures& figures, int steps) {
  crypto::Dice dice = crypto::Dice::of_seed(seed);
  testing::BothBooks both([&](std::uint32_t bound) { return dice.below(bound); }, figures);
  for (int i = 0; i < steps; ++i) {
    ASSERT_NO_THROW(both.step()) << "seed " << seed << ", step " << i;
    if (i % 50 != 0) continue;
    ASSERT_NO_THROW(both.compare_all()) << "seed " << seed << ", step " << i;
  }
}

TEST(AddressBookModel, AgreesWithTheNaiveBookAfterEveryCall) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) run(seed, testing::BothBooks::kSmall, 2000);
}

TEST(AddressBookModel, AgreesWhereEachTableIsOneBucket) {
  const BookFigures tiny{.new_buckets = 1,
                         .tried_buckets = 1,
                         .new_buckets_per_source_group = 1,
                         .tried_buckets_per_group = 1,
                         .new_places_per_address = 1};
  for (std::uint64_t seed = 1; seed <= 5; ++seed) run(seed, tiny, 2000);
}

TEST(AddressBookModel, AgreesWithTheUsualFigures) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) run(seed, BookFigures(), 2000);
}

}  // namespace
}  // namespace veilwire::addr

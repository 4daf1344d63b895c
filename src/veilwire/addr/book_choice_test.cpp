// Whom the book chooses, and what it passes on.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "veilwire/addr/book.h"
#include "veilwire/addr/testing/addresses.h"
#include "veilwire/base/hex.h"
#include "veilwire/crypto/sha256_stream.h"

namespace veilwire::addr {
namespace {

using testing::endpoint;
using testing::heard;
using testing::ipv4;
using testing::kNow;

class BookChoice : public ::testing::Test {
 protected:
  void add(const HeardAddress& address) {
    book.add(kNow, {&address, 1}, ipv4(dice.below(5000), 1), {}, dice);
  }
  std::optional<KnownAddress> select(NetworkSet networks = NetworkSet::all(),
                                     From from = From::kBothTables) {
    return book.select(kNow, networks, from, dice);
  }
  void fill(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) add(heard({ipv4(i, i), 8333}));
  }

  AddressBook book{{}, {}, {1, 2}};
  crypto::Dice dice = crypto::Dice::of_seed(1);
};

TEST_F(BookChoice, IsNothingOfAnEmptyBook) {
  EXPECT_FALSE(select());
  EXPECT_FALSE(select({}));
  EXPECT_TRUE(book.sample(kNow, {}, {}, dice).empty());
}

TEST_F(BookChoice, IsOfTheNetworksAskedFor) {
  fill(1000);
  EXPECT_FALSE(select({wire::NetworkId::kCjdns}));
  EXPECT_FALSE(select({}));
  const wire::NetEndpoint rare{testing::random_address(wire::NetworkId::kCjdns, dice), 1};
  add(heard(rare));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(select({wire::NetworkId::kCjdns})->endpoint, rare);
    EXPECT_EQ(select({wire::NetworkId::kCjdns, wire::NetworkId::kI2p})->endpoint, rare);
    EXPECT_EQ(select({wire::NetworkId::kIpv4})->endpoint.address.network(), wire::NetworkId::kIpv4);
  }
}

TEST_F(BookChoice, OfTheNewTableNeverIsATriedOne) {
  add(heard("1.2.3.4"));
  book.good(kNow, endpoint("1.2.3.4"));
  EXPECT_FALSE(select(NetworkSet::all(), From::kNewTable));
  EXPECT_TRUE(select());
  add(heard("5.6.7.8"));
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(select(NetworkSet::all(), From::kNewTable)->endpoint, endpoint("5.6.7.8"));
  }
}

// However few have been tried.
TEST_F(BookChoice, IsOfBothTablesEquallyOften) {
  fill(1000);
  add(heard("1.2.3.4"));
  book.good(kNow - hours(1), endpoint("1.2.3.4"));
  int tried = 0;
  for (int i = 0; i < 10'000; ++i) tried += select()->table == Table::kTried ? 1 : 0;
  EXPECT_NEAR(tried, 5000, 200);
}

TEST_F(BookChoice, IsAnyAddressOfABucketEquallyOften) {
  AddressBook one({.new_buckets = 1, .new_buckets_per_source_group = 1}, {}, {1, 2});
  for (std::uint32_t i = 0; i < 10; ++i) {
    const HeardAddress each = heard({ipv4(i, i), 8333});
    one.add(kNow, {&each, 1}, ipv4(i, 1), {}, dice);
  }
  std::map<wire::NetEndpoint, int> seen;
  const int each = 2000;
  const auto draws = each * static_cast<int>(one.size());
  for (int i = 0; i < draws; ++i) {
    ++seen[one.select(kNow, NetworkSet::all(), From::kBothTables, dice)->endpoint];
  }
  EXPECT_EQ(seen.size(), one.size());
  for (const auto& [endpoint, count] : seen) EXPECT_NEAR(count, each, 200);
}

TEST_F(BookChoice, SeldomIsWhatWasTriedJustNow) {
  add(heard("1.2.3.4"));
  add(heard("5.6.7.8"));
  book.attempt(kNow - minutes(1), endpoint("1.2.3.4"), CountFailure::kNo);
  int again = 0;
  for (int i = 0; i < 10'000; ++i) again += select()->endpoint == endpoint("1.2.3.4") ? 1 : 0;
  EXPECT_LT(again, 200);
  EXPECT_GT(again, 20);
}

TEST_F(BookChoice, ComesToAnEndWhereEverythingFailed) {
  add(heard("1.2.3.4"));
  for (int i = 0; i < 300; ++i) {
    book.good(kNow, endpoint("9.9.9.9"));  // unknown, and yet a sign that our line is up
    book.attempt(kNow - minutes(1), endpoint("1.2.3.4"), CountFailure::kYes);
  }
  EXPECT_TRUE(select());
}

// The same bytes on every machine, compiler and build.
TEST_F(BookChoice, IsTheSameForTheSameSeedEverywhere) {
  crypto::Sha256Stream digest;
  for (std::uint32_t i = 0; i < 3000; ++i) {
    const auto network = kNetworks.at(dice.below(kNetworks.size()));
    const wire::NetEndpoint each{testing::random_address(network, dice), 8333};
    add(heard(each));
    if (i % 3 == 0) book.good(kNow + seconds(i), each);
    if (i % 5 == 0) book.attempt(kNow + seconds(i), each, CountFailure::kYes);
    digest.add(select()->endpoint.address.bytes());
  }
  for (const HeardAddress& each : book.sample(kNow, {}, {}, dice)) {
    digest.add(each.endpoint.address.bytes());
  }
  EXPECT_EQ(to_hex(digest.finish()),
            "b5adef2a02bda27badc2d1e8e36234c3b0ddf4501af3253d8291581ad77f19b6");
}

// -- What is passed on ----------------------------------------------------------------------------

TEST_F(BookChoice, PassesOn23PercentAnd1000AtMost) {
  fill(1000);
  EXPECT_EQ(book.sample(kNow, {}, {}, dice).size(), book.size() * 23 / 100);
  fill(8000);
  EXPECT_EQ(book.sample(kNow, {}, {}, dice).size(), 1000u);
  EXPECT_EQ(book.sample(kNow, {.max_count = 10}, {}, dice).size(), 10u);
  EXPECT_EQ(book.sample(kNow, {.max_count = 100'000, .max_percent = 100}, {}, dice).size(),
            book.size());
}

TEST_F(BookChoice, PassesOnEachAddressOnce) {
  fill(3000);
  std::set<wire::NetEndpoint> seen;
  for (const HeardAddress& each : book.sample(kNow, {}, {}, dice)) {
    EXPECT_TRUE(seen.insert(each.endpoint).second);
  }
}

TEST_F(BookChoice, PassesOnOneNetworkWhereAskedTo) {
  fill(1000);
  for (int i = 0; i < 100; ++i) {
    add(heard({testing::random_address(wire::NetworkId::kTorV3, dice), 8333}));
  }
  const auto onions = book.sample(kNow, {}, wire::NetworkId::kTorV3, dice);
  EXPECT_GT(onions.size(), 90u);
  for (const HeardAddress& each : onions) {
    EXPECT_EQ(each.endpoint.address.network(), wire::NetworkId::kTorV3);
  }
}

TEST_F(BookChoice, PassesOnNothingTerrible) {
  add(heard("1.2.3.4", kNow - hours(31 * 24)));
  add(heard("5.6.7.8"));
  const auto sample = book.sample(kNow, {.max_percent = 100}, {}, dice);
  ASSERT_EQ(sample.size(), 1u);
  EXPECT_EQ(sample[0].endpoint, endpoint("5.6.7.8"));
}

TEST_F(BookChoice, PassesOnEveryAddressAboutEquallyOften) {
  fill(100);
  std::map<wire::NetEndpoint, int> seen;
  for (int i = 0; i < 2000; ++i) {
    for (const HeardAddress& each : book.sample(kNow, {}, {}, dice)) ++seen[each.endpoint];
  }
  EXPECT_EQ(seen.size(), book.size());
  for (const auto& [endpoint, count] : seen) EXPECT_NEAR(count, 460, 100);
}

}  // namespace
}  // namespace veilwire::addr

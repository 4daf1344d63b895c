#include "veilwire/addr/book.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "veilwire/addr/testing/addresses.h"
#include "veilwire/base/hex.h"
#include "veilwire/crypto/seeded_entropy.h"

namespace veilwire::addr {
namespace {

using testing::address;
using testing::endpoint;
using testing::heard;
using testing::ipv4;
using testing::kNow;

class Book : public ::testing::Test {
 protected:
  std::size_t add(const HeardAddress& address, const wire::NetAddress& source = kSource,
                  seconds penalty = seconds(0)) {
    return book.add(kNow, {&address, 1}, source, penalty, dice);
  }
  std::set<std::uint32_t> new_buckets() const {
    std::set<std::uint32_t> buckets;
    book.for_each([&](const Entry& entry) {
      for (const Slot slot : entry.slots()) buckets.insert(slot.bucket());
    });
    return buckets;
  }

  static inline const wire::NetAddress kSource = ipv4(300, 1);
  AddressBook book{{}, {}, {1, 2}};
  crypto::Dice dice = crypto::Dice::of_seed(1);
};

TEST_F(Book, KeepsAddressesOfEveryNetwork) {
  for (const wire::NetworkId network : kNetworks) {
    const wire::NetEndpoint each{testing::random_address(network, dice), 8333};
    EXPECT_EQ(add(heard(each)), 1u);
    EXPECT_EQ(book.count(Table::kNew, network), 1u);
    EXPECT_EQ(book.find(each)->endpoint, each);
    book.good(kNow, each);
    EXPECT_EQ(book.count(Table::kNew, network), 0u);
    EXPECT_EQ(book.count(Table::kTried, network), 1u);
  }
  EXPECT_EQ(book.size(), 5u);
  EXPECT_EQ(book.count(Table::kTried), 5u);
  EXPECT_EQ(book.count(Table::kTried, wire::NetworkId::kTorV2), 0u);
}

// BIP 155: addrv2 is no way round the rules for addresses in other clothes.
TEST_F(Book, RefusesMappedIpv4OnionCatInternalAndWronglyPrefixedCjdns) {
  using enum wire::NetworkId;
  const std::pair<wire::NetworkId, std::string_view> cases[] = {
      {kIpv6, "00000000000000000000ffff01020304"},   // mapped IPv4
      {kIpv6, "fd87d87eeb4300000000000000000001"},   // OnionCat
      {kIpv6, "fd6b88c087240000000000000000abcd"},   // names, as Core keeps them
      {kIpv6, "fc001111111111111111111111111111"},   // CJDNS as IPv6
      {kCjdns, "fd001111111111111111111111111111"},  // the prefix is fc
      {kTorV2, "f1f2f3f4f5f6f7f8f9fa"},
      {kIpv4, "7f000001"},
      {kIpv4, "c0a80001"},
      {kIpv4, "00000000"},
  };
  for (const auto& [network, hex] : cases) {
    const auto wrong = wire::NetAddress::from_bytes(network, from_hex(hex).value());
    EXPECT_EQ(add(heard({wrong.value(), 8333})), 0u) << hex;
  }
  EXPECT_EQ(book.size(), 0u);
}

TEST_F(Book, RefusesPort0) { EXPECT_EQ(add(heard(endpoint("1.2.3.4", 0))), 0u); }

TEST_F(Book, PortsAreDifferentAddresses) {
  add(heard(endpoint("1.2.3.4", 1)));
  add(heard(endpoint("1.2.3.4", 2)));
  EXPECT_EQ(book.size(), 2u);
}

TEST_F(Book, TakesATimeThatMakesNoSenseForFiveDaysAgo) {
  const UnixTime times[] = {UnixTime::min(), from_unix_seconds(-1), from_unix_seconds(100'000'000),
                            kNow + minutes(10) + seconds(1), UnixTime::max()};
  std::uint16_t port = 1;
  for (const UnixTime time : times) {
    const wire::NetEndpoint each = endpoint("1.2.3.4", port++);
    add(heard(each, time));
    EXPECT_EQ(book.find(each)->time, kNow - hours(5 * 24)) << to_unix_seconds(time);
  }
}

TEST_F(Book, SurvivesEveryTimeAsNow) {
  const UnixTime times[] = {UnixTime::min(), from_unix_seconds(0), kNow, UnixTime::max()};
  const wire::NetEndpoint each = endpoint("1.2.3.4");
  for (const UnixTime now : times) {
    for (const UnixTime time : times) {
      const HeardAddress address = heard(each, time);
      book.add(now, {&address, 1}, kSource, seconds::max(), dice);
      book.add(now, {&address, 1}, kSource, seconds::min(), dice);
      book.connected(now, each);
      book.attempt(now, each, CountFailure::kYes);
      book.good(now, each);
      book.resolve_tried_collisions(now);
      (void)book.sample(now, {}, {}, dice);
      EXPECT_TRUE(book.select(now, NetworkSet::all(), From::kBothTables, dice));
    }
  }
}

TEST_F(Book, TakesThePenaltyOffButNotFromTheSourcesOwnAddress) {
  add(heard("1.2.3.4"), kSource, hours(2));
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->time, kNow - hours(2));
  add(heard("5.6.7.8"), address("5.6.7.8"), hours(2));
  EXPECT_EQ(book.find(endpoint("5.6.7.8"))->time, kNow);
}

TEST_F(Book, AddsServicesButReplacesThemWhereThePeerSaysThemItself) {
  add({endpoint("1.2.3.4"), 1, kNow});
  add({endpoint("1.2.3.4"), 8, kNow});
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->services, 9u);
  book.set_services(endpoint("1.2.3.4"), 4);
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->services, 4u);
}

TEST_F(Book, RefreshesATimeThatIsAnHourOld) {
  add(heard("1.2.3.4", kNow - minutes(59)));
  add(heard("1.2.3.4", kNow));
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->time, kNow - minutes(59));
  add(heard("1.2.3.4", kNow + minutes(2)));
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->time, kNow + minutes(2));
}

TEST_F(Book, RefreshesTheTimeOfAConnectionEvery20Minutes) {
  add(heard("1.2.3.4", kNow));
  book.connected(kNow + minutes(20), endpoint("1.2.3.4"));
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->time, kNow);
  book.connected(kNow + minutes(21), endpoint("1.2.3.4"));
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->time, kNow + minutes(21));
}

// Who is connected to us would be seen in what we pass on.
TEST_F(Book, DoesNotRefreshTheTimeWhenAConnectionBegins) {
  add(heard("1.2.3.4", kNow - hours(5)));
  book.good(kNow, endpoint("1.2.3.4"));
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->time, kNow - hours(5));
}

TEST_F(Book, LeavesAloneWhatItDoesNotHave) {
  EXPECT_EQ(book.good(kNow, endpoint("1.2.3.4")), Promotion::kUnknown);
  book.attempt(kNow, endpoint("1.2.3.4"), CountFailure::kYes);
  book.connected(kNow, endpoint("1.2.3.4"));
  book.set_services(endpoint("1.2.3.4"), 1);
  EXPECT_EQ(book.size(), 0u);
}

// -- What a source can fill -----------------------------------------------------------------------

TEST_F(Book, OneSourceGroupFills64BucketsAtMost) {
  for (std::uint32_t i = 0; i < 40'000; ++i) {
    add(heard({ipv4(i % 5000, i), 8333}), ipv4(300, i));  // 256 addresses of one /16
  }
  EXPECT_LE(new_buckets().size(), 64u);
  EXPECT_GT(new_buckets().size(), 55u);
  EXPECT_LE(book.size(), 64u * 64u);
}

TEST_F(Book, OneGroupFills8TriedBucketsAtMost) {
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const wire::NetEndpoint each{ipv4(7, i), 8333};
    add(heard(each), ipv4(i, 1));
    book.good(kNow, each);
  }
  EXPECT_LE(book.count(Table::kTried), 8u * 64u);
  EXPECT_GT(book.count(Table::kTried), 7u * 64u);
}

TEST_F(Book, AnAddressLiesInEightBucketsAtMost) {
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    add(heard("1.2.3.4", kNow + seconds(i)), ipv4(i, 1));  // always news
    book.connected(kNow - hours(5), endpoint("1.2.3.4"));
  }
  EXPECT_LE(book.find(endpoint("1.2.3.4"))->new_places, 8u);
}

// 1, 2, 4 and 8 draws for the places up to the fifth.
TEST_F(Book, EachFurtherPlaceIsTwiceAsHardToGet) {
  std::map<std::uint8_t, int> calls;
  for (std::uint16_t port = 1; port <= 400; ++port) {
    const wire::NetEndpoint each = endpoint("1.2.3.4", port);
    add(heard(each, kNow - hours(24)));
    for (int i = 0; book.find(each)->new_places < 5 && i < 1000; ++i) {
      ++calls[book.find(each)->new_places];
      const HeardAddress news = heard(each, kNow - minutes(1));
      book.add(kNow, {&news, 1}, ipv4(dice.below(16'384), 1), hours(24) - minutes(1), dice);
    }
  }
  for (const auto& [places, count] : calls) {
    EXPECT_NEAR(count / 400.0, 1 << places, 0.15 * (1 << places)) << +places;
  }
}

TEST_F(Book, WhatIsRepeatedGetsNoFurtherPlace) {
  for (std::uint32_t i = 0; i < 1000; ++i) add(heard("1.2.3.4"), ipv4(i, 1));
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->new_places, 1u);
}

// All memory is that of the tables, whatever is sent.
TEST_F(Book, AFloodOfAMillionAddressesDoesNotGrowItsMemory) {
  for (std::uint32_t i = 0; i < 1'000'000; ++i) {
    const wire::NetEndpoint each{ipv4(dice.below(16'384), i),
                                 static_cast<std::uint16_t>(1 + i / 65'536)};
    add(heard(each), ipv4(dice.below(16'384), i));
    if (i % 8 == 0) book.good(kNow, each);
  }
  EXPECT_LE(book.size(), 1024u * 64 + 256 * 64);
  EXPECT_GT(book.size(), 70'000u);
  EXPECT_LE(book.bytes(), 12'500'000u);
  std::cout << book.size() << " addresses in " << book.bytes() << " bytes\n";
}

// A simulator has thousands of them.
TEST_F(Book, TakesLittleMemoryForAFewAddresses) {
  EXPECT_LE(book.bytes(), 15'000u);
  for (std::uint32_t i = 0; i < 100; ++i) add(heard({ipv4(i, i), 8333}), ipv4(i % 8, 1));
  EXPECT_LE(book.bytes(), 80'000u);
}

// What Heilman et al. (2015) did to the book as it was: see placement_test.cpp for the figure.
TEST_F(Book, WithTheOldFiguresAnAttackerOf32GroupsFills72PercentOfTried) {
  constexpr BookFigures kOld{.tried_buckets = 64, .tried_buckets_per_group = 4};
  std::size_t filled = 0;
  constexpr std::uint64_t kRuns = 10;
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    AddressBook old(kOld, {}, {run, 99});
    for (std::uint32_t i = 0; i < 32 * 256; ++i) {
      const HeardAddress each = heard({ipv4(i % 32, i / 32), 8333});
      old.add(kNow, {&each, 1}, ipv4(dice.below(16'384), 1), {}, dice);
      old.good(kNow, each.endpoint);
    }
    filled += old.count(Table::kTried);
  }
  EXPECT_NEAR(static_cast<double>(filled) / kRuns / 4096, 0.717, 0.03);
}

// -- Failures -------------------------------------------------------------------------------------

TEST_F(Book, CountsOneFailureUntilSomeOtherAddressWasGood) {
  add(heard("1.2.3.4"));
  add(heard("5.6.7.8"));
  for (int i = 1; i < 5; ++i) {
    book.attempt(kNow + minutes(i), endpoint("1.2.3.4"), CountFailure::kYes);
  }
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->failures, 1u);
  book.good(kNow + minutes(6), endpoint("5.6.7.8"));
  book.attempt(kNow + minutes(7), endpoint("1.2.3.4"), CountFailure::kYes);
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->failures, 2u);
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->last_try, kNow + minutes(7));
}

TEST_F(Book, DoesNotCountAFailureThatIsNotTheAddresss) {
  add(heard("1.2.3.4"));
  book.attempt(kNow, endpoint("1.2.3.4"), CountFailure::kNo);
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->failures, 0u);
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->last_try, kNow);
}

TEST_F(Book, ForgetsFailuresAfterASuccess) {
  add(heard("1.2.3.4"));
  book.attempt(kNow, endpoint("1.2.3.4"), CountFailure::kYes);
  EXPECT_EQ(book.good(kNow, endpoint("1.2.3.4")), Promotion::kPromoted);
  EXPECT_EQ(book.good(kNow, endpoint("1.2.3.4")), Promotion::kAlreadyTried);
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->failures, 0u);
  EXPECT_EQ(book.find(endpoint("1.2.3.4"))->last_success, kNow);
}

// -- With a map -----------------------------------------------------------------------------------

TEST_F(Book, DrawsItsKeyFromEntropy) {
  crypto::SeededEntropy entropy(5);
  const auto a = AddressBook::draw_key(entropy);
  const auto b = AddressBook::draw_key(entropy);
  ASSERT_TRUE(a && b);
  EXPECT_NE(a->k0, b->k0);
}

TEST_F(Book, WithAnotherKeyPutsAddressesElsewhere) {
  AddressBook other{{}, {}, {3, 4}};
  for (std::uint32_t i = 0; i < 100; ++i) {
    const HeardAddress each = heard({ipv4(i, i), 8333});
    add(each);
    other.add(kNow, {&each, 1}, kSource, {}, dice);
  }
  std::set<Slot> slots;
  book.for_each([&](const Entry& entry) { slots.insert(entry.new_slots[0]); });
  std::size_t shared = 0;
  other.for_each([&](const Entry& entry) { shared += slots.count(entry.new_slots[0]); });
  EXPECT_LE(shared, 10u);
}

}  // namespace
}  // namespace veilwire::addr

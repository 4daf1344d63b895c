#include "veilwire/addr/book_bytes.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "veilwire/addr/address_bytes.h"
#include "veilwire/addr/testing/addresses.h"
#include "veilwire/addr/testing/asmap_writer.h"
#include "veilwire/addr/testing/damaged.h"

namespace veilwire::addr {
namespace {

using testing::heard;
using testing::ipv4;
using testing::kNow;

constexpr protocol::Magic kNet = protocol::kMainMagic;

class BookBytes : public ::testing::Test {
 protected:
  void fill(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto network = kNetworks.at(i % kNetworks.size());
      const wire::NetEndpoint each{testing::random_address(network, dice), 8333};
      for (int times = 0; times < 3; ++times) {
        const HeardAddress address = heard(each, kNow - hours(10 - times));
        book.add(kNow, {&address, 1}, ipv4(dice.below(5000), 1), hours(30), dice);
      }
      if (i % 3 == 0) book.good(kNow - hours(i % 7), each);
      if (i % 4 == 0) book.attempt(kNow, each, CountFailure::kYes);
    }
  }
  std::expected<AddressBook, KeptRule> read(ByteView bytes, const BookFigures& figures = {},
                                            Groups groups = {}) const {
    return parse_book(bytes, kNet, figures, std::move(groups));
  }
  static std::map<wire::NetEndpoint, KnownAddress> known_of(const AddressBook& book) {
    std::map<wire::NetEndpoint, KnownAddress> out;
    book.for_each([&](const Entry& entry) { out[entry.endpoint] = known(entry); });
    return out;
  }
  static std::set<std::pair<Slot, wire::NetEndpoint>> places_of(const AddressBook& book) {
    std::set<std::pair<Slot, wire::NetEndpoint>> out;
    book.for_each([&](const Entry& entry) {
      for (const Slot slot : entry.slots()) out.emplace(slot, entry.endpoint);
    });
    return out;
  }

  AddressBook book{{}, {}, {1, 2}};
  crypto::Dice dice = crypto::Dice::of_seed(1);
};

TEST_F(BookBytes, AreReadAsTheSameBook) {
  fill(5000);
  const auto again = read(book_bytes(book, kNet));
  ASSERT_TRUE(again);
  EXPECT_EQ(known_of(*again), known_of(book));
  EXPECT_EQ(places_of(*again), places_of(book));
  for (const wire::NetworkId network : kNetworks) {
    EXPECT_EQ(again->count(Table::kTried, network), book.count(Table::kTried, network));
  }
  EXPECT_EQ(book_bytes(*again, kNet), book_bytes(book, kNet));
}

TEST_F(BookBytes, OfAnEmptyBookAreAnEmptyBook) {
  const auto again = read(book_bytes(book, kNet));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->size(), 0u);
  EXPECT_EQ(again->key().k1, 2u);
}

TEST_F(BookBytes, OfAFullBookAreLessThanTheirLimit) {
  for (std::uint32_t i = 0; i < 300'000; ++i) {
    const wire::NetEndpoint each{testing::random_address(wire::NetworkId::kTorV3, dice), 8333};
    const HeardAddress address = heard(each);
    book.add(kNow, {&address, 1}, testing::random_address(wire::NetworkId::kIpv6, dice), {}, dice);
  }
  EXPECT_GT(book.size(), 50'000u);
  const auto again = read(book_bytes(book, kNet));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->size(), book.size());
}

TEST_F(BookBytes, AreRefusedHoweverTheyAreDamaged) {
  fill(5);
  testing::refuses_damage(book_bytes(book, kNet),
                          [&](ByteView bytes) { return read(bytes).has_value(); });
}

TEST_F(BookBytes, OfALaterVersionAreRefusedByThatName) {
  const Bytes sealed = seal_kept({kBookKind.tag, kBookKind.version + 1, 100}, kNet, {});
  EXPECT_EQ(read(sealed).error(), KeptRule::kNewer);
}

TEST_F(BookBytes, OfAnotherNetworkAreRefused) {
  const auto read = parse_book(book_bytes(book, protocol::kSignetMagic), kNet, {}, {});
  EXPECT_EQ(read.error(), KeptRule::kOtherNetwork);
}

// A map that knows everything as one AS: one source group then, and 64 buckets.
TEST_F(BookBytes, ArePlacedAnewUnderAnotherMap) {
  fill(2000);
  testing::AsmapWriter program;
  program.ret(7);
  const Groups mapped(std::make_shared<const Asmap>(Asmap::parse(program.bytes()).value()));
  const auto again = read(book_bytes(book, kNet), {}, mapped);
  ASSERT_TRUE(again);
  std::set<std::uint32_t> buckets;
  for (const auto& [slot, endpoint] : places_of(*again)) buckets.insert(slot.bucket());
  EXPECT_LE(buckets.size(), 64u);
  EXPECT_GT(again->size(), book.size() / 2);
  EXPECT_NE(places_of(*again), places_of(book));
}

TEST_F(BookBytes, ArePlacedAnewWithOtherFigures) {
  fill(2000);
  const BookFigures small{.new_buckets = 16, .tried_buckets = 4};
  const auto again = read(book_bytes(book, kNet), small);
  ASSERT_TRUE(again);
  EXPECT_LE(again->size(), 20u * 64);
  EXPECT_GT(again->size(), 800u);
  EXPECT_LE(again->count(Table::kTried), 4u * 64);
}

TEST_F(BookBytes, WithAFieldThatMeansNothingAreRefused) {
  fill(1);
  const Bytes whole = book_bytes(book, kNet);
  const Bytes contents(whole.begin() + 24, whole.end() - 32);
  constexpr std::size_t kCount = 16 + 20 + 32;  // after key, figures and the map's hash
  const auto with = [&](std::size_t at, std::uint8_t value) {
    Bytes changed = contents;
    changed.at(at) = value;
    return read(seal_kept(kBookKind, kNet, changed));
  };
  EXPECT_TRUE(with(kCount, 1));
  EXPECT_EQ(with(kCount, 0).error(), KeptRule::kBadContents);      // bytes left over
  EXPECT_EQ(with(kCount, 2).error(), KeptRule::kBadContents);      // one address too few
  EXPECT_EQ(with(kCount + 1, 9).error(), KeptRule::kBadContents);  // no such network
}

TEST_F(BookBytes, WithAnAddressThatMayNotBeKeptLeaveItOut) {
  fill(1);
  const Bytes whole = book_bytes(book, kNet);
  Bytes contents(whole.begin() + 24, whole.end() - 32);
  contents.at(16 + 20 + 32 + 2) = 127;  // the first byte of its IPv4 address
  const auto again = read(seal_kept(kBookKind, kNet, contents));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->size(), 0u);
}

// Nobody's fault, but a book must not grow out of it.
TEST_F(BookBytes, WithAnAddressTwiceHaveItOnce) {
  fill(1);
  const Bytes whole = book_bytes(book, kNet);
  Bytes contents(whole.begin() + 24, whole.end() - 32);
  constexpr std::size_t kCount = 16 + 20 + 32;
  contents[kCount] = 2;
  const Bytes entry(contents.begin() + kCount + 1, contents.end());
  contents.insert(contents.end(), entry.begin(), entry.end());
  const auto again = read(seal_kept(kBookKind, kNet, contents));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->size(), 1u);
}

}  // namespace
}  // namespace veilwire::addr

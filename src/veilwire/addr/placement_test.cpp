#include "veilwire/addr/placement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "veilwire/addr/testing/addresses.h"

namespace veilwire::addr {
namespace {

using testing::ipv4;

AddressGroup group_of(const wire::NetAddress& address) { return Groups().of(address); }

// What an attacker can reach of the tried table, on average over keys.
struct Reach {
  double buckets;  // shares
  double places;
};

Reach reach_of(std::uint32_t groups, std::uint32_t addresses_each, const BookFigures& figures,
               std::uint64_t keys) {
  Reach reach{};
  for (std::uint64_t key = 1; key <= keys; ++key) {
    const Placement placement({key, key}, figures);
    std::set<std::uint32_t> buckets;
    std::set<Slot> places;
    for (std::uint32_t i = 0; i < groups * addresses_each; ++i) {
      const wire::NetEndpoint each{ipv4(i % groups, i / groups), 8333};
      const Slot slot = placement.tried_slot(placement.hash_of(each), group_of(each.address));
      buckets.insert(slot.bucket());
      places.insert(slot);
    }
    reach.buckets +=
        static_cast<double>(buckets.size()) / static_cast<double>(keys) / figures.tried_buckets;
    reach.places += static_cast<double>(places.size()) / static_cast<double>(keys) /
                    (double{kBucketPlaces} * figures.tried_buckets);
  }
  return reach;
}

// Heilman et al., "Eclipse Attacks on Bitcoin's Peer-to-Peer Network" (2015): with 64 buckets of which
// a group has 4, attackers of 32 groups with 256 addresses each reach 1 - (63/64)^128 of them.
TEST(Placement, WithTheOldFigures32GroupsReach867PercentOfTheBuckets) {
  constexpr BookFigures kOld{.tried_buckets = 64, .tried_buckets_per_group = 4};
  const Reach reach = reach_of(32, 256, kOld, 40);
  EXPECT_NEAR(reach.buckets, 1 - std::pow(63.0 / 64, 128), 0.01);  // 0.867
  // They filled what they reached. Where each address has its own place in a bucket, 64 addresses
  // fill 1 - 1/e of it, and 32 groups 1 - e^(-2 (1 - 1/e)) of the table.
  EXPECT_NEAR(reach.places, 1 - std::exp(-2 * (1 - std::exp(-1.0))), 0.015);  // 0.718
}

TEST(Placement, WithTheOldFigures32GroupsWithMoreAddressesFill867Percent) {
  constexpr BookFigures kOld{.tried_buckets = 64, .tried_buckets_per_group = 4};
  EXPECT_NEAR(reach_of(32, 1536, kOld, 15).places, 1 - std::pow(63.0 / 64, 128), 0.015);
}

TEST(Placement, WithTheUsualFigures32GroupsReach63PercentOfTheBuckets) {
  EXPECT_NEAR(reach_of(32, 256, {}, 20).buckets, 1 - std::pow(255.0 / 256, 256), 0.01);
}

TEST(Placement, AGroupOfSourcesHas64BucketsWhateverItTells) {
  const Placement placement({1, 2}, {});
  std::set<std::uint32_t> buckets;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const wire::NetEndpoint each{ipv4(i, i), 8333};
    buckets.insert(
        placement.new_slot(placement.hash_of(each), group_of(each.address), group_of(ipv4(5, i)))
            .bucket());
  }
  EXPECT_LE(buckets.size(), 64u);
  EXPECT_GE(buckets.size(), 58u);  // 64 of 1024 drawn, some twice
}

TEST(Placement, EachKeyHasOtherPlaces) {
  const Placement one({1, 2}, {});
  const Placement other({1, 3}, {});
  const wire::NetEndpoint each{ipv4(1, 1), 8333};
  EXPECT_NE(one.hash_of(each), other.hash_of(each));
}

TEST(Placement, HashesTellNetworksAndPortsApart) {
  const Placement placement({1, 2}, {});
  crypto::Dice dice = crypto::Dice::of_seed(1);
  const wire::NetAddress onion = testing::random_address(wire::NetworkId::kTorV3, dice);
  const auto i2p = wire::NetAddress::from_bytes(wire::NetworkId::kI2p, onion.bytes()).value();
  const std::set<std::uint64_t> hashes{placement.hash_of({onion, 1}), placement.hash_of({onion, 2}),
                                       placement.hash_of({onion, 256}),
                                       placement.hash_of({i2p, 1})};
  EXPECT_EQ(hashes.size(), 4u);
}

}  // namespace
}  // namespace veilwire::addr

#include "veilwire/addr/groups.h"

#include <gtest/gtest.h>

#include "veilwire/addr/testing/addresses.h"
#include "veilwire/addr/testing/asmap_writer.h"

namespace veilwire::addr {
namespace {

using testing::address;

TEST(AddressGroups, AreThoseOfTheNetworkWithoutAMap) {
  const Groups groups;
  EXPECT_EQ(groups.of(address("1.2.3.4")), groups.of(address("1.2.200.200")));
  EXPECT_NE(groups.of(address("1.2.3.4")), groups.of(address("1.3.3.4")));
  EXPECT_EQ(groups.as_of(address("1.2.3.4")), std::nullopt);
  EXPECT_EQ(groups.map_hash(), Hash256{});
  EXPECT_EQ(groups.of(address("10.0.0.1")), AddressGroup());
}

// IPv6 from 8000:: on is AS 7, and all else unknown.
TEST(AddressGroups, AreAutonomousSystemsWhereAMapKnowsThem) {
  testing::AsmapWriter program;
  program.match({1}).ret(7);
  const Groups groups(std::make_shared<const Asmap>(Asmap::parse(program.bytes()).value()));
  const wire::NetAddress known = address("8001::1");
  EXPECT_EQ(groups.as_of(known), 7u);
  EXPECT_EQ(groups.of(known), AddressGroup::of_as(7));
  EXPECT_EQ(groups.of(known), groups.of(address("9002::1")));
  EXPECT_EQ(groups.of(address("1.2.3.4")), Groups().of(address("1.2.3.4")));
  EXPECT_NE(groups.map_hash(), Hash256{});
}

TEST(AddressGroups, OfAnAutonomousSystemAreNobodyElses) {
  crypto::Dice dice = crypto::Dice::of_seed(1);
  for (const wire::NetworkId network : kNetworks) {
    const AddressGroup group = Groups().of(testing::random_address(network, dice));
    EXPECT_NE(group, AddressGroup());
    for (std::uint32_t as = 1; as < 10; ++as) EXPECT_NE(group, AddressGroup::of_as(as));
  }
}

TEST(HeardAddress, IsAnEntryOfAMessageOfAKnownNetwork) {
  const HeardAddress heard = testing::heard("1.2.3.4");
  EXPECT_EQ(HeardAddress::of(to_entry(heard)), heard);
  wire::AddressEntry foreign = to_entry(heard);
  foreign.address = wire::ForeignAddress{.network = 99, .bytes = {}};
  EXPECT_EQ(HeardAddress::of(foreign), std::nullopt);
}

}  // namespace
}  // namespace veilwire::addr

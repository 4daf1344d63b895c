#include "veilwire/wire/addr.h"

#include <gtest/gtest.h>

#include <vector>

#include "veilwire/wire/testing/counting_new.h"
#include "veilwire/wire/testing/patterns.h"
#include "veilwire/wire/testing/round_trip.h"

namespace veilwire::wire {
namespace {

using testing::expect_round_trip;
using testing::joined;
using testing::rule_broken_by;
using testing::unhex;

NetAddress address(std::string_view text) { return NetAddress::from_text(text).value(); }

constexpr std::string_view kOnion =
    "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
constexpr std::string_view kI2p = "ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p";

std::vector<AddressEntry> entries_of_all_networks() {
  return {{from_unix_seconds(1), protocol::kNodeNetwork, address("1.2.3.4"), 8333},
          {from_unix_seconds(2), protocol::kNodeNone, address("2001:4860::1"), 1},
          {from_unix_seconds(3), ~protocol::Services{0}, address(kOnion), 0},
          {from_unix_seconds(4), 0xfd, address(kI2p), 0xffff},
          {from_unix_seconds(5), protocol::kNodeP2pV2, address("fc00:1::2"), 8333},
          {from_unix_seconds(6), 0, address("6hzph5hv6337r6p2.onion"), 8333}};
}

Bytes addrv2_of(std::span<const AddressEntry> entries) {
  Bytes payload;
  Writer writer(payload);
  write_addrv2(writer, entries);
  return payload;
}

Bytes addr_of(std::span<const AddressEntry> entries) {
  Bytes payload;
  Writer writer(payload);
  write_addr(writer, entries);
  return payload;
}

// A message of one entry: time, services 0, then what is given, then a port.
Bytes addrv2_with(std::string_view network_and_address) {
  return unhex(
      "01"
      "00000000"
      "00" +
      std::string(network_and_address) + "208d");
}

TEST(Addr, EntryHasThirtyBytes) {
  const Bytes payload = unhex(
      "01"
      "e215104d"
      "0100000000000000"
      "00000000000000000000ffff0a000001"
      "208d");
  expect_round_trip<Addr>(payload);
  const auto message = parse<Addr>(payload);
  ASSERT_EQ(message->entries.size(), 1u);
  const AddrEntry entry = message->entries[0];
  EXPECT_EQ(entry.time, from_unix_seconds(0x4d1015e2));
  EXPECT_EQ(entry.services, protocol::kNodeNetwork);
  EXPECT_EQ(entry.known()->to_text(), "10.0.0.1");
  EXPECT_EQ(entry.port, 8333);
}

TEST(Addr, IsMadeOfWhatHasALegacyForm) {
  const Bytes payload = addr_of(entries_of_all_networks());
  expect_round_trip<Addr>(payload);
  const auto message = parse<Addr>(payload);
  std::vector<std::string> texts;
  for (const AddrEntry& entry : message->entries) texts.push_back(entry.known()->to_text());
  EXPECT_EQ(texts, (std::vector<std::string>{"1.2.3.4", "2001:4860::1", "6hzph5hv6337r6p2.onion"}));
}

TEST(Addr, HasAtMost1000Entries) {
  expect_round_trip<Addr>(testing::counted(0, 30));
  EXPECT_EQ(rule_broken_by<Addr>(testing::counted(1000, 30)), std::nullopt);
  EXPECT_EQ(rule_broken_by<Addr>(testing::counted(1001, 30)), PayloadRule::kTooMany);
  EXPECT_EQ(rule_broken_by<Addr>(testing::with_hostile_count({})), PayloadRule::kTooMany);
}

TEST(AddrV2, EntriesOfAllNetworksAreReadAndWritten) {
  const std::vector<AddressEntry> entries = entries_of_all_networks();
  const Bytes payload = addrv2_of(entries);
  expect_round_trip<AddrV2>(payload);
  const auto message = parse<AddrV2>(payload);
  ASSERT_EQ(message->entries.size(), entries.size());
  std::size_t at = 0;
  for (const AddrV2Entry& entry : message->entries) {
    EXPECT_EQ(entry.time, entries[at].time);
    EXPECT_EQ(entry.services, entries[at].services);
    ASSERT_TRUE(entry.known());
    EXPECT_EQ(*entry.known(), *entries[at].known());
    EXPECT_EQ(entry.port, entries[at].port);
    ++at;
  }
}

// Three entries as Bitcoin Core's tests have them.
TEST(AddrV2, ReadsWhatPeersWrite) {
  const Bytes payload = unhex(
      "03"
      "61bc6649"
      "00"
      "02"
      "10"
      "00000000000000000000000000000001"
      "0000"
      "79627683"
      "01"
      "02"
      "10"
      "00000000000000000000000000000001"
      "00f1"
      "ffffffff"
      "fd4804"
      "02"
      "10"
      "00000000000000000000000000000001"
      "f1f2");
  expect_round_trip<AddrV2>(payload);
  const auto message = parse<AddrV2>(payload);
  std::vector<AddrV2Entry> entries(message->entries.begin(), message->entries.end());
  EXPECT_EQ(entries[1].port, 0xf1);
  EXPECT_EQ(entries[2].services,
            protocol::kNodeWitness | protocol::kNodeCompactFilters | protocol::kNodeNetworkLimited);
  EXPECT_EQ(entries[2].known()->to_text(), "::1");
}

TEST(AddrV2, RefusesAKnownNetworkWithAnotherLength) {
  for (const std::string_view bytes :
       {"0103010203", "01050102030405", "0200", "020401020304", "0400", "040a01020304050607080910",
        "0503010203", "0604fc010203", "0100"}) {
    EXPECT_EQ(rule_broken_by<AddrV2>(addrv2_with(bytes)), PayloadRule::kBadValue) << bytes;
  }
}

TEST(AddrV2, CarriesUnknownNetworksThrough) {
  for (const std::string_view bytes : {"0000", "0704aabbccdd", "ff01ee", "aa00", "030111"}) {
    const Bytes payload = addrv2_with(bytes);
    expect_round_trip<AddrV2>(payload);
    const auto message = parse<AddrV2>(payload);
    const AddrV2Entry entry = *message->entries.begin();
    EXPECT_FALSE(entry.known());
    const auto& foreign = std::get<ForeignAddress>(entry.address);
    EXPECT_EQ(to_hex(Bytes{foreign.network}), bytes.substr(0, 2));
    EXPECT_EQ(to_hex(foreign.bytes), bytes.substr(4));
    EXPECT_EQ(entry.port, 8333);
  }
}

TEST(AddrV2, HasAddressesOfAtMost512Bytes) {
  const std::string longest = "aafd0002" + std::string(2 * 512, '1');
  expect_round_trip<AddrV2>(addrv2_with(longest));
  const std::string too_long = "aafd0102" + std::string(2 * 513, '1');
  EXPECT_EQ(rule_broken_by<AddrV2>(addrv2_with(too_long)), PayloadRule::kTooLong);
  EXPECT_EQ(rule_broken_by<AddrV2>(addrv2_with("01fe00000002"
                                               "0102")),
            PayloadRule::kTooLong);
}

TEST(AddrV2, HasAtMost1000Entries) {
  std::vector<AddressEntry> entries(1000);
  EXPECT_EQ(rule_broken_by<AddrV2>(addrv2_of(entries)), std::nullopt);
  entries.emplace_back();
  EXPECT_EQ(rule_broken_by<AddrV2>(addrv2_of(entries)), PayloadRule::kTooMany);
  EXPECT_EQ(rule_broken_by<AddrV2>(testing::with_hostile_count({})), PayloadRule::kTooMany);
}

TEST(AddrV2, RefusesServicesInMoreBytesThanTheyNeed) {
  EXPECT_EQ(rule_broken_by<AddrV2>(unhex("01"
                                         "00000000"
                                         "fd0100"
                                         "010401020304"
                                         "208d")),
            PayloadRule::kNonMinimalCompactSize);
}

TEST(Addresses, AreReadWithoutAllocation) {
  const std::vector<AddressEntry> entries(1000);
  const Bytes v1 = addr_of(entries);
  const Bytes v2 = addrv2_of(entries);
  EXPECT_EQ(testing::allocations_of([&] { return parse<Addr>(v1); }), 0u);
  EXPECT_EQ(testing::allocations_of([&] { return parse<AddrV2>(v2); }), 0u);
}

TEST(GetAddr, IsEmpty) { expect_round_trip<GetAddr>({}); }

}  // namespace
}  // namespace veilwire::wire

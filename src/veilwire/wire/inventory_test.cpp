#include "veilwire/wire/inventory.h"

#include <gtest/gtest.h>

#include <vector>

#include "veilwire/wire/testing/counting_new.h"
#include "veilwire/wire/testing/patterns.h"
#include "veilwire/wire/testing/round_trip.h"

namespace veilwire::wire {
namespace {

using testing::rule_broken_by;

template <typename M>
class InventoryTest : public ::testing::Test {};
using InventoryMessages = ::testing::Types<Inv, GetData, NotFound>;
TYPED_TEST_SUITE(InventoryTest, InventoryMessages);

TYPED_TEST(InventoryTest, IsWrittenAsItWasRead) {
  for (const std::size_t count : {0u, 1u, 2u, 5u}) {
    testing::expect_round_trip<TypeParam>(testing::counted(count, 36));
  }
}

TYPED_TEST(InventoryTest, HasAtMost50000Entries) {
  EXPECT_EQ(rule_broken_by<TypeParam>(testing::counted(50'000, 36)), std::nullopt);
  EXPECT_EQ(rule_broken_by<TypeParam>(testing::counted(50'001, 36)), PayloadRule::kTooMany);
  EXPECT_EQ(rule_broken_by<TypeParam>(testing::with_hostile_count({})), PayloadRule::kTooMany);
}

TYPED_TEST(InventoryTest, IsReadWithoutAllocation) {
  const Bytes payload = testing::counted(50'000, 36);
  const auto count_types = [&] {
    std::size_t transactions = 0;
    const auto message = parse<TypeParam>(payload);
    for (const InventoryEntry& entry : message->entries) {
      transactions += entry.type == InventoryType::kTx ? 1 : 0;
    }
    return transactions;
  };
  EXPECT_EQ(testing::allocations_of(count_types), 0u);
}

TEST(Inventory, EntryIsATypeAndAHash) {
  const Bytes payload = testing::unhex(
      "01"
      "02000040"
      "6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000");
  testing::expect_round_trip<GetData>(payload);
  const auto message = parse<GetData>(payload);
  const InventoryEntry entry = message->entries[0];
  EXPECT_EQ(entry.type, InventoryType::kWitnessBlock);
  EXPECT_EQ(to_display(entry.hash),
            "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f");
}

TEST(Inventory, IsMadeOfEntriesOfOurs) {
  const std::vector<InventoryEntry> entries{{InventoryType::kWtx, testing::hash_of(1)},
                                            {InventoryType::kBlock, testing::hash_of(2)}};
  const Bytes packed = pack<InventoryEntry>(entries);
  const Bytes payload = serialize(Inv{InventoryList(packed)});
  const auto message = parse<Inv>(payload);
  ASSERT_TRUE(message);
  EXPECT_EQ(std::vector<InventoryEntry>(message->entries.begin(), message->entries.end()), entries);
}

TEST(Inventory, TypesHaveNames) {
  EXPECT_EQ(inventory_type_name(InventoryType::kTx), "tx");
  EXPECT_EQ(inventory_type_name(InventoryType::kWitnessTx), "witness_tx");
  EXPECT_EQ(inventory_type_name(InventoryType{0x40000002}), "witness_block");
  EXPECT_EQ(inventory_type_name(InventoryType{0}), "type 0");
  EXPECT_EQ(inventory_type_name(InventoryType{0xffff'ffff}), "type 4294967295");
}

TEST(Mempool, IsEmpty) { testing::expect_round_trip<Mempool>({}); }

}  // namespace
}  // namespace veilwire::wire

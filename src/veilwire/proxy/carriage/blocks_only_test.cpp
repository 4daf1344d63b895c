#include "veilwire/proxy/carriage/blocks_only.h"

#include <gtest/gtest.h>

#include <vector>

#include "veilwire/wire/codec.h"
#include "veilwire/wire/inventory.h"
#include "veilwire/wire/message.h"
#include "veilwire/wire/version.h"

namespace veilwire::proxy {
namespace {

using protocol::message_kind_from_name;
using protocol::MessageKind;
using Action = Filtered::Action;
using wire::InventoryEntry;
using wire::InventoryType;
using wire::VersionEnd;

wire::Version sample_version() {
  wire::Version version;
  version.protocol_version = 70016;
  version.services = 1033;
  version.unix_time = from_unix_seconds(1'700'000'000);
  version.addr_recv = {9, {1, 2, 3}, 8333};
  version.addr_from = {1033, {}, 0};
  version.nonce = 0x1122334455667788;
  version.user_agent = "/Satoshi:28.0.0/";
  version.start_height = 840000;
  return version;
}

Bytes inventory(const std::vector<InventoryEntry>& entries) {
  const Bytes packed = wire::pack<InventoryEntry>(entries);
  return wire::serialize(wire::Inv{wire::InventoryList(packed)});
}

InventoryEntry entry(InventoryType type, std::uint8_t number = 0) { return {type, {number}}; }

TEST(BlocksOnly, HasARuleForEveryMessageThatIsKnown) {
  for (const MessageKind kind : wire::message_kinds()) {
    const Filtered filtered = keep_blocks_only(kind, {});
    EXPECT_FALSE(filtered.action == Action::kDrop && filtered.reason == DropReason::kUnknownName)
        << protocol::message_name(kind);
  }
}

TEST(BlocksOnly, PassesBlocksAndWhatKeepsTheConnectionAlive) {
  const Bytes any{1, 2, 3};
  for (const char* name :
       {"block",       "cmpctblock",  "getblocktxn", "blocktxn",   "headers",    "getheaders",
        "getblocks",   "ping",        "pong",        "addr",       "addrv2",     "getaddr",
        "verack",      "sendheaders", "sendcmpct",   "wtxidrelay", "sendaddrv2", "feature",
        "getcfilters", "cfilter",     "cfcheckpt"}) {
    EXPECT_EQ(keep_blocks_only(message_kind_from_name(name), any).action, Action::kPass) << name;
  }
}

TEST(BlocksOnly, DropsWhatCarriesOrAsksForTransactions) {
  const std::vector<std::pair<std::string_view, DropReason>> cases{
      {"tx", DropReason::kTransaction},
      {"dandeliontx", DropReason::kTransaction},
      {"pkgtxns", DropReason::kTransaction},
      {"mempool", DropReason::kMempool},
      {"feefilter", DropReason::kFeeFilter},
      {"filterload", DropReason::kBloomFilter},
      {"filteradd", DropReason::kBloomFilter},
      {"filterclear", DropReason::kBloomFilter},
      {"merkleblock", DropReason::kMerkleBlock},
      {"sendtxrcncl", DropReason::kReconciliation},
      {"reqtxrcncl", DropReason::kReconciliation},
      {"sketch", DropReason::kReconciliation},
      {"sendpackages", DropReason::kPackage},
      {"newtx", DropReason::kUnknownName},
      {"TX", DropReason::kUnknownName},
      {"", DropReason::kUnknownName}};
  for (const auto& [name, reason] : cases) {
    const Filtered filtered = keep_blocks_only(message_kind_from_name(name), {});
    EXPECT_EQ(filtered.action, Action::kDrop) << name;
    EXPECT_EQ(filtered.reason, reason) << name;
  }
}

TEST(BlocksOnly, ClearsTheRelayFlagAndNothingElse) {
  wire::Version version = sample_version();
  for (const std::uint8_t relay : Bytes{1, 2, 255}) {
    version.relay = relay;
    const Filtered filtered = keep_blocks_only(MessageKind::kVersion, wire::serialize(version));
    ASSERT_EQ(filtered.action, Action::kRewrite);
    wire::Version expected = sample_version();
    expected.relay = 0;
    EXPECT_EQ(filtered.payload, wire::serialize(expected));
  }
}

TEST(BlocksOnly, PassesAVersionThatWantsNoTransactions) {
  wire::Version version = sample_version();
  version.relay = 0;
  EXPECT_EQ(keep_blocks_only(MessageKind::kVersion, wire::serialize(version)).action,
            Action::kPass);
}

TEST(BlocksOnly, AddsTheRelayFlagWhereItIsAbsent) {
  for (const VersionEnd end : {VersionEnd::kAddrRecv, VersionEnd::kNonce, VersionEnd::kUserAgent,
                               VersionEnd::kStartHeight}) {
    wire::Version version = sample_version();
    version.ends_after = end;
    const Bytes before = wire::serialize(version);
    const Filtered filtered = keep_blocks_only(MessageKind::kVersion, before);
    ASSERT_EQ(filtered.action, Action::kRewrite);
    const auto after = wire::parse<wire::Version>(filtered.payload);
    ASSERT_TRUE(after);
    EXPECT_FALSE(after->wants_transactions());
    EXPECT_EQ(after->ends_after, VersionEnd::kRelay);
    // What was there still is; what was not is zeros.
    Bytes expected = before;
    expected.resize(filtered.payload.size());
    EXPECT_EQ(filtered.payload, expected);
  }
}

TEST(BlocksOnly, KeepsWhatStandsBehindAVersion) {
  Bytes payload = wire::serialize(sample_version());
  payload.insert(payload.end(), {7, 8, 9});
  const Filtered filtered = keep_blocks_only(MessageKind::kVersion, payload);
  payload[payload.size() - 4] = 0;
  EXPECT_EQ(filtered.payload, payload);
}

TEST(BlocksOnly, RemovesWhatIsNoBlockFromAnInventory) {
  const std::vector<InventoryEntry> blocks{entry(InventoryType::kBlock, 1),
                                           entry(InventoryType::kWitnessBlock, 2),
                                           entry(InventoryType::kCompactBlock, 3)};
  std::vector<InventoryEntry> mixed = blocks;
  mixed.insert(mixed.begin(), entry(InventoryType::kTx));
  mixed.insert(mixed.begin() + 2, entry(InventoryType::kWtx));
  mixed.push_back(entry(InventoryType::kWitnessTx));
  mixed.push_back(entry(InventoryType::kFilteredBlock));
  mixed.push_back(entry(static_cast<InventoryType>(0x40000003)));
  mixed.push_back(entry(static_cast<InventoryType>(0)));
  mixed.push_back(entry(static_cast<InventoryType>(99)));
  for (const char* name : {"inv", "getdata", "notfound"}) {
    const Filtered filtered = keep_blocks_only(message_kind_from_name(name), inventory(mixed));
    ASSERT_EQ(filtered.action, Action::kRewrite) << name;
    EXPECT_EQ(filtered.payload, inventory(blocks));
    EXPECT_EQ(filtered.removed_entries, 7U);
    EXPECT_EQ(keep_blocks_only(message_kind_from_name(name), inventory(blocks)).action,
              Action::kPass);
    EXPECT_EQ(keep_blocks_only(message_kind_from_name(name), inventory({})).action, Action::kPass);
  }
}

TEST(BlocksOnly, DropsAnInventoryOfWhichNothingIsLeft) {
  const Filtered filtered = keep_blocks_only(
      MessageKind::kInv, inventory({entry(InventoryType::kWtx, 1), entry(InventoryType::kWtx, 2)}));
  EXPECT_EQ(filtered.action, Action::kDrop);
  EXPECT_EQ(filtered.reason, DropReason::kInventory);
  EXPECT_EQ(filtered.removed_entries, 2U);
}

TEST(BlocksOnly, DropsWhatItCannotRead) {
  Bytes short_inventory = inventory({entry(InventoryType::kBlock)});
  short_inventory.pop_back();
  Bytes short_version = wire::serialize(sample_version());
  short_version.resize(60);
  const Bytes too_many{0xfd, 0x51, 0xc3};  // 50 001
  const std::vector<std::pair<std::string_view, Bytes>> cases{
      {"inv", short_inventory},   {"getdata", {}}, {"notfound", {0xfd, 1, 0}}, {"inv", too_many},
      {"version", short_version}, {"version", {}}};
  for (const auto& [name, payload] : cases) {
    const Filtered filtered = keep_blocks_only(message_kind_from_name(name), payload);
    EXPECT_EQ(filtered.action, Action::kDrop) << name;
    EXPECT_EQ(filtered.reason, DropReason::kMalformed) << name;
  }
}

TEST(BlocksOnly, NamesItsReasons) {
  for (int reason = 0; reason <= static_cast<int>(DropReason::kMalformed); ++reason) {
    EXPECT_FALSE(drop_reason_name(static_cast<DropReason>(reason)).empty());
  }
}

}  // namespace
}  // namespace veilwire::proxy

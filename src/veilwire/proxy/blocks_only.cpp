#include "veilwire/proxy/blocks_only.h"

#include <algorithm>
#include <array>
#include <vector>

#include "veilwire/wire/codec.h"
#include "veilwire/wire/inventory.h"
#include "veilwire/wire/version.h"

namespace veilwire::proxy {
namespace {

using Action = Filtered::Action;

Filtered dropped(DropReason reason, std::size_t removed_entries = 0) {
  return {.action = Action::kDrop, .reason = reason, .removed_entries = removed_entries};
}

struct DroppedName {
  std::string_view name;
  DropReason reason;
};

constexpr std::array kDroppedNames{
    DroppedName{"tx", DropReason::kTransaction},
    DroppedName{"dandeliontx", DropReason::kTransaction},  // BIP 156
    DroppedName{"pkgtxns", DropReason::kTransaction},      // BIP 331
    DroppedName{"mempool", DropReason::kMempool},
    DroppedName{"feefilter", DropReason::kFeeFilter},
    DroppedName{"filterload", DropReason::kBloomFilter},
    DroppedName{"filteradd", DropReason::kBloomFilter},
    DroppedName{"filterclear", DropReason::kBloomFilter},
    DroppedName{"merkleblock", DropReason::kMerkleBlock},
    DroppedName{"sendtxrcncl", DropReason::kReconciliation},
    DroppedName{"reqtxrcncl", DropReason::kReconciliation},
    DroppedName{"sketch", DropReason::kReconciliation},
    DroppedName{"reqsketchext", DropReason::kReconciliation},
    DroppedName{"reconcildiff", DropReason::kReconciliation},
    DroppedName{"sendpackages", DropReason::kPackage},
    DroppedName{"getpkgtxns", DropReason::kPackage},
    DroppedName{"ancpkginfo", DropReason::kPackage},
};

constexpr std::array<std::string_view, 24> kPassingNames{
    "verack",      "wtxidrelay", "sendaddrv2",   "sendheaders", "sendcmpct",    "feature",
    "ping",        "pong",       "addr",         "addrv2",      "getaddr",      "getblocks",
    "getheaders",  "headers",    "block",        "cmpctblock",  "getblocktxn",  "blocktxn",
    "getcfilters", "cfilter",    "getcfheaders", "cfheaders",   "getcfcheckpt", "cfcheckpt"};

Filtered without_relay(ByteView payload) {
  wire::Reader reader(payload);
  wire::Version version = wire::Version::read(reader);
  if (!reader.ok()) return dropped(DropReason::kMalformed);
  if (version.ends_after == wire::VersionEnd::kRelay && !version.wants_transactions()) return {};
  version.relay = 0;
  version.ends_after = wire::VersionEnd::kRelay;
  Filtered out{.action = Action::kRewrite, .payload = wire::serialize(version)};
  const ByteView behind = reader.rest();
  out.payload.insert(out.payload.end(), behind.begin(), behind.end());
  return out;
}

bool is_block(const wire::InventoryEntry& entry) {
  using enum wire::InventoryType;
  return entry.type == kBlock || entry.type == kWitnessBlock || entry.type == kCompactBlock;
}

// All three have the same form.
Filtered without_transactions(ByteView payload) {
  const auto message = wire::parse<wire::Inv>(payload);
  if (!message) return dropped(DropReason::kMalformed);
  std::vector<wire::InventoryEntry> blocks;
  for (const wire::InventoryEntry& entry : message->entries) {
    if (is_block(entry)) blocks.push_back(entry);
  }
  const std::size_t removed = message->entries.size() - blocks.size();
  if (removed == 0) return {};
  if (blocks.empty()) return dropped(DropReason::kInventory, removed);
  const Bytes packed = wire::pack<wire::InventoryEntry>(blocks);
  return {.action = Action::kRewrite,
          .payload = wire::serialize(wire::Inv{wire::InventoryList(packed)}),
          .removed_entries = removed};
}

}  // namespace

std::string_view drop_reason_name(DropReason reason) {
  switch (reason) {
    case DropReason::kTransaction:
      return "transaction";
    case DropReason::kInventory:
      return "inventory";
    case DropReason::kMempool:
      return "mempool";
    case DropReason::kFeeFilter:
      return "fee_filter";
    case DropReason::kBloomFilter:
      return "bloom_filter";
    case DropReason::kMerkleBlock:
      return "merkle_block";
    case DropReason::kReconciliation:
      return "reconciliation";
    case DropReason::kPackage:
      return "package";
    case DropReason::kUnknownName:
      return "unknown_name";
    case DropReason::kMalformed:
      return "malformed";
  }
  return "";
}

Filtered keep_blocks_only(std::string_view name, ByteView payload) {
  if (name == "inv" || name == "getdata" || name == "notfound")
    return without_transactions(payload);
  if (std::ranges::find(kPassingNames, name) != kPassingNames.end()) return {};
  if (name == "version") return without_relay(payload);
  const auto found = std::ranges::find(kDroppedNames, name, &DroppedName::name);
  return dropped(found == kDroppedNames.end() ? DropReason::kUnknownName : found->reason);
}

}  // namespace veilwire::proxy

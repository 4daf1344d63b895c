#include "veilwire/proxy/carriage/blocks_only.h"

#include <optional>
#include <vector>

#include "veilwire/wire/codec.h"
#include "veilwire/wire/inventory.h"
#include "veilwire/wire/version.h"

namespace veilwire::proxy {
namespace {

using protocol::MessageKind;

using Action = Filtered::Action;

Filtered dropped(DropReason reason, std::size_t removed_entries = 0) {
  return {.action = Action::kDrop, .reason = reason, .removed_entries = removed_entries};
}

// What becomes of a message that is not looked into: nothing where it passes.
std::optional<DropReason> drop_reason_of(MessageKind kind) {
  switch (kind) {
    case MessageKind::kTx:
    case MessageKind::kDandelionTx:
    case MessageKind::kPkgTxns:
      return DropReason::kTransaction;
    case MessageKind::kMempool:
      return DropReason::kMempool;
    case MessageKind::kFeeFilter:
      return DropReason::kFeeFilter;
    case MessageKind::kFilterLoad:
    case MessageKind::kFilterAdd:
    case MessageKind::kFilterClear:
      return DropReason::kBloomFilter;
    case MessageKind::kMerkleBlock:
      return DropReason::kMerkleBlock;
    case MessageKind::kSendTxReconciliation:
    case MessageKind::kReqTxReconciliation:
    case MessageKind::kSketch:
    case MessageKind::kReqSketchExt:
    case MessageKind::kReconcilDiff:
      return DropReason::kReconciliation;
    case MessageKind::kSendPackages:
    case MessageKind::kGetPkgTxns:
    case MessageKind::kAncPkgInfo:
      return DropReason::kPackage;
    case MessageKind::kVerack:
    case MessageKind::kWtxidRelay:
    case MessageKind::kSendAddrV2:
    case MessageKind::kSendHeaders:
    case MessageKind::kSendCompact:
    case MessageKind::kFeature:
    case MessageKind::kPing:
    case MessageKind::kPong:
    case MessageKind::kAddr:
    case MessageKind::kAddrV2:
    case MessageKind::kGetAddr:
    case MessageKind::kGetBlocks:
    case MessageKind::kGetHeaders:
    case MessageKind::kHeaders:
    case MessageKind::kBlock:
    case MessageKind::kCompactBlock:
    case MessageKind::kGetBlockTxn:
    case MessageKind::kBlockTxn:
    case MessageKind::kGetCFilters:
    case MessageKind::kCFilter:
    case MessageKind::kGetCFHeaders:
    case MessageKind::kCFHeaders:
    case MessageKind::kGetCFCheckpoints:
    case MessageKind::kCFCheckpoints:
      return std::nullopt;
    default:
      return DropReason::kUnknownName;
  }
}

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

Filtered keep_blocks_only(MessageKind kind, ByteView payload) {
  switch (kind) {
    case MessageKind::kVersion:
      return without_relay(payload);
    case MessageKind::kInv:
    case MessageKind::kGetData:
    case MessageKind::kNotFound:
      return without_transactions(payload);
    default:
      break;
  }
  const auto reason = drop_reason_of(kind);
  return reason ? dropped(*reason) : Filtered{};
}

}  // namespace veilwire::proxy

// The kinds of messages: one name each, and for the frequent ones the one-byte id of the version 2
// transport (BIP 324, "v2 Bitcoin P2P message structure").
//
// A message is named once, when it arrives. From then on it is of a kind, and nobody compares names.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "veilwire/base/api.h"

namespace veilwire::protocol {

enum class MessageKind : std::uint8_t {
  kUnknown,  // of a name, or a one-byte id, that is not in the table
  // The version handshake.
  kVersion,
  kVerack,
  kWtxidRelay,
  kSendAddrV2,
  kSendHeaders,
  kSendCompact,
  kFeeFilter,
  kFeature,
  kSendTxReconciliation,
  // Keep-alive.
  kPing,
  kPong,
  // Addresses.
  kAddr,
  kAddrV2,
  kGetAddr,
  // What there is, what is wanted.
  kInv,
  kGetData,
  kNotFound,
  kMempool,
  // Headers, blocks and transactions.
  kGetBlocks,
  kGetHeaders,
  kHeaders,
  kBlock,
  kTx,
  kCompactBlock,
  kGetBlockTxn,
  kBlockTxn,
  // Bloom filters (BIP 37).
  kMerkleBlock,
  kFilterLoad,
  kFilterAdd,
  kFilterClear,
  // Compact filters (BIP 157).
  kGetCFilters,
  kCFilter,
  kGetCFHeaders,
  kCFHeaders,
  kGetCFCheckpoints,
  kCFCheckpoints,

  // The kinds below have no struct in wire: they are known by name only.

  // Reconciliation (BIP 330), as it is and as it was drafted.
  kReqTxReconciliation,
  kSketch,
  kReqSketchExt,
  kReconcilDiff,
  kSendRecon,
  kReqRecon,
  // Packages (BIP 331).
  kSendPackages,
  kAncPkgInfo,
  kGetPkgTxns,
  kPkgTxns,
  // Retired, or never finished.
  kReject,
  kAlert,
  kEncInit,
  kEncAck,
  kAuthReply,
  kAuthPropose,
  kGetUtxos,
  kUtxos,
  kDandelionTx,
  kCheckOrder,
  kSubmitOrder,
  kReply,
  kGetXthin,
  kXthinBlock,
  kThinBlock,
};

struct MessageKindRow {
  MessageKind kind;
  std::string_view name;      // 1 to 12 characters; empty for kUnknown
  std::uint8_t short_id = 0;  // 0: none, it travels by name
};

// The one table: all kinds, in the order of the enumeration. The ids are BIP 324's; 37 is BIP
// 434's.
inline constexpr std::array kMessageKinds = std::to_array<MessageKindRow>({
    {MessageKind::kUnknown, "", 0},
    {MessageKind::kVersion, "version", 0},
    {MessageKind::kVerack, "verack", 0},
    {MessageKind::kWtxidRelay, "wtxidrelay", 0},
    {MessageKind::kSendAddrV2, "sendaddrv2", 0},
    {MessageKind::kSendHeaders, "sendheaders", 0},
    {MessageKind::kSendCompact, "sendcmpct", 20},
    {MessageKind::kFeeFilter, "feefilter", 5},
    {MessageKind::kFeature, "feature", 37},
    {MessageKind::kSendTxReconciliation, "sendtxrcncl", 0},
    {MessageKind::kPing, "ping", 18},
    {MessageKind::kPong, "pong", 19},
    {MessageKind::kAddr, "addr", 1},
    {MessageKind::kAddrV2, "addrv2", 28},
    {MessageKind::kGetAddr, "getaddr", 0},
    {MessageKind::kInv, "inv", 14},
    {MessageKind::kGetData, "getdata", 11},
    {MessageKind::kNotFound, "notfound", 17},
    {MessageKind::kMempool, "mempool", 15},
    {MessageKind::kGetBlocks, "getblocks", 9},
    {MessageKind::kGetHeaders, "getheaders", 12},
    {MessageKind::kHeaders, "headers", 13},
    {MessageKind::kBlock, "block", 2},
    {MessageKind::kTx, "tx", 21},
    {MessageKind::kCompactBlock, "cmpctblock", 4},
    {MessageKind::kGetBlockTxn, "getblocktxn", 10},
    {MessageKind::kBlockTxn, "blocktxn", 3},
    {MessageKind::kMerkleBlock, "merkleblock", 16},
    {MessageKind::kFilterLoad, "filterload", 8},
    {MessageKind::kFilterAdd, "filteradd", 6},
    {MessageKind::kFilterClear, "filterclear", 7},
    {MessageKind::kGetCFilters, "getcfilters", 22},
    {MessageKind::kCFilter, "cfilter", 23},
    {MessageKind::kGetCFHeaders, "getcfheaders", 24},
    {MessageKind::kCFHeaders, "cfheaders", 25},
    {MessageKind::kGetCFCheckpoints, "getcfcheckpt", 26},
    {MessageKind::kCFCheckpoints, "cfcheckpt", 27},
    {MessageKind::kReqTxReconciliation, "reqtxrcncl", 0},
    {MessageKind::kSketch, "sketch", 0},
    {MessageKind::kReqSketchExt, "reqsketchext", 0},
    {MessageKind::kReconcilDiff, "reconcildiff", 0},
    {MessageKind::kSendRecon, "sendrecon", 0},
    {MessageKind::kReqRecon, "reqrecon", 0},
    {MessageKind::kSendPackages, "sendpackages", 0},
    {MessageKind::kAncPkgInfo, "ancpkginfo", 0},
    {MessageKind::kGetPkgTxns, "getpkgtxns", 0},
    {MessageKind::kPkgTxns, "pkgtxns", 0},
    {MessageKind::kReject, "reject", 0},
    {MessageKind::kAlert, "alert", 0},
    {MessageKind::kEncInit, "encinit", 0},
    {MessageKind::kEncAck, "encack", 0},
    {MessageKind::kAuthReply, "authreply", 0},
    {MessageKind::kAuthPropose, "authpropose", 0},
    {MessageKind::kGetUtxos, "getutxos", 0},
    {MessageKind::kUtxos, "utxos", 0},
    {MessageKind::kDandelionTx, "dandeliontx", 0},
    {MessageKind::kCheckOrder, "checkorder", 0},
    {MessageKind::kSubmitOrder, "submitorder", 0},
    {MessageKind::kReply, "reply", 0},
    {MessageKind::kGetXthin, "get_xthin", 0},
    {MessageKind::kXthinBlock, "xthinblock", 0},
    {MessageKind::kThinBlock, "thinblock", 0},
});

// How many kinds there are, kUnknown included: the size of a table with one row for each.
inline constexpr std::size_t kMessageKindCount = kMessageKinds.size();

// Where a kind's row stands in such a table.
constexpr std::size_t index_of(MessageKind kind) { return static_cast<std::size_t>(kind); }

// Empty for kUnknown. Lives as long as the program.
constexpr std::string_view message_name(MessageKind kind) {
  return kMessageKinds[index_of(kind)].name;
}
// 0 where messages of the kind travel by name.
constexpr std::uint8_t short_id_of(MessageKind kind) {
  return kMessageKinds[index_of(kind)].short_id;
}

// kUnknown where the table has no such name. A search in a sorted table: 6 comparisons.
VEILWIRE_API MessageKind message_kind_from_name(std::string_view name);
// kUnknown where the table has no such id, and for 0. One look into a table.
VEILWIRE_API MessageKind message_kind_from_short_id(std::uint8_t id);

}  // namespace veilwire::protocol

// The policy v1-blocks-only: a clear-text connection that carries no transaction of its own, in
// either direction, and asks for none. Whoever listens learns which blocks pass, and they are
// public.
//
// What follows from it:
//
//   version                          the relay flag is cleared in both directions (BIP 37), and added
//                                    where it is absent
//   tx, and whatever else carries    dropped
//   transactions
//   inv, getdata, notfound           every entry that is not a block is removed; if nothing is left,
//                                    the message is dropped
//   mempool, feefilter               dropped: transactions would follow, or could have
//   filterload, filteradd            dropped: a filter tells whose wallet it is
//   filterclear                      dropped: it asks for transactions again
//   merkleblock                      dropped, and filtered blocks are never asked for: it tells which
//                                    transactions matched somebody's filter, and they would follow
//   sendtxrcncl, sketches, packages  dropped
//   unknown names                    dropped: nobody can tell what they carry
//
// Blocks, whole and compact, with their getblocktxn and blocktxn, headers, addresses, block filters
// and all that keeps the connection alive pass byte for byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "veilwire/base/bytes.h"
#include "veilwire/protocol/message_kind.h"

namespace veilwire::proxy {

enum class DropReason : std::uint8_t {
  kTransaction,  // it carries some
  kInventory,    // inv, getdata or notfound with nothing but what was removed
  kMempool,
  kFeeFilter,
  kBloomFilter,
  kMerkleBlock,
  kReconciliation,  // BIP 330
  kPackage,         // BIP 331
  kUnknownName,
  kMalformed,  // version, inv, getdata or notfound that cannot be read, and so not filtered
};
// A stable name for logs and counters: "transaction", "inventory", "mempool", "fee_filter",
// "bloom_filter", "merkle_block", "reconciliation", "package", "unknown_name", "malformed".
std::string_view drop_reason_name(DropReason reason);

struct Filtered {
  enum class Action : std::uint8_t { kPass, kRewrite, kDrop };

  Action action = Action::kPass;
  Bytes payload{};                               // kRewrite: instead of the one given
  DropReason reason = DropReason::kTransaction;  // kDrop only
  std::size_t removed_entries = 0;               // of inv, getdata, notfound; dropped ones too
};

// The same for both directions.
Filtered keep_blocks_only(protocol::MessageKind kind, ByteView payload);

}  // namespace veilwire::proxy

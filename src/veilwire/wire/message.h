// Any message of the protocol, by its kind.
#pragma once

#include <expected>
#include <span>
#include <variant>

#include "veilwire/base/bytes.h"
#include "veilwire/protocol/message.h"
#include "veilwire/wire/addr.h"
#include "veilwire/wire/block.h"
#include "veilwire/wire/block_filter.h"
#include "veilwire/wire/bloom.h"
#include "veilwire/wire/compact_block.h"
#include "veilwire/wire/headers.h"
#include "veilwire/wire/inventory.h"
#include "veilwire/wire/negotiation.h"
#include "veilwire/wire/owned.h"
#include "veilwire/wire/ping.h"
#include "veilwire/wire/rule.h"
#include "veilwire/wire/transaction.h"
#include "veilwire/wire/version.h"

namespace veilwire::wire {

// A message of a kind that has no struct here. That is no fault; obsolete_intention() may know more.
struct Unknown {
  protocol::MessageKind kind = protocol::MessageKind::kUnknown;

  friend bool operator==(const Unknown&, const Unknown&) = default;
};

// Many of them point into the payload.
using Message = std::variant<Version, Verack, WtxidRelay, SendAddrV2, SendHeaders, SendCompact,
                             FeeFilter, Feature, SendTxReconciliation, Ping, Pong, Addr, AddrV2,
                             GetAddr, Inv, GetData, NotFound, Mempool, GetBlocks, GetHeaders,
                             Headers, Block, Tx, CompactBlock, GetBlockTxn, BlockTxn, MerkleBlock,
                             FilterLoad, FilterAdd, FilterClear, GetCFilters, CFilter, GetCFHeaders,
                             CFHeaders, GetCFCheckpoints, CFCheckpoints, Unknown>;

// The payload must outlive the message.
std::expected<Message, PayloadRule> parse_message(protocol::MessageKind kind, ByteView payload);

// The same with the bytes of its own: may outlive a read and cross threads.
std::expected<Owned<Message>, PayloadRule> parse_message(protocol::OwnedMessage message);

// The kinds that have a struct here, in the order of Message.
std::span<const protocol::MessageKind> message_kinds();

protocol::MessageKind kind_of(const Message& message);

// The payload; empty for an unknown one, whose payload was not kept.
Bytes serialize_message(const Message& message);

}  // namespace veilwire::wire

// Any message of the protocol, by its name.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "veilwire/base/bytes.h"
#include "veilwire/wire/addr.h"
#include "veilwire/wire/block.h"
#include "veilwire/wire/block_filter.h"
#include "veilwire/wire/bloom.h"
#include "veilwire/wire/compact_block.h"
#include "veilwire/wire/headers.h"
#include "veilwire/wire/inventory.h"
#include "veilwire/wire/negotiation.h"
#include "veilwire/wire/ping.h"
#include "veilwire/wire/rule.h"
#include "veilwire/wire/transaction.h"
#include "veilwire/wire/version.h"

namespace veilwire::wire {

// A message of a name that is none of ours. That is no fault; obsolete_intention() may know more.
struct Unknown {
  std::string name;  // foreign text

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
std::expected<Message, Rule> parse_message(std::string_view name, ByteView payload);

// All names but the unknown, in alphabetical order. They live as long as the program.
std::span<const std::string_view> message_names();

// For an unknown one, a view of the message.
std::string_view name_of(const Message& message);

// The payload; empty for an unknown one, whose payload was not kept.
Bytes serialize_message(const Message& message);

}  // namespace veilwire::wire

// What a peer has, what it wants, and what it does not have.
#pragma once

#include <cstdint>
#include <string>

#include "veilwire/base/hash256.h"
#include "veilwire/protocol/message_kind.h"
#include "veilwire/wire/empty_message.h"
#include "veilwire/wire/limits.h"
#include "veilwire/wire/packed_list.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

// BIP 144: the transaction or block with its witness.
inline constexpr std::uint32_t kWitnessFlag = 1u << 30;

// On the wire any number may stand here; peers ignore entries of types that they do not know.
enum class InventoryType : std::uint32_t {
  kTx = 1,  // by txid
  kBlock = 2,
  kFilteredBlock = 3,  // BIP 37: answered by merkleblock
  kCompactBlock = 4,   // BIP 152
  kWtx = 5,            // by wtxid (BIP 339)
  kWitnessTx = kTx | kWitnessFlag,
  kWitnessBlock = kBlock | kWitnessFlag,
};

// "tx", "filtered_block", "witness_block"...; any other number is "type 9".
std::string inventory_type_name(InventoryType type);

// A block in a form that has all its transactions or stands for them.
constexpr bool is_block(InventoryType type) {
  return type == InventoryType::kBlock || type == InventoryType::kWitnessBlock ||
         type == InventoryType::kCompactBlock;
}

struct InventoryEntry {
  static constexpr std::size_t kBytes = 36;

  InventoryType type = InventoryType::kTx;
  Hash256 hash{};

  static InventoryEntry read(Reader& reader);
  void write(Writer& writer) const;

  friend bool operator==(const InventoryEntry&, const InventoryEntry&) = default;
};

// At most kMaxInventory of them, in the payload.
using InventoryList = PackedList<InventoryEntry>;

// What the sender has. Points into the payload.
struct Inv {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kInv;

  InventoryList entries;

  static Inv read(Reader& reader) { return {InventoryList::read(reader, kMaxInventory)}; }
  void write(Writer& writer) const { entries.write(writer); }
};

// What the sender wants. Points into the payload.
struct GetData {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kGetData;

  InventoryList entries;

  static GetData read(Reader& reader) { return {InventoryList::read(reader, kMaxInventory)}; }
  void write(Writer& writer) const { entries.write(writer); }
};

// What was wanted and is not there. Points into the payload.
struct NotFound {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kNotFound;

  InventoryList entries;

  static NotFound read(Reader& reader) { return {InventoryList::read(reader, kMaxInventory)}; }
  void write(Writer& writer) const { entries.write(writer); }
};

// Announce what is in the mempool (BIP 35).
struct Mempool : EmptyMessage<Mempool> {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kMempool;
};

}  // namespace veilwire::wire

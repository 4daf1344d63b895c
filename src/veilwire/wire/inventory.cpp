#include "veilwire/wire/inventory.h"

namespace veilwire::wire {

std::string inventory_type_name(InventoryType type) {
  switch (type) {
    case InventoryType::kTx:
      return "tx";
    case InventoryType::kBlock:
      return "block";
    case InventoryType::kFilteredBlock:
      return "filtered_block";
    case InventoryType::kCompactBlock:
      return "compact_block";
    case InventoryType::kWtx:
      return "wtx";
    case InventoryType::kWitnessTx:
      return "witness_tx";
    case InventoryType::kWitnessBlock:
      return "witness_block";
  }
  return "type " + std::to_string(static_cast<std::uint32_t>(type));
}

InventoryEntry InventoryEntry::read(Reader& reader) {
  InventoryEntry entry;
  entry.type = static_cast<InventoryType>(reader.u32());
  entry.hash = reader.array<32>();
  return entry;
}

void InventoryEntry::write(Writer& writer) const {
  writer.u32(static_cast<std::uint32_t>(type));
  writer.bytes(hash);
}

}  // namespace veilwire::wire

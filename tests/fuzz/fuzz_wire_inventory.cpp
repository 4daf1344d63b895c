// Inventories: what a peer has, wants and has not.

#include <vector>

#include "wire_round_trip.h"

namespace veilwire::fuzz {
namespace {

using namespace veilwire::wire;

template <typename M>
void check_inventory(ByteView payload) {
  const auto message = parse_and_write_back<M>(payload);
  if (!message) return;
  const std::vector<InventoryEntry> entries(message->entries.begin(), message->entries.end());
  FUZZ_REQUIRE(entries.size() == message->entries.size() && entries.size() <= kMaxInventory,
               "an inventory has a limit");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    FUZZ_REQUIRE(message->entries[i] == entries[i], "an entry is the same by its index");
    FUZZ_REQUIRE(!inventory_type_name(entries[i].type).empty(), "each type has a name");
  }
  const Bytes packed = pack<InventoryEntry>(entries);
  FUZZ_REQUIRE(serialize(M{InventoryList(packed)}) == serialize(*message),
               "a message is its entries");
}

constexpr Check kChecks[] = {check_inventory<Inv>, check_inventory<GetData>,
                             check_inventory<NotFound>, check_round_trip<Mempool>};

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::run_one_of(veilwire::fuzz::kChecks, {data, size});
  return 0;
}

// Compact blocks: indexes rise and stay within the block, whatever their differences say.

#include <functional>

#include "wire_round_trip.h"

namespace veilwire::fuzz {
namespace {

using namespace veilwire::wire;

void check_compact_block(ByteView payload) {
  const auto block = parse_and_write_back<CompactBlock>(payload);
  if (!block) return;
  const std::size_t count = block->transaction_count();
  FUZZ_REQUIRE(count >= 1 && count <= kMaxCompactBlockTransactions, "a block has limits");
  for (std::size_t i = 0; i < block->prefilled.size(); ++i) {
    const std::size_t index = block->prefilled[i].index;
    FUZZ_REQUIRE(index < count, "an index is within the block");
    FUZZ_REQUIRE(i == 0 || index > block->prefilled[i - 1].index, "indexes rise");
  }
  for (const ShortId& id : block->short_ids) {
    FUZZ_REQUIRE(id.value >> 48 == 0, "a short id has 48 bits");
  }
}

void check_getblocktxn(ByteView payload) {
  const auto message = parse_and_write_back<GetBlockTxn>(payload);
  if (!message) return;
  FUZZ_REQUIRE(std::ranges::adjacent_find(message->indexes, std::ranges::greater_equal()) ==
                   message->indexes.end(),
               "indexes rise");
}

constexpr Check kChecks[] = {check_compact_block, check_getblocktxn, check_round_trip<BlockTxn>};

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::run_one_of(veilwire::fuzz::kChecks, {data, size});
  return 0;
}

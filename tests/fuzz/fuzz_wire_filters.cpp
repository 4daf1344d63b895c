// Filters of both kinds: Bloom filters (BIP 37) and compact block filters (BIP 157).

#include "wire_round_trip.h"

namespace veilwire::fuzz {
namespace {

using namespace veilwire::wire;

void check_merkle_block(ByteView payload) {
  const auto block = parse_and_write_back<MerkleBlock>(payload);
  if (!block) return;
  FUZZ_REQUIRE(block->hashes.size() <= block->transaction_count, "hashes are of transactions");
  FUZZ_REQUIRE(block->flags.size() <= kMaxMerkleFlagBytes, "flags have a limit");
}

void check_filter_load(ByteView payload) {
  const auto message = parse_and_write_back<FilterLoad>(payload);
  if (!message) return;
  FUZZ_REQUIRE(message->filter.size() <= kMaxBloomFilterBytes, "a filter has a limit");
  FUZZ_REQUIRE(message->hash_functions <= kMaxBloomHashFunctions, "functions have a limit");
}

constexpr Check kChecks[] = {
    check_merkle_block,
    check_filter_load,
    check_round_trip<FilterAdd>,
    check_round_trip<FilterClear>,
    check_round_trip<GetCFilters>,
    check_round_trip<CFilter>,
    check_round_trip<GetCFHeaders>,
    check_round_trip<CFHeaders>,
    check_round_trip<GetCFCheckpoints>,
    check_round_trip<CFCheckpoints>,
};

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::run_one_of(veilwire::fuzz::kChecks, {data, size});
  return 0;
}

// Blocks, transactions, headers and locators: what parses is written back as it was read, and what
// the views tell is what a naive reader tells.

#include <algorithm>

#include "veilwire/crypto/sha256.h"
#include "veilwire/wire/merkle.h"
#include "wire_round_trip.h"

namespace veilwire::fuzz {
namespace {

using namespace veilwire::wire;

void check_transaction(const Transaction& transaction) {
  const TransactionParts parts = TransactionParts::of(transaction);
  const Bytes whole = serialize(parts);
  FUZZ_REQUIRE(std::ranges::equal(whole, transaction.bytes()), "a transaction is its parts");
  Bytes base;
  Writer writer(base);
  parts.write_without_witness(writer);

  FUZZ_REQUIRE(transaction.has_witness() == (whole.size() != base.size()),
               "there is a witness where it takes bytes");
  FUZZ_REQUIRE(transaction.base_size() == base.size(), "the base is all but the witness");
  FUZZ_REQUIRE(transaction.total_size() == whole.size(), "the size is that of the bytes");
  FUZZ_REQUIRE(transaction.txid() == crypto::sha256d(base), "the txid is the base's hash");
  FUZZ_REQUIRE(transaction.wtxid() == crypto::sha256d(whole), "the wtxid is the whole's hash");
  const TransactionIds both{.txid = transaction.txid(), .wtxid = transaction.wtxid()};
  FUZZ_REQUIRE(transaction.ids() == both, "both ids at once are the same");
}

void check_tx(ByteView payload) {
  if (const auto tx = parse_and_write_back<Tx>(payload)) check_transaction(tx->transaction);
}

void check_roots(const Block& block) {
  const std::vector<TransactionIds> ids = ids_of(block);
  const MerkleRoot root = merkle_root_of_txids(ids);
  if (ids.size() == 1) FUZZ_REQUIRE(root.root == ids[0].txid, "one leaf is the root");
  std::vector<Hash256> leaves;
  for (const TransactionIds& each : ids) leaves.push_back(each.txid);
  if (leaves.size() % 2 != 0 && leaves.size() > 1) {
    leaves.push_back(leaves.back());
    const MerkleRoot repeated = merkle_root(leaves);
    FUZZ_REQUIRE(repeated.root == root.root && repeated.is_mutated, "a repeated end is noticed");
  }
  (void)check_witness_commitment(block, ids);
}

void check_block(ByteView payload) {
  const auto block = parse_and_write_back<Block>(payload);
  if (!block) return;
  for (const Transaction& transaction : block->transactions) check_transaction(transaction);
  FUZZ_REQUIRE(block->total_size() == serialize(*block).size(), "the size is that of the bytes");
  FUZZ_REQUIRE(block->base_size() <= block->total_size(), "a witness only adds");
  FUZZ_REQUIRE(block->header.hash() == crypto::sha256d(payload.first(BlockHeader::kBytes)),
               "a block's hash is that of its first 80 bytes");
  check_roots(*block);
}

void check_headers(ByteView payload) {
  const auto headers = parse_and_write_back<Headers>(payload);
  if (!headers) return;
  Bytes written;
  Writer writer(written);
  writer.compact_size(headers->items().size());
  for (const CountedHeader& item : headers->items()) {
    item.header.write(writer);
    writer.compact_size(item.transaction_count);
    (void)meets_own_target(item.header);
  }
  FUZZ_REQUIRE(written == serialize(*headers), "headers are their items");
}

constexpr Check kChecks[] = {check_tx, check_block, check_headers, check_round_trip<GetHeaders>,
                             check_round_trip<GetBlocks>};

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::run_one_of(veilwire::fuzz::kChecks, {data, size});
  return 0;
}

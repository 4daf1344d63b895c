// Three blocks of the main network, from before and after segregated witness.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/wire/block.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/merkle.h"
#include "veilwire/wire/testing/real_data.h"
#include "veilwire/wire/testing/round_trip.h"

namespace veilwire::wire {
namespace {

struct RealBlock {
  int height;
  std::size_t transactions;
  WitnessCommitment commitment;
};

void PrintTo(const RealBlock& block, std::ostream* out) { *out << "height " << block.height; }

class RealBlocks : public ::testing::TestWithParam<RealBlock> {
 protected:
  static std::string file() {
    return "data/mainnet_block_" + std::to_string(GetParam().height) + ".bin";
  }
};

TEST_P(RealBlocks, AreWrittenAsTheyWereRead) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, file());
  const auto block = parse<Block>(bytes);
  ASSERT_TRUE(block) << rule_name(block.error());
  EXPECT_EQ(block->transactions.size(), GetParam().transactions);
  EXPECT_EQ(serialize(*block), bytes);
  EXPECT_EQ(block->total_size(), bytes.size());
  EXPECT_LE(block->weight(), 4'000'000u);
}

TEST_P(RealBlocks, HaveTheRootsThatTheyCommitTo) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, file());
  const auto block = parse<Block>(bytes);
  ASSERT_TRUE(block);
  EXPECT_TRUE(meets_own_target(block->header));
  const std::vector<TransactionIds> ids = ids_of(*block);
  const MerkleRoot root = merkle_root_of_txids(ids);
  EXPECT_EQ(root.root, block->header.merkle_root);
  EXPECT_FALSE(root.is_mutated);
  EXPECT_EQ(check_witness_commitment(*block, ids), GetParam().commitment);
}

TEST_P(RealBlocks, HaveTransactionsThatAreTheirParts) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, file());
  const auto block = parse<Block>(bytes);
  ASSERT_TRUE(block);
  EXPECT_TRUE(block->transactions.front().is_coinbase());
  EXPECT_EQ(std::ranges::count_if(block->transactions, &Transaction::is_coinbase), 1);
  for (const Transaction& transaction : block->transactions) {
    const TransactionParts parts = TransactionParts::of(transaction);
    EXPECT_TRUE(std::ranges::equal(serialize(parts), transaction.bytes()));
    Bytes base;
    Writer writer(base);
    parts.write_without_witness(writer);
    EXPECT_EQ(transaction.base_size(), base.size());
    EXPECT_EQ(transaction.txid(), crypto::sha256d(base));
  }
}

// At every byte of its head and of its tail, and at steps that meet every field in between.
TEST_P(RealBlocks, AreRefusedWhenCutShort) {
  VEILWIRE_READ_REAL_OR_SKIP(bytes, file());
  const ByteView whole = bytes;
  const auto expect_refused = [&](std::size_t size) {
    ASSERT_EQ(testing::rule_broken_by<Block>(whole.first(size)), PayloadRule::kTruncated) << size;
  };
  for (std::size_t size = 0; size < 300; ++size) expect_refused(size);
  for (std::size_t size = 300; size < whole.size(); size += 9973) expect_refused(size);
  for (std::size_t size = whole.size() - 100; size < whole.size(); ++size) expect_refused(size);
}

INSTANTIATE_TEST_SUITE_P(MainNetwork, RealBlocks,
                         ::testing::Values(RealBlock{367'891, 420, WitnessCommitment::kNoneNeeded},
                                           RealBlock{413'567, 1557, WitnessCommitment::kNoneNeeded},
                                           RealBlock{866'342, 4864, WitnessCommitment::kMatches}),
                         [](const auto& block) { return std::to_string(block.param.height); });

}  // namespace
}  // namespace veilwire::wire

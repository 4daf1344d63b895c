#include "veilwire/wire/merkle.h"

#include <gtest/gtest.h>

#include <optional>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/crypto/testing/random_bytes.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/testing/genesis.h"

namespace veilwire::wire {
namespace {

std::vector<Hash256> leaves(std::size_t count) {
  crypto::RandomBytes random(7);
  std::vector<Hash256> leaves(count);
  for (Hash256& leaf : leaves) random.fill(leaf);
  return leaves;
}

// The tree as its definition has it: the hash of the hash of the left half, which is a full tree,
// and that of the right half, which is the left one again where there is none.
Hash256 naive_root(std::span<const Hash256> leaves, std::size_t height) {
  if (height == 0) return leaves.front();
  const std::size_t half = std::size_t{1} << (height - 1);
  const Hash256 left = naive_root(leaves.first(std::min(half, leaves.size())), height - 1);
  const Hash256 right = leaves.size() > half ? naive_root(leaves.subspan(half), height - 1) : left;
  const std::array<ByteView, 2> pair = {left, right};
  return crypto::sha256d_of_parts(pair);
}

TEST(MerkleRoot, IsThatOfTheDefinition) {
  std::size_t height = 0;
  for (std::size_t count = 1; count < 70; ++count) {
    if (count > std::size_t{1} << height) ++height;
    const std::vector<Hash256> row = leaves(count);
    const MerkleRoot result = merkle_root(row);
    EXPECT_EQ(result.root, naive_root(row, height)) << count;
    EXPECT_FALSE(result.is_mutated) << count;
  }
}

TEST(MerkleRoot, OfOneLeafIsThatLeafAndOfNoneZeros) {
  EXPECT_EQ(merkle_root(leaves(1)).root, leaves(1).front());
  EXPECT_EQ(merkle_root({}).root, Hash256{});
}

// CVE-2012-2459: the end of the list repeated, at every row where that leaves the root as it is.
TEST(MerkleRoot, TellsOfARepeatedEndWithTheSameRoot) {
  for (const auto& [count, repeated] :
       {std::pair(3, 1), {5, 1}, {6, 2}, {7, 1}, {10, 2}, {12, 4}}) {
    const std::vector<Hash256> honest = leaves(static_cast<std::size_t>(count));
    std::vector<Hash256> mutated = honest;
    mutated.insert(mutated.end(), honest.end() - repeated, honest.end());
    EXPECT_EQ(merkle_root(mutated).root, merkle_root(honest).root) << count;
    EXPECT_TRUE(merkle_root(mutated).is_mutated) << count;
  }
}

TEST(MerkleRoot, IsNoMutationWhereEqualLeavesHaveDifferentParents) {
  std::vector<Hash256> row = leaves(4);
  row[2] = row[1];
  EXPECT_FALSE(merkle_root(row).is_mutated);
  row[1] = row[0];
  EXPECT_TRUE(merkle_root(row).is_mutated);
}

// -- Witness commitment ---------------------------------------------------------------------------

constexpr std::uint32_t kNoIndex = 0xffff'ffff;

// A block of a coinbase and one transaction with a witness, to be bent before it is written.
class SegwitBlock {
 public:
  SegwitBlock() {
    coinbase.inputs.push_back({.previous = {.txid = {}, .index = kNoIndex}, .script = script_});
    coinbase.witness = {{reserved_value}};
    coinbase.outputs.push_back({.value = 50, .script = script_});
    spend.inputs.push_back({.previous = {.txid = {1}, .index = 0}, .script = {}});
    spend.outputs.push_back({.value = 49, .script = script_});
    spend.witness = {{script_}};
  }
  SegwitBlock(const SegwitBlock&) = delete;
  SegwitBlock& operator=(const SegwitBlock&) = delete;

  // An output with the commitment to what the block is now.
  void commit() {
    Hash256 reserved{};
    std::ranges::copy(reserved_value, reserved.begin());
    const Hash256 wtxid = crypto::sha256d(serialize(spend));
    const Hash256 zeros{};
    const std::array<ByteView, 2> leaves = {zeros, wtxid};
    const Hash256 root = crypto::sha256d_of_parts(leaves);
    const std::array<ByteView, 2> pair = {root, reserved};
    commit_to(crypto::sha256d_of_parts(pair));
  }
  void commit_to(const Hash256& hash) {
    Bytes& script = scripts_.emplace_back(from_hex("6a24aa21a9ed").value());
    script.insert(script.end(), hash.begin(), hash.end());
    coinbase.outputs.push_back({.value = 0, .script = script});
  }

  WitnessCommitment check() const {
    Bytes bytes;
    Writer writer(bytes);
    BlockHeader{}.write(writer);
    writer.compact_size(2);
    coinbase.write(writer);
    spend.write(writer);
    const auto block = parse<Block>(bytes);
    return check_witness_commitment(*block, ids_of(*block));
  }

  Bytes reserved_value = Bytes(32, 0x77);
  TransactionParts coinbase;
  TransactionParts spend;

 private:
  Bytes script_ = {0x51, 0x52};
  // No script may move: outputs point at them.
  std::vector<Bytes> scripts_ = [] {
    std::vector<Bytes> scripts;
    scripts.reserve(4);
    return scripts;
  }();
};

// The naive way above, and ours.
TEST(WitnessCommitment, IsWrittenAsItIsRead) {
  SegwitBlock block;
  block.commit();
  const TransactionIds ids[] = {{}, {.txid = {}, .wtxid = crypto::sha256d(serialize(block.spend))}};
  Hash256 reserved;
  reserved.fill(0x77);
  const Bytes script = commitment_script(ids, reserved);
  EXPECT_TRUE(std::ranges::equal(script, block.coinbase.outputs.back().script));
}

TEST(WitnessCommitment, Matches) {
  SegwitBlock block;
  block.commit();
  EXPECT_EQ(block.check(), WitnessCommitment::kMatches);
}

TEST(WitnessCommitment, IsTheLastOutputThatLooksLikeOne) {
  SegwitBlock block;
  block.commit_to(Hash256{});
  block.commit();
  EXPECT_EQ(block.check(), WitnessCommitment::kMatches);
  block.commit_to(Hash256{});
  EXPECT_EQ(block.check(), WitnessCommitment::kMismatch);
}

TEST(WitnessCommitment, MayHaveBytesBehindIt) {
  SegwitBlock block;
  block.commit();
  Bytes longer(block.coinbase.outputs.back().script.begin(),
               block.coinbase.outputs.back().script.end());
  longer.push_back(0x51);
  block.coinbase.outputs.back().script = longer;
  EXPECT_EQ(block.check(), WitnessCommitment::kMatches);
  block.coinbase.outputs.back().script = ByteView(longer).first(37);
  EXPECT_EQ(block.check(), WitnessCommitment::kMissing);
}

TEST(WitnessCommitment, MismatchesWhereAWitnessChanged) {
  SegwitBlock block;
  block.commit();
  block.spend.witness[0].push_back(block.reserved_value);
  EXPECT_EQ(block.check(), WitnessCommitment::kMismatch);
}

TEST(WitnessCommitment, MismatchesWhereTheReservedValueChanged) {
  SegwitBlock block;
  block.commit();
  block.reserved_value[0] ^= 1;
  EXPECT_EQ(block.check(), WitnessCommitment::kMismatch);
}

TEST(WitnessCommitment, WantsOneReservedValueOf32Bytes) {
  SegwitBlock block;
  block.commit();
  const ByteView value = block.reserved_value;
  for (const std::vector<ByteView>& stack :
       {std::vector<ByteView>{}, {value.first(31)}, {value, value}}) {
    block.coinbase.witness = {stack};
    EXPECT_EQ(block.check(), WitnessCommitment::kBadReservedValue) << stack.size();
  }
}

TEST(WitnessCommitment, IsMissingWhereOnlyATransactionHasAWitness) {
  SegwitBlock block;
  EXPECT_EQ(block.check(), WitnessCommitment::kMissing);
  block.coinbase.witness.clear();
  EXPECT_EQ(block.check(), WitnessCommitment::kMissing);
}

TEST(WitnessCommitment, IsNotNeededWithoutAnyWitness) {
  SegwitBlock block;
  block.coinbase.witness.clear();
  block.spend.witness.clear();
  EXPECT_EQ(block.check(), WitnessCommitment::kNoneNeeded);
  EXPECT_EQ(check_witness_commitment({}, {}), WitnessCommitment::kNoneNeeded);
}

}  // namespace
}  // namespace veilwire::wire

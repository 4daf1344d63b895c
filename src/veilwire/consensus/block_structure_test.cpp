#include "veilwire/consensus/block_structure.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/testing/regtest_tip.h"

namespace veilwire::consensus {
namespace {

using testing::BlockDraft;
using testing::RegtestTip;
using testing::TransactionDraft;

std::optional<Failure> structure(const BlockDraft& draft) {
  const auto block = ParsedBlock::parse(draft.bytes()).value();
  return check_structure(*block, own_sigops(block->transactions()));
}

std::string structure_text(const BlockDraft& draft) {
  const auto failure = structure(draft);
  return failure ? failure_text(*failure) : "fine";
}

// With a coinbase and so many transactions that spend nothing known.
BlockDraft block_of(std::uint32_t transactions) {
  const RegtestTip tip;
  BlockDraft draft = tip.next();
  for (std::uint32_t i = 1; i < transactions; ++i) {
    draft.transactions.push_back(testing::spend({{Hash256{0x11}, i}}, 5));
  }
  draft.set_root();
  return draft;
}

TEST(Block, WithoutTransactionsIsRefused) {
  BlockDraft draft = block_of(1);
  draft.transactions.clear();
  draft.set_root();
  EXPECT_EQ(structure_text(draft), "bad-blk-length");
}

TEST(Block, EndsWhereItsLastTransactionEnds) {
  RegtestTip tip;
  BlockDraft draft = tip.next();
  draft.set_root();
  draft.mine();
  Bytes bytes = draft.bytes();
  const std::size_t size = bytes.size();
  bytes.resize(4'000'000, 0x77);
  const auto block = ParsedBlock::parse(bytes).value();
  EXPECT_EQ(block->block().total_size(), size);
  testing::InlineExecutor executor;
  EXPECT_TRUE(check_block(block, BlockContext::of(tip.network, tip.ancestors, draft.header),
                          tip.coins.gather(*block), executor));
}

TEST(Block, IsRefusedForATransactionThatIsTooSmallToBeRead) {
  BlockDraft draft = block_of(1);
  Bytes bytes = draft.bytes();
  bytes[wire::BlockHeader::kBytes] = 2;
  Bytes empty = bytes;
  empty.resize(empty.size() + 10);
  const auto read = ParsedBlock::parse(empty);
  ASSERT_FALSE(read);
  ASSERT_TRUE(read.error().failure);
  EXPECT_EQ(failure_text(*read.error().failure), "bad-txns-vin-empty, transaction 1");
  EXPECT_EQ(read.error().failure->guilt, Guilt::kCopy);

  TransactionDraft without_outputs = testing::spend({{Hash256{0x11}, 1}}, 5);
  without_outputs.outputs.clear();
  const Bytes small = without_outputs.bytes();
  bytes.insert(bytes.end(), small.begin(), small.end());
  EXPECT_EQ(failure_text(ParsedBlock::parse(bytes).error().failure.value()),
            "bad-txns-vout-empty, transaction 1");
  bytes.pop_back();
  EXPECT_EQ(ParsedBlock::parse(bytes).error().failure, std::nullopt);
}

TEST(Block, IsReadUpToTheFirstTransactionThatIsTooSmall) {
  BlockDraft draft = block_of(2);
  draft.transactions[1].outputs[0].script.clear();
  ASSERT_EQ(draft.transactions[1].bytes().size(), wire::kMinTransactionBytes);
  Bytes bytes = draft.bytes();
  bytes[wire::BlockHeader::kBytes] = 3;
  bytes.resize(bytes.size() + 10);
  EXPECT_EQ(failure_text(ParsedBlock::parse(bytes).error().failure.value()),
            "bad-txns-vin-empty, transaction 2");
}

TEST(Block, MayClaimOneTransactionForEachByteBeforeItIsRefusedForTheFirst) {
  Bytes bytes = block_of(1).bytes();
  bytes.resize(wire::BlockHeader::kBytes);
  bytes.push_back(9);
  bytes.resize(bytes.size() + 10);
  EXPECT_EQ(failure_text(ParsedBlock::parse(bytes).error().failure.value()),
            "bad-txns-vin-empty, transaction 0");
}

TEST(Block, HasAMillionBytesWithoutItsWitnessAtMost) {
  BlockDraft draft = block_of(2);
  Bytes& script = draft.transactions[1].outputs[0].script;
  script.resize(100'000);
  script.resize(script.size() + 1'000'000 - draft.bytes().size());
  ASSERT_EQ(draft.bytes().size(), 1'000'000u);
  draft.set_root();
  EXPECT_EQ(structure_text(draft), "fine");
  script.push_back(0);
  draft.set_root();
  EXPECT_EQ(structure_text(draft), "bad-blk-length");
}

TEST(OwnSigops, CountTwentyForEachMultisigOfInputsAndOutputs) {
  BlockDraft draft = block_of(2);
  draft.transactions[1].inputs[0].script = {kOp1, kOpCheckMultisig};
  draft.transactions[1].outputs[0].script = {kOp2, kOpCheckMultisig, kOpCheckSig};
  const auto block = ParsedBlock::parse(draft.bytes()).value();
  EXPECT_EQ(own_sigops(block->transactions())[1], 20u + 20 + 1);
}

TEST(MerkleMutation, IsRefusedAndBlamedOnTheCopy) {
  for (const std::uint32_t count : {3u, 5u, 6u, 7u, 9u, 12u}) {
    BlockDraft draft = block_of(count);
    EXPECT_EQ(structure_text(draft), "fine");
    const std::uint32_t repeated = count & (~count + 1);
    for (std::uint32_t i = 0; i < repeated; ++i) {
      draft.transactions.push_back(draft.transactions[count - repeated + i]);
    }
    const auto failure = structure(draft);
    ASSERT_TRUE(failure) << count;
    EXPECT_EQ(failure->reason, Reason::kDuplicateTransactions);
    EXPECT_EQ(failure->guilt, Guilt::kCopy);
  }
}

TEST(Failure, HasAScriptErrorOnlyWhereAScriptFailed) {
  BlockDraft draft = block_of(2);
  draft.transactions[1].lock_time = 7;
  EXPECT_EQ(structure(draft).value().script_error, ScriptError::kOk);
}

TEST(MerkleMutation, OfTheRootIsBlamedOnTheCopy) {
  BlockDraft draft = block_of(2);
  draft.transactions[1].lock_time = 7;
  EXPECT_EQ(structure(draft), Failure{Reason::kBadMerkleRoot});
  EXPECT_EQ(structure(draft)->guilt, Guilt::kCopy);
}

// Two txids side by side are 64 bytes, and may be made to read as a transaction.
TEST(MerkleMutation, InnerNodesThatPassForTransactionsAreBlamedOnTheCopy) {
  BlockDraft draft = block_of(2);
  draft.transactions.erase(draft.transactions.begin());
  draft.transactions[0].outputs[0].script.resize(5);
  ASSERT_EQ(draft.transactions[0].bytes().size(), 65u);
  draft.set_root();
  EXPECT_EQ(structure(draft)->reason, Reason::kCoinbaseMissing);
  EXPECT_EQ(structure(draft)->guilt, Guilt::kBlock);
  draft.transactions[0].outputs[0].script.resize(4);
  ASSERT_EQ(draft.transactions[0].bytes().size(), 64u);
  draft.set_root();
  EXPECT_EQ(structure(draft)->reason, Reason::kCoinbaseMissing);
  EXPECT_EQ(structure(draft)->guilt, Guilt::kCopy);
}

TEST(MerkleMutation, ATransactionOf64BytesIsValidInABlockWithACoinbase) {
  RegtestTip tip;
  auto spend = testing::spend({tip.coin(Amount::figure(5))}, 5);
  spend.outputs[0].script.resize(4);
  ASSERT_EQ(spend.bytes().size(), 64u);
  EXPECT_EQ(tip.verdict_on(tip.next_with({spend})), "valid");
}

TEST(Block, CountsTheSigopsOfItsOwnScriptsWhetherTheyAreRunOrNot) {
  BlockDraft draft = block_of(2);
  draft.transactions[1].outputs[0].script = Bytes(19'980, kOpCheckSig);
  draft.transactions[0].outputs[0].script = {kOpCheckMultisig};  // 20
  draft.set_root();
  EXPECT_EQ(structure_text(draft), "fine");
  draft.transactions[0].inputs[0].script.push_back(kOpCheckSigVerify);
  draft.set_root();
  EXPECT_EQ(structure_text(draft), "bad-blk-sigops");
}

TEST(Coinbase, NamesItsHeightFromBip34On) {
  RegtestTip tip;
  BlockDraft draft = tip.next();
  draft.transactions[0].inputs[0].script = {kOp1, kOp1, kOp1};
  EXPECT_EQ(tip.verdict_on(draft), "bad-cb-height, transaction 0");
  tip.network.heights.bip34 = Height(202);
  EXPECT_EQ(tip.verdict_on(draft), "valid");
}

TEST(Coinbase, NamesItsHeightInTheShortestPush) {
  EXPECT_EQ(height_push(Height(0)), (Bytes{0x00}));
  EXPECT_EQ(height_push(Height(1)), (Bytes{0x51}));
  EXPECT_EQ(height_push(Height(16)), (Bytes{0x60}));
  EXPECT_EQ(height_push(Height(17)), (Bytes{0x01, 17}));
  EXPECT_EQ(height_push(Height(127)), (Bytes{0x01, 0x7f}));
  EXPECT_EQ(height_push(Height(128)), (Bytes{0x02, 0x80, 0x00}));
  EXPECT_EQ(height_push(Height(0x7fff)), (Bytes{0x02, 0xff, 0x7f}));
  EXPECT_EQ(height_push(Height(0x8000)), (Bytes{0x03, 0x00, 0x80, 0x00}));
  EXPECT_EQ(height_push(Height(0x00ff'ffff)), (Bytes{0x04, 0xff, 0xff, 0xff, 0x00}));
}

TEST(Finality, IsComparedWithTheMedianTimeOnceCsvHoldsAndWithTheBlocksOwnBefore) {
  RegtestTip tip;
  auto spend = testing::spend({tip.coin(Amount::figure(5))}, 5);
  spend.inputs[0].sequence = 0;
  const BlockDraft next = tip.next();
  const UnixTime median = median_time_past(tip.ancestors, tip.ancestors.last());
  const auto with_lock = [&](UnixTime lock) {
    spend.lock_time = static_cast<std::uint32_t>(to_unix_seconds(lock));
    return tip.verdict_on(tip.next_with({spend}));
  };
  const std::chrono::seconds one(1);
  EXPECT_EQ(with_lock(median - one), "valid");
  EXPECT_EQ(with_lock(median), "bad-txns-nonfinal, transaction 1");
  tip.network.heights.csv = Height(202);
  EXPECT_EQ(with_lock(next.header.time - one), "valid");
  EXPECT_EQ(with_lock(next.header.time), "bad-txns-nonfinal, transaction 1");
}

TEST(Witness, HasNoPlaceBeforeSegwit) {
  RegtestTip tip;
  auto spend = testing::spend({tip.coin(Amount::figure(5))}, 5);
  spend.inputs[0].witness = {Bytes(1)};
  BlockDraft draft = tip.next_with({spend});
  draft.commit();
  tip.network.heights.segwit = Height(202);
  EXPECT_EQ(tip.verdict_on(draft), "unexpected-witness, transaction 0");
}

TEST(Witness, IsCommittedToOrBlamedOnTheCopy) {
  RegtestTip tip;
  // A program of a version that nobody has given a meaning.
  const Bytes program{0x60, 0x02, 0x01, 0x01};
  auto spend = testing::spend(
      {tip.coin(Amount::figure(5), Height(50), CoinOrigin::kTransaction, program)}, 5);
  spend.inputs[0].witness = {Bytes(1)};
  BlockDraft draft = tip.next_with({spend});
  EXPECT_EQ(tip.verdict_on(draft), "unexpected-witness");
  draft.commit();
  EXPECT_EQ(tip.verdict_on(draft), "valid");
  draft.transactions[1].inputs[0].witness[0][0] = 1;
  EXPECT_EQ(tip.verdict_on(draft), "bad-witness-merkle-match");
  EXPECT_EQ(tip.check(draft).error().guilt, Guilt::kCopy);
  draft.transactions[0].inputs[0].witness[0].push_back(0);
  EXPECT_EQ(tip.verdict_on(draft), "bad-witness-nonce-size");
}

TEST(Witness, MayHave500001ItemsAndBeAsLongAsTheWeightAllows) {
  RegtestTip tip;
  const Bytes program{0x60, 0x02, 0x01, 0x01};
  auto spend = testing::spend(
      {tip.coin(Amount::figure(5), Height(50), CoinOrigin::kTransaction, program)}, 5);
  spend.inputs[0].witness.assign(500'001, Bytes());
  BlockDraft draft = tip.next_with({spend});
  draft.commit();
  EXPECT_EQ(tip.verdict_on(draft), "valid");
  draft.transactions[1].inputs[0].witness.assign(1, Bytes());
  const std::size_t least = ParsedBlock::parse(draft.bytes()).value()->block().weight();
  draft.transactions[1].inputs[0].witness[0].resize(4'000'000 - least - 4);
  draft.renew_commitment();
  EXPECT_EQ(tip.verdict_on(draft), "valid");
  draft.transactions[1].inputs[0].witness[0].push_back(0);
  draft.renew_commitment();
  EXPECT_EQ(tip.verdict_on(draft), "bad-blk-weight");
}

}  // namespace
}  // namespace veilwire::consensus

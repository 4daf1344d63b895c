#include "veilwire/serve/compact_answers.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/testing/drafts.h"
#include "veilwire/wire/block.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/short_ids.h"

namespace veilwire::serve {
namespace {

class CompactAnswers : public ::testing::Test {
 protected:
  CompactAnswers() {
    consensus::testing::BlockDraft draft;
    draft.transactions.push_back(
        consensus::testing::coinbase(7, consensus::Amount::of(50).value()));
    for (std::uint8_t i = 1; i <= 3; ++i) {
      auto spend = consensus::testing::spend({{.txid = Hash256{i}, .index = i}}, i);
      spend.inputs[0].witness = {Bytes(5, i)};
      draft.transactions.push_back(spend);
    }
    bytes_ = draft.bytes();
    block_ = wire::parse<wire::Block>(bytes_).value();
  }

  Bytes bytes_;
  wire::Block block_;
};

TEST_F(CompactAnswers, AreTheCoinbaseAndShortIdsInBlockOrder) {
  const auto message = compact_block_message(bytes_, 9).value();
  ASSERT_EQ(message.kind(), protocol::MessageKind::kCompactBlock);
  const auto compact = wire::parse<wire::CompactBlock>(message.payload).value();
  EXPECT_EQ(compact.header, block_.header);
  EXPECT_EQ(compact.nonce, 9u);
  ASSERT_EQ(compact.prefilled.size(), 1u);
  EXPECT_EQ(compact.prefilled[0].index, 0u);
  EXPECT_EQ(compact.prefilled[0].transaction.wtxid(), block_.transactions[0].wtxid());
  ASSERT_EQ(compact.short_ids.size(), 3u);
  const wire::ShortIds ids(block_.header, 9);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(compact.short_ids[i], ids.of(block_.transactions[i + 1].wtxid()));
  }
}

TEST_F(CompactAnswers, AreTheTransactionsThatAreAskedForWithTheirWitness) {
  const auto message = block_txn_message(bytes_, {.block = Hash256{5}, .indexes = {1, 3}}).value();
  ASSERT_EQ(message.kind(), protocol::MessageKind::kBlockTxn);
  const auto answer = wire::parse<wire::BlockTxn>(message.payload).value();
  EXPECT_EQ(answer.block, Hash256{5});
  ASSERT_EQ(answer.transactions.size(), 2u);
  EXPECT_EQ(answer.transactions[0].wtxid(), block_.transactions[1].wtxid());
  EXPECT_EQ(answer.transactions[1].wtxid(), block_.transactions[3].wtxid());
}

TEST_F(CompactAnswers, AreNoneForAnIndexThatTheBlockDoesNotHave) {
  for (const std::uint16_t index : std::initializer_list<std::uint16_t>{4, 0xffff}) {
    EXPECT_EQ(block_txn_message(bytes_, {.indexes = {0, index}}).error(),
              NoTransactions::kIndexOutOfRange);
  }
}

TEST_F(CompactAnswers, AreNoneOfBytesThatAreNoBlock) {
  const ByteView damaged = ByteView(bytes_).first(90);
  EXPECT_FALSE(compact_block_message(damaged, 1));
  EXPECT_EQ(block_txn_message(damaged, {}).error(), NoTransactions::kNotABlock);
}

}  // namespace
}  // namespace veilwire::serve

#include "veilwire/coins/generations.h"

#include <gtest/gtest.h>

#include "veilwire/coins/testing/checkpoint.h"
#include "veilwire/coins/testing/made_chain.h"
#include "veilwire/coins/testing/watched_table.h"

namespace veilwire::coins {
namespace {

using consensus::Amount;
using consensus::Coin;
using consensus::Height;
using testing::drafts::spend;
using testing::drafts::TransactionDraft;
using Block = std::shared_ptr<const consensus::ParsedBlock>;

constexpr crypto::SipKey kSalt{3, 4};

// A chain whose first blocks' coinbases can be spent.
class GenerationsTest : public ::testing::Test {
 protected:
  GenerationsTest() : table_(chain_.tip()), coins_(table_, kSalt) {
    for (int i = 0; i < 110; ++i) connect_empty();
  }

  Bytes connect_empty() { return connect(chain_.next()); }
  Bytes connect(const std::vector<TransactionDraft>& transactions) {
    return connect(chain_.next(transactions));
  }
  // The undo record.
  Bytes connect(const Block& block) {
    const auto connected =
        chain_.connect(block, coins_.gather(*block, Bip30::kAsk, ahead_).value());
    coins_.connect(*connected);
    blocks_.push_back(block);
    return undo_bytes(*connected);
  }
  void disconnect(const Bytes& undo) {
    ASSERT_TRUE(coins_.disconnect(*blocks_.back(), parse_undo(undo).value()));
    chain_.disconnect();
    blocks_.pop_back();
  }
  wire::Outpoint coinbase_of(std::size_t block) const { return {blocks_[block]->ids()[0].txid, 0}; }
  bool has(const wire::Outpoint& outpoint) const {
    return coins_.find({&outpoint, 1}).value().at(0).has_value();
  }

  testing::MadeChain chain_;
  testing::WatchedTable table_;
  Generations coins_;
  ReadAhead ahead_;
  std::vector<Block> blocks_;
};

TEST_F(GenerationsTest, StandAtTheBlockThatWasConnectedLast) {
  EXPECT_EQ(coins_.tip(), (Tip{chain_.tip(), Height(110)}));
  EXPECT_EQ(table_.tip().height, Height(0));
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  EXPECT_EQ(table_.tip(), coins_.tip());
  EXPECT_EQ(Generations(table_, kSalt).tip(), coins_.tip());
}

TEST_F(GenerationsTest, NeverTellTheTableOfACoinThatCameAndWent) {
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  table_.applied = 0;
  const auto first = spend({coinbase_of(0)}, 50);
  const auto second = spend({first.outpoint(0)}, 50);
  connect({first});
  connect({second});
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  // The coin that is gone, the last one, and two coinbases'.
  EXPECT_EQ(table_.applied, 4u);
}

TEST_F(GenerationsTest, AskTheTableOnceAndOnlyForWhatMemoryDoesNotKnow) {
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  const auto young = spend({coinbase_of(0)}, 50);
  connect({young});
  table_.calls = table_.asked = 0;
  const auto block = chain_.next({spend({coinbase_of(1), young.outpoint(0), coinbase_of(2)}, 50)});
  ASSERT_TRUE(coins_.gather(*block, Bip30::kLeaveOut));
  EXPECT_EQ(table_.calls, 1u);
  EXPECT_EQ(table_.asked, 2u);
}

TEST_F(GenerationsTest, GatherNothingWhereTheTableRefuses) {
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  const auto block = chain_.next({spend({coinbase_of(1)}, 50)});
  table_.is_failing = true;
  const auto gathered = coins_.gather(*block, Bip30::kLeaveOut);
  ASSERT_FALSE(gathered);
  EXPECT_EQ(gathered.error().detail, testing::kFull.detail);
  EXPECT_FALSE(coins_.gather(*block, Bip30::kAsk));
  EXPECT_FALSE(coins_.read_ahead({&block, 1})());
  table_.is_failing = false;
  connect(block);
}

TEST_F(GenerationsTest, GiveACoinOnceHoweverFarItWasReadAhead) {
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  const auto first = chain_.next({spend({coinbase_of(0)}, 50)});
  const auto again = chain_.next({spend({coinbase_of(0), coinbase_of(1)}, 60)}, 1);
  const Block window[] = {first, again};
  ahead_ = coins_.read_ahead(window)().value();
  EXPECT_EQ(ahead_.size(), 2u);
  table_.calls = 0;
  const auto connected =
      chain_.connect(first, coins_.gather(*first, Bip30::kLeaveOut, ahead_).value());
  coins_.connect(*connected);
  const auto gathered = coins_.gather(*again, Bip30::kLeaveOut, ahead_).value();
  EXPECT_EQ(table_.calls, 0u);
  EXPECT_FALSE(gathered->at(0));
  EXPECT_TRUE(gathered->at(1));
}

TEST_F(GenerationsTest, DoNotUseWhatWasReadBeforeACheckpoint) {
  const auto first = spend({coinbase_of(0)}, 50);
  const auto late = chain_.next({spend({first.outpoint(0)}, 50)});
  ahead_ = coins_.read_ahead({&late, 1})().value();  // it is not there yet
  connect({first});
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  EXPECT_TRUE(coins_.gather(*late, Bip30::kLeaveOut, ahead_).value()->at(0));
}

TEST_F(GenerationsTest, UndoInMemoryAloneAboveTheCheckpointAndBelow) {
  const auto first = spend({coinbase_of(0)}, 50);
  const auto second = spend({coinbase_of(1), first.outpoint(0)}, 70);
  const Bytes undo_first = connect({first});
  const Bytes undo_second = connect({second});
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  const Bytes undo_third = connect({spend({second.outpoint(0)}, 60)});
  table_.calls = 0;
  table_.is_failing = true;
  disconnect(undo_third);
  disconnect(undo_second);
  disconnect(undo_first);
  table_.is_failing = false;
  EXPECT_EQ(table_.calls, 0u);
  EXPECT_TRUE(has(coinbase_of(0)));
  EXPECT_TRUE(has(coinbase_of(1)));
  EXPECT_FALSE(has(first.outpoint(0)));
  EXPECT_FALSE(has(second.outpoint(0)));
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  EXPECT_EQ(table_.table.size(), 110u);
  EXPECT_EQ(table_.tip(), (Tip{chain_.tip(), Height(110)}));
}

TEST_F(GenerationsTest, KeepACoinbaseThatWasSpentAndIsBack) {
  const Bytes undo = connect({spend({coinbase_of(0)}, 50)});
  disconnect(undo);
  EXPECT_TRUE(has(coinbase_of(0)));
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  EXPECT_TRUE(has(coinbase_of(0)));
}

TEST_F(GenerationsTest, UndoOnlyTheTipAndOnlyWithItsOwnRecord) {
  const Bytes undo_first = connect({spend({coinbase_of(0)}, 50)});
  const Bytes undo_second =
      connect({spend({coinbase_of(1), coinbase_of(2)}, 50), spend({coinbase_of(3)}, 50)});
  const auto refusal = [&](std::size_t block, const Bytes& undo) {
    return coins_.disconnect(*blocks_[block], parse_undo(undo).value()).error();
  };
  EXPECT_EQ(refusal(110, undo_first), UndoFault::kNotTheTip);
  EXPECT_EQ(refusal(111, undo_first), UndoFault::kOtherBlocks);
  // As many transactions, but other inputs.
  Bytes other;
  wire::Writer writer(other);
  writer.bytes(Bytes{2, 1, 0, 0, 6, 2, 0, 0, 6, 0, 0, 6});
  EXPECT_EQ(refusal(111, other), UndoFault::kOtherBlocks);
  EXPECT_FALSE(has(coinbase_of(1)));
  disconnect(undo_second);
  disconnect(undo_first);
}

TEST_F(GenerationsTest, GoOnWhileACheckpointIsBeingWritten) {
  const auto first = spend({coinbase_of(0)}, 50);
  const Bytes undo_first = connect({first});
  const Checkpoint& checkpoint = coins_.freeze();
  EXPECT_EQ(checkpoint.tip, coins_.tip());
  // Spends a coin of the frozen generation; it is gone above, and written all the same.
  const Bytes undo_second = connect({spend({first.outpoint(0)}, 40)});
  EXPECT_FALSE(has(first.outpoint(0)));
  EXPECT_TRUE(has(coinbase_of(5)));
  ASSERT_TRUE(table_.apply(*checkpoint.changes, checkpoint.tip));
  EXPECT_FALSE(has(first.outpoint(0)));
  coins_.drop_frozen();
  EXPECT_FALSE(has(first.outpoint(0)));
  EXPECT_TRUE(has(coinbase_of(5)));
  disconnect(undo_second);
  EXPECT_TRUE(has(first.outpoint(0)));
  disconnect(undo_first);
  EXPECT_TRUE(has(coinbase_of(0)));
}

TEST_F(GenerationsTest, LoseNothingWhereACheckpointFails) {
  connect({spend({coinbase_of(0)}, 50)});
  table_.is_failing = true;
  ASSERT_FALSE(testing::write_checkpoint(coins_, table_));
  table_.is_failing = false;
  const Tip frozen_at = coins_.tip();
  const Bytes undo = connect({spend({coinbase_of(1)}, 50)});
  EXPECT_FALSE(has(coinbase_of(0)));
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  EXPECT_EQ(table_.tip(), frozen_at);  // what was set aside first
  EXPECT_FALSE(has(coinbase_of(1)));
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  EXPECT_EQ(table_.tip(), coins_.tip());
}

TEST_F(GenerationsTest, TellWhichTransactionHasUnspentOutputs) {
  const auto first = spend({coinbase_of(0)}, 50);
  connect({first});
  const auto repeated = [&](const Block& block) {
    return coins_.gather(*block, Bip30::kAsk).value()->repeated_transaction;
  };
  // Whether they could be there is not asked.
  const auto block = chain_.next({spend({coinbase_of(1)}, 50), first}, 1);
  EXPECT_EQ(repeated(block), 2u);
  EXPECT_EQ(coins_.gather(*block, Bip30::kLeaveOut).value()->repeated_transaction, std::nullopt);
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  EXPECT_EQ(repeated(block), 2u);
  connect({spend({first.outpoint(0)}, 40)});
  EXPECT_EQ(repeated(block), std::nullopt);
}

TEST_F(GenerationsTest, ReplaceTheCoinOfACoinbaseThatIsRepeated) {
  const auto repeated = testing::drafts::coinbase(Height(900), Amount::figure(77));
  const wire::Outpoint outpoint = repeated.outpoint(0);
  const auto height = [&] { return coins_.find({&outpoint, 1}).value().at(0).value().height(); };
  // As twice in history, where it was not asked.
  const auto connect_repeated = [&] {
    const auto block = chain_.next_after(repeated, {});
    const auto connected = chain_.connect(block, coins_.gather(*block, Bip30::kLeaveOut).value());
    coins_.connect(*connected);
  };
  connect_repeated();
  EXPECT_EQ(height(), Height(111));
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  connect_repeated();
  EXPECT_EQ(height(), Height(112));
  ASSERT_TRUE(testing::write_checkpoint(coins_, table_));
  EXPECT_EQ(height(), Height(112));
  EXPECT_EQ(table_.table.size(), 111u);
}

TEST_F(GenerationsTest, CountTheirMemory) {
  const std::size_t before = coins_.bytes();
  coins_.freeze();
  connect_empty();
  EXPECT_GT(coins_.bytes(), before);
  coins_.drop_frozen();
  EXPECT_LT(coins_.bytes(), 2 * before);
}

}  // namespace
}  // namespace veilwire::coins

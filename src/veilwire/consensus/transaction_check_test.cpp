#include "veilwire/consensus/transaction_check.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/testing/drafts.h"

namespace veilwire::consensus {
namespace {

using testing::TransactionDraft;

wire::Outpoint some_coin(std::uint32_t index) {
  Hash256 txid{};
  txid[0] = 0x11;
  return {txid, index};
}

std::string checked(const TransactionDraft& draft) {
  const Bytes bytes = draft.bytes();
  const auto transaction = wire::parse<wire::Transaction>(bytes);
  if (!transaction) return "unreadable";
  const auto reason = check_transaction(*transaction);
  return reason ? std::string(reason_name(*reason)) : "fine";
}

bool final_at(const TransactionDraft& draft, protocol::Height height, std::int64_t time) {
  const Bytes bytes = draft.bytes();
  return is_final(wire::parse<wire::Transaction>(bytes).value(), height, from_unix_seconds(time));
}

TEST(CheckTransaction, AcceptsWhatHasInputsAndOutputs) {
  EXPECT_EQ(checked(testing::spend({some_coin(0)}, 5)), "fine");
  EXPECT_EQ(checked(testing::coinbase(Height(7), Amount::max())), "fine");
}

TEST(CheckTransaction, RefusesNoInputsAndNoOutputs) {
  EXPECT_EQ(check_transaction(wire::Transaction()), Reason::kNoInputs);
  TransactionDraft draft = testing::spend({some_coin(0)}, 5);
  draft.outputs.clear();
  EXPECT_EQ(checked(draft), "bad-txns-vout-empty");
}

TEST(CheckTransaction, RefusesMoreThanFitsInABlockWithoutItsWitness) {
  TransactionDraft draft = testing::spend({some_coin(0)}, 5);
  draft.inputs[0].witness = {Bytes(3'000'000)};
  EXPECT_EQ(checked(draft), "fine");
  draft.outputs[0].script.resize(1'000'000 - 60 - 4);  // with its length, a million bytes
  EXPECT_EQ(checked(draft), "fine");
  draft.outputs[0].script.push_back(0);
  EXPECT_EQ(checked(draft), "bad-txns-oversize");
}

TEST(CheckTransaction, RefusesOutputsThatAreNoAmount) {
  EXPECT_EQ(checked(testing::spend({some_coin(0)}, -1)), "bad-txns-vout-negative");
  EXPECT_EQ(checked(testing::spend({some_coin(0)}, std::numeric_limits<std::int64_t>::min())),
            "bad-txns-vout-negative");
  EXPECT_EQ(checked(testing::spend({some_coin(0)}, Amount::kMaxUnits)), "fine");
  EXPECT_EQ(checked(testing::spend({some_coin(0)}, Amount::kMaxUnits + 1)),
            "bad-txns-vout-toolarge");
}

TEST(CheckTransaction, RefusesASumOfOutputsThatIsNoAmount) {
  TransactionDraft draft = testing::spend({some_coin(0)}, Amount::kMaxUnits);
  draft.outputs.push_back({.value = 0});
  EXPECT_EQ(checked(draft), "fine");
  draft.outputs[1].value = 1;
  EXPECT_EQ(checked(draft), "bad-txns-txouttotal-toolarge");
}

TEST(CheckTransaction, RefusesAnInputTwiceWhereverTheyStand) {
  for (const std::uint32_t count : {2u, 3u, 16u, 17u, 300u}) {
    std::vector<wire::Outpoint> coins;
    for (std::uint32_t i = 0; i < count; ++i) coins.push_back(some_coin(i * 7919 % 1009));
    EXPECT_EQ(checked(testing::spend(coins, 5)), "fine") << count;
    coins.back() = coins.front();
    EXPECT_EQ(checked(testing::spend(coins, 5)), "bad-txns-inputs-duplicate") << count;
  }
}

TEST(CheckTransaction, RefusesAnInputThatSpendsNothingButInACoinbase) {
  EXPECT_EQ(checked(testing::spend({some_coin(0), {{}, 0xffff'ffff}}, 5)), "bad-txns-prevout-null");
  EXPECT_EQ(checked(testing::spend({some_coin(0), {{}, 0}}, 5)), "fine");
}

// The rules have no others of it: its sequence, its outputs and its witness are its own affair.
TEST(CheckTransaction, AsksNothingOfACoinbaseButTheLengthOfItsScript) {
  TransactionDraft draft = testing::coinbase(Height(7), Amount());
  draft.inputs[0].sequence = 7;
  draft.lock_time = 9;
  draft.version = 0xffff'ffff;
  for (const auto& [size, verdict] : {std::pair{1, "bad-cb-length"}, std::pair{2, "fine"},
                                      std::pair{100, "fine"}, std::pair{101, "bad-cb-length"}}) {
    draft.inputs[0].script.assign(static_cast<std::size_t>(size), kOpReturn);
    EXPECT_EQ(checked(draft), verdict) << size;
  }
}

TEST(IsFinal, ComparesStrictlyWithTheHeight) {
  TransactionDraft draft = testing::spend({some_coin(0)}, 5);
  draft.inputs[0].sequence = 0;
  draft.lock_time = 100;
  EXPECT_FALSE(final_at(draft, Height(100), 4'000'000'000));
  EXPECT_TRUE(final_at(draft, Height(101), 0));
}

TEST(IsFinal, TakesZeroAloneForNoLock) {
  TransactionDraft draft = testing::spend({some_coin(0)}, 5);
  draft.inputs[0].sequence = 0;
  EXPECT_TRUE(final_at(draft, Height(0), 0));
  draft.lock_time = 1;
  EXPECT_FALSE(final_at(draft, Height(1), 0));
}

TEST(IsFinal, ComparesStrictlyWithTheTimeFrom500MillionOn) {
  TransactionDraft draft = testing::spend({some_coin(0)}, 5);
  draft.inputs[0].sequence = 0;
  draft.lock_time = 499'999'999;
  EXPECT_FALSE(final_at(draft, Height(1), 4'000'000'000));
  draft.lock_time = 500'000'000;
  EXPECT_FALSE(final_at(draft, Height(600'000'000), 500'000'000));
  EXPECT_TRUE(final_at(draft, Height(1), 500'000'001));
}

TEST(IsFinal, LooksAtNoLockWhereAllInputsAreFinal) {
  TransactionDraft draft = testing::spend({some_coin(0), some_coin(1)}, 5);
  draft.lock_time = 0xffff'ffff;
  EXPECT_TRUE(final_at(draft, Height(1), 0));
  draft.inputs[1].sequence = 0xffff'fffe;
  EXPECT_FALSE(final_at(draft, Height(1), 0));
}

}  // namespace
}  // namespace veilwire::consensus

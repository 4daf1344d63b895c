#include "veilwire/consensus/input_sources.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/testing/regtest_tip.h"

namespace veilwire::consensus {
namespace {

using testing::RegtestTip;

std::shared_ptr<const ParsedBlock> parsed(const testing::BlockDraft& draft) {
  return ParsedBlock::parse(draft.bytes()).value();
}

TEST(InputSources, AskTheChainForWhatTheBlockDoesNotMakeInOrder) {
  RegtestTip tip;
  const auto first = tip.coin(Amount::figure(5));
  const auto second = tip.coin(Amount::figure(5));
  const auto spend = testing::spend({second}, 5);
  const auto block = parsed(tip.next_with({spend, testing::spend({spend.outpoint(0), first}, 9)}));
  const InputSources& sources = block->sources();
  EXPECT_EQ(sources.outside, (std::vector{second, first}));
  ASSERT_EQ(sources.of_inputs.size(), 3u);
  EXPECT_TRUE(sources.of_inputs[0].is_outside());
  EXPECT_EQ(sources.of_inputs[1].transaction(), 1u);
  EXPECT_EQ(sources.of_inputs[1].output(), 1u);  // after the coinbase's
  EXPECT_EQ(sources.of_inputs[2].ordinal(), 1u);
}

TEST(InputSources, MakeOneCoinOfOneCoinHoweverItIsLookedUp) {
  RegtestTip tip;
  const auto coin = tip.coin(Amount::figure(5));
  // The map of the test gives a coin as often as it is asked for it.
  EXPECT_EQ(tip.verdict_on(tip.next_with({testing::spend({coin}, 5), testing::spend({coin}, 4)})),
            "bad-txns-inputs-missingorspent, transaction 2, input 0");
  const auto first = testing::spend({coin}, 5);
  const auto second = testing::spend({first.outpoint(0)}, 5);
  EXPECT_EQ(tip.verdict_on(tip.next_with({first, second})), "valid");
  EXPECT_EQ(tip.verdict_on(tip.next_with({first, second, testing::spend({first.outpoint(0)}, 4)})),
            "bad-txns-inputs-missingorspent, transaction 3, input 0");
}

TEST(InputSources, AreEarlierTransactionsOnly) {
  RegtestTip tip;
  const auto first = testing::spend({tip.coin(Amount::figure(5))}, 5);
  const auto second = testing::spend({first.outpoint(0)}, 5);
  EXPECT_EQ(tip.verdict_on(tip.next_with({second, first})),
            "bad-txns-inputs-missingorspent, transaction 1, input 0");
}

TEST(InputSources, AreOutputsThatAreThereAndCanBeSpent) {
  RegtestTip tip;
  auto first = testing::spend({tip.coin(Amount::figure(5))}, 5);
  first.outputs.push_back({.value = 0, .script = {kOpReturn}});
  first.outputs.push_back({.value = 0, .script = Bytes(10'001, kOpNop)});
  for (const std::uint32_t output : {1u, 2u, 3u, 0xffff'ffffu}) {
    const auto second = testing::spend({first.outpoint(output)}, 0);
    EXPECT_EQ(tip.verdict_on(tip.next_with({first, second})),
              "bad-txns-inputs-missingorspent, transaction 2, input 0")
        << output;
  }
}

TEST(ConnectedBlock, TellsWhatItCreatesAndSpends) {
  RegtestTip tip;
  const auto coin = tip.coin(Amount::figure(7), Height(33));
  auto first = testing::spend({coin}, 5);
  first.outputs.push_back({.value = 1});
  first.outputs.push_back({.value = 0, .script = {kOpReturn}});
  const auto second = testing::spend({first.outpoint(0)}, 4);
  const auto connected = tip.check(tip.next_with({first, second})).value();
  EXPECT_EQ(connected->fees, Amount::figure(2));
  ASSERT_EQ(connected->spent.size(), 2u);
  EXPECT_EQ(connected->spent[0].value(), Amount::figure(7));
  EXPECT_EQ(connected->spent[0].height(), Height(33));
  EXPECT_EQ(connected->spent[1].value(), Amount::figure(5));
  EXPECT_EQ(connected->spent[1].height(), tip.height());
  std::vector<std::pair<std::uint32_t, std::uint32_t>> created;
  for (const CreatedCoin& each : connected->created) {
    created.emplace_back(each.transaction, each.output);
    EXPECT_EQ(each.coin.origin(),
              each.transaction == 0 ? CoinOrigin::kCoinbase : CoinOrigin::kTransaction);
  }
  using Place = std::pair<std::uint32_t, std::uint32_t>;
  EXPECT_EQ(created, (std::vector{Place(0, 0), Place(1, 1), Place(2, 0)}));
}

TEST(ConnectedBlock, IsRefusedWhereFewerCoinsAreGivenThanItAsksFor) {
  RegtestTip tip;
  auto draft = tip.next_with({testing::spend({tip.coin(Amount::figure(5))}, 5)});
  draft.set_root();
  const auto block = parsed(draft);
  testing::InlineExecutor executor;
  const auto verdict =
      check_block(block, BlockContext::of(tip.network, tip.ancestors, draft.header),
                  std::make_shared<OutsideCoins>(), executor, {.work = CheckScope::Work::kLeftOut});
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().reason, Reason::kInputsMissingOrSpent);
}

TEST(Reasons, HaveANameEach) {
  std::set<std::string_view> names;
  for (const Reason reason : reasons()) names.insert(reason_name(reason));
  EXPECT_EQ(names.size(), reasons().size());
}

}  // namespace
}  // namespace veilwire::consensus

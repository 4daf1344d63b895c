#include "veilwire/consensus/spend_check.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/subsidy.h"
#include "veilwire/consensus/testing/regtest_tip.h"

namespace veilwire::consensus {
namespace {

using testing::RegtestTip;

Coin coin_of(std::int64_t units) {
  return Coin(Amount::of(units).value(), {}, Height(1), CoinOrigin::kTransaction);
}

// What spending these coins into one output gives: the fee, or the reason.
std::string spent(const std::vector<Coin>& coins, std::int64_t output) {
  std::vector<wire::Outpoint> outpoints(coins.size());
  for (std::uint32_t i = 0; i < outpoints.size(); ++i) outpoints[i].index = i;
  const Bytes bytes = testing::spend(outpoints, output).bytes();
  const auto fee = check_spend(wire::parse<wire::Transaction>(bytes).value(), coins, Height(200));
  return fee ? std::to_string(fee->units()) : failure_text(fee.error());
}

TEST(CheckSpend, GivesTheFee) {
  EXPECT_EQ(spent({coin_of(7), coin_of(5)}, 10), "2");
  EXPECT_EQ(spent({coin_of(7)}, 7), "0");
}

TEST(CheckSpend, RefusesMoreOutThanIn) {
  EXPECT_EQ(spent({coin_of(7), coin_of(5)}, 13), "bad-txns-in-belowout");
}

TEST(CheckSpend, RefusesASumOfInputsThatIsNoAmount) {
  EXPECT_EQ(spent({coin_of(Amount::kMaxUnits), coin_of(0)}, 1),
            std::to_string(Amount::kMaxUnits - 1));
  EXPECT_EQ(spent({coin_of(Amount::kMaxUnits), coin_of(1)}, 1),
            "bad-txns-inputvalues-outofrange, input 1");
}

TEST(CheckSpend, LetsACoinbaseBeSpentAfterAHundredBlocks) {
  const Coin old(Amount::figure(7), {}, Height(100), CoinOrigin::kCoinbase);
  const Coin young(Amount::figure(7), {}, Height(101), CoinOrigin::kCoinbase);
  EXPECT_EQ(spent({coin_of(1), old}, 1), "7");
  EXPECT_EQ(spent({coin_of(1), young}, 1), "bad-txns-premature-spend-of-coinbase, input 1");
}

TEST(Maturity, IsAskedForInBlocks) {
  RegtestTip tip;
  const auto of_age = [&tip](std::uint32_t age) {
    const auto coin = tip.coin(Amount::figure(5), tip.height().before(age), CoinOrigin::kCoinbase);
    return tip.verdict_on(tip.next_with({testing::spend({coin}, 5)}));
  };
  EXPECT_EQ(of_age(100), "valid");
  EXPECT_EQ(of_age(99), "bad-txns-premature-spend-of-coinbase, transaction 1, input 0");
}

TEST(Maturity, IsAskedForOfTheBlocksOwnCoinbase) {
  RegtestTip tip;
  auto draft = tip.next();
  draft.transactions.push_back(testing::spend({draft.transactions[0].outpoint(0)}, 5));
  EXPECT_EQ(tip.verdict_on(draft), "bad-txns-premature-spend-of-coinbase, transaction 1, input 0");
}

TEST(Subsidy, IsHalvedUntilNothingIsLeft) {
  const protocol::Network& main = *protocol::network_from_name("main");
  EXPECT_EQ(subsidy(main, Height(0)), Amount::figure(5'000'000'000));
  EXPECT_EQ(subsidy(main, Height(209'999)), Amount::figure(5'000'000'000));
  EXPECT_EQ(subsidy(main, Height(210'000)), Amount::figure(2'500'000'000));
  EXPECT_EQ(subsidy(main, Height(32 * 210'000)), Amount::figure(1));
  EXPECT_EQ(subsidy(main, Height(33 * 210'000)), Amount());
  EXPECT_EQ(subsidy(main, Height(64 * 210'000)), Amount());
  EXPECT_EQ(subsidy(main, Height(0xffff'ffffu)), Amount());
  EXPECT_EQ(subsidy(*protocol::network_from_name("regtest"), Height(150)),
            Amount::figure(2'500'000'000));
}

TEST(Subsidy, OfAllBlocksIsLessThanAllMoney) {
  std::int64_t total = 0;
  for (std::uint32_t era = 0; era < 64; ++era) {
    total +=
        210'000 * subsidy(*protocol::network_from_name("main"), Height::of(era * 210'000)).units();
  }
  EXPECT_EQ(total, 2'099'999'997'690'000);
}

TEST(Money, ACoinbaseMayTakeSubsidyAndFeesAndNoMore) {
  RegtestTip tip;
  auto draft = tip.next_with({testing::spend({tip.coin(Amount::figure(50))}, 20),
                              testing::spend({tip.coin(Amount::figure(9))}, 8)});
  draft.transactions[0].outputs[0].value += 31;
  EXPECT_EQ(tip.verdict_on(draft), "valid");
  draft.transactions[0].outputs.push_back({.value = 1});
  EXPECT_EQ(tip.verdict_on(draft), "bad-cb-amount, transaction 0");
  draft.transactions[0].outputs.resize(1);
  draft.transactions[0].outputs[0].value = 0;
  EXPECT_EQ(tip.verdict_on(draft), "valid");
}

TEST(Money, FeesOfABlockAreAnAmount) {
  RegtestTip tip;
  const auto draft = tip.next_with({testing::spend({tip.coin(Amount::max())}, 0),
                                    testing::spend({tip.coin(Amount::figure(1))}, 0)});
  EXPECT_EQ(tip.verdict_on(draft), "bad-txns-accumulated-fee-outofrange, transaction 2");
}

}  // namespace
}  // namespace veilwire::consensus

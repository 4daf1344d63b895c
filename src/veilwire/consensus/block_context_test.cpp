#include "veilwire/consensus/block_context.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/block_flags.h"
#include "veilwire/consensus/testing/regtest_tip.h"

namespace veilwire::consensus {
namespace {

using testing::RegtestTip;

// Ancestors of which only one block is known.
class OneKnownBlock final : public Ancestors {
 public:
  OneKnownBlock(Height last, Height height, const Hash256& hash)
      : last_(last), height_(height), hash_(hash) {}
  Height last() const override { return last_; }
  Ancestor at(Height height) const override {
    return {.hash = height == height_ ? hash_ : Hash256{}};
  }

 private:
  Height last_;
  Height height_;
  Hash256 hash_;
};

bool checked(const protocol::Network& network, Height height, const Hash256& bip34_block,
             const Hash256& block = {}) {
  const OneKnownBlock ancestors(height.before(1), network.heights.bip34, bip34_block);
  return bip30_is_checked({.network = &network, .ancestors = &ancestors, .height = height}, block);
}

TEST(BlockContext, HasRulesFromTheirHeightsOn) {
  protocol::Network network = *protocol::network_from_name("regtest");
  network.heights.bip34 = network.heights.csv = network.heights.segwit = Height(50);
  for (const std::uint32_t height : {49u, 50u, 51u}) {
    const BlockContext context{.network = &network, .height = Height::of(height)};
    EXPECT_EQ(context.bip34_holds(), height >= 50);
    EXPECT_EQ(context.csv_holds(), height >= 50);
    EXPECT_EQ(context.segwit_holds(), height >= 50);
  }
}

TEST(Bip30, IsCheckedUntilBip34IsKnownOnTheChainByItsBlocksHash) {
  for (const std::string_view name : {"main", "testnet3"}) {
    const protocol::Network& network = *protocol::network_from_name(name);
    const Hash256 bip34 = network.bip34_hash.value();
    EXPECT_TRUE(checked(network, network.heights.bip34, bip34)) << name;
    EXPECT_FALSE(checked(network, network.heights.bip34.next(), bip34)) << name;
    EXPECT_TRUE(checked(network, network.heights.bip34.next(), Hash256{1})) << name;
  }
}

TEST(Bip30, IsCheckedAgainFromTheFirstHeightThatAnEarlyCoinbaseNames) {
  const protocol::Network& main = *protocol::network_from_name("main");
  const Height again = main.bip30.checked_again_from_height;
  EXPECT_EQ(again, Height(1'983'702));
  EXPECT_FALSE(checked(main, again.before(1), main.bip34_hash.value()));
  EXPECT_TRUE(checked(main, again, main.bip34_hash.value()));
}

TEST(Bip30, LetsTheTwoRepeatsOfMainPassAtTheirHeights) {
  const protocol::Network& main = *protocol::network_from_name("main");
  for (const protocol::BlockAt& repeat : main.bip30.allowed) {
    EXPECT_FALSE(checked(main, repeat.height, {}, repeat.block));
    EXPECT_TRUE(checked(main, repeat.height.next(), {}, repeat.block));
    EXPECT_TRUE(checked(main, repeat.height, {}, Hash256{1}));
  }
}

TEST(Bip30, IsCheckedForEverWhereNoBlockIsNamed) {
  for (const std::string_view name : {"testnet4", "signet", "regtest"}) {
    EXPECT_TRUE(checked(*protocol::network_from_name(name), Height(1'000'000), {})) << name;
  }
}

TEST(Bip30, RefusesATransactionOfWhichAnOutputIsThereUnspent) {
  RegtestTip tip;
  auto draft = tip.next_with({testing::spend({tip.coin(Amount::figure(5))}, 5)});
  draft.transactions[1].outputs.push_back({.value = 0});
  const wire::Outpoint second = draft.transactions[1].outpoint(1);
  tip.coins.add(second, Coin(Amount::figure(1), testing::kAnybodyCanSpend, Height(9),
                             CoinOrigin::kTransaction));
  EXPECT_EQ(tip.verdict_on(draft), "bad-txns-BIP30, transaction 1");
}

TEST(BlockFlags, AreP2shWitnessAndTaprootFromTheGenesisBlockOn) {
  const protocol::Network& main = *protocol::network_from_name("main");
  EXPECT_EQ(block_script_flags(main, Height(1), {}),
            (ScriptFlags{ScriptFlag::kP2sh, ScriptFlag::kWitness, ScriptFlag::kTaproot}));
}

TEST(BlockFlags, OfTheOtherForksBeginAtTheirHeights) {
  const protocol::Network& main = *protocol::network_from_name("main");
  const auto begins_at = [&main](ScriptFlag flag, Height height) {
    return !block_script_flags(main, height.before(1), {}).has(flag) &&
           block_script_flags(main, height, {}).has(flag);
  };
  EXPECT_TRUE(begins_at(ScriptFlag::kDerSignatures, Height(363'725)));
  EXPECT_TRUE(begins_at(ScriptFlag::kCheckLockTimeVerify, Height(388'381)));
  EXPECT_TRUE(begins_at(ScriptFlag::kCheckSequenceVerify, Height(419'328)));
  EXPECT_TRUE(begins_at(ScriptFlag::kNullDummy, Height(481'824)));
  EXPECT_EQ(block_script_flags(main, Height(900'000), {}), kConsensusScriptFlags);
}

TEST(BlockFlags, HoldOnlyWhatTheNetworkNamesForAnException) {
  const protocol::Network& main = *protocol::network_from_name("main");
  const auto& exceptions = main.script_flag_exceptions;
  ASSERT_EQ(exceptions.size(), 2u);
  EXPECT_EQ(block_script_flags(main, Height(170'060), exceptions[0].block), ScriptFlags());
  const ScriptFlags taproot = block_script_flags(main, Height(692'261), exceptions[1].block);
  EXPECT_EQ(taproot, kConsensusScriptFlags.without(ScriptFlag::kTaproot));
  EXPECT_EQ(
      block_script_flags(*protocol::network_from_name("signet"), Height(7), exceptions[0].block),
      kConsensusScriptFlags);
}

}  // namespace
}  // namespace veilwire::consensus

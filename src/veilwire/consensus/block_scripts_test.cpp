#include "veilwire/consensus/block_scripts.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "veilwire/consensus/sigop_cost.h"
#include "veilwire/consensus/testing/regtest_tip.h"
#include "veilwire/consensus/testing/script_text.h"
#include "veilwire/crypto/testing/signer.h"

namespace veilwire::consensus {
namespace {

using testing::RegtestTip;

const Bytes kNobodyCanSpend{kOp0};

// Does the work on a thread of its own at once, and waits for nothing but its own end.
struct ThreadsExecutor final : Executor {
  void post(std::function<void()> work) override { threads.emplace_back(std::move(work)); }
  std::vector<std::jthread> threads;
};

// A block with 30 transactions of so many inputs each; those numbered in `failing` cannot be spent.
testing::BlockDraft block_of(RegtestTip& tip, std::uint32_t inputs_each,
                             const std::vector<std::uint32_t>& failing) {
  std::vector<testing::TransactionDraft> transactions;
  std::uint32_t number = 0;
  for (int i = 0; i < 30; ++i) {
    std::vector<wire::Outpoint> coins;
    for (std::uint32_t input = 0; input < inputs_each; ++input, ++number) {
      const bool fails = std::ranges::find(failing, number) != failing.end();
      coins.push_back(tip.coin(Amount::figure(5), Height(50), CoinOrigin::kTransaction,
                               fails ? kNobodyCanSpend : testing::kAnybodyCanSpend));
    }
    transactions.push_back(testing::spend(coins, 5));
  }
  return tip.next_with(transactions);
}

std::string verdict_text(const Verdict& verdict) {
  return verdict ? "valid" : failure_text(verdict.error());
}

TEST(BlockScripts, FailByTheFirstInBlockOrderWhateverFinishedFirst) {
  RegtestTip tip;
  const auto draft = block_of(tip, 7, {150, 99, 101, 100, 203});
  const std::string expected =
      "block-script-verify-flag-failed (EVAL_FALSE), transaction 15, input 1";
  testing::InlineExecutor inline_executor;
  EXPECT_EQ(verdict_text(tip.check(draft, inline_executor)), expected);
  testing::LateExecutor late;
  EXPECT_EQ(verdict_text(tip.check(draft, late)), expected);
  for (int round = 0; round < 20; ++round) {
    ThreadsExecutor threads;
    EXPECT_EQ(verdict_text(tip.check(draft, threads)), expected);
  }
}

TEST(BlockScripts, AreAllRunOnAnyExecutor) {
  RegtestTip tip;
  const auto good = block_of(tip, 7, {});
  const auto bad = block_of(tip, 7, {209});
  for (int round = 0; round < 10; ++round) {
    ThreadsExecutor threads;
    EXPECT_EQ(verdict_text(tip.check(good, threads)), "valid");
    EXPECT_EQ(verdict_text(tip.check(bad, threads)),
              "block-script-verify-flag-failed (EVAL_FALSE), transaction 30, input 6");
  }
}

// Lets a thread of its own begin before it goes on.
struct AheadExecutor final : Executor {
  void post(std::function<void()> work) override {
    std::promise<void> begun;
    thread = std::jthread([&begun, work = std::move(work)] {
      begun.set_value();
      work();
    });
    begun.get_future().wait();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::jthread thread;
};

// False after a hundred signatures that match nothing: it takes some milliseconds.
Bytes slow_and_false() {
  const Bytes signature{0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01, 0x01};
  Bytes script;
  for (int i = 0; i < 100; ++i) {
    testing::append_push(script, signature);
    testing::append_push(script, crypto::testing::Signer(1).public_key());
    script.insert(script.end(), {kOpCheckSig, kOpDrop});
  }
  script.push_back(kOp0);
  return script;
}

TEST(BlockScripts, AreNotTakenForDoneWhileAnotherThreadIsAtThem) {
  RegtestTip tip;
  std::vector<wire::Outpoint> coins;
  for (int i = 0; i < 16; ++i) {
    coins.push_back(tip.coin(Amount::figure(5), Height(50), CoinOrigin::kTransaction,
                             i == 0 ? slow_and_false() : testing::kAnybodyCanSpend));
  }
  const auto draft = tip.next_with({testing::spend(coins, 5)});
  AheadExecutor executor;
  EXPECT_EQ(verdict_text(tip.check(draft, executor)),
            "block-script-verify-flag-failed (EVAL_FALSE), transaction 1, input 0");
}

TEST(BlockScripts, OutliveTheirBlockWithTheirExecutor) {
  testing::LateExecutor late;
  {
    RegtestTip tip;
    EXPECT_EQ(verdict_text(tip.check(block_of(tip, 7, {}), late)), "valid");
    EXPECT_EQ(verdict_text(tip.check(block_of(tip, 7, {5}), late)),
              "block-script-verify-flag-failed (EVAL_FALSE), transaction 1, input 5");
  }
  EXPECT_FALSE(late.kept.empty());
  late.run_all();  // under a sanitizer: nothing that they look at is gone
}

TEST(BlockScripts, AreNotPostedForAFewInputs) {
  RegtestTip tip;
  testing::LateExecutor late;
  EXPECT_TRUE(tip.check(tip.next_with({testing::spend({tip.coin(Amount::figure(5))}, 5)}), late));
  EXPECT_TRUE(late.kept.empty());
}

TEST(BlockScripts, ArePostedForEachSixteenInputsUpTo64Times) {
  for (const auto& [inputs_each, helpers] :
       {std::pair{1u, 1u}, {8u, 15u}, {34u, 63u}, {35u, 64u}}) {
    RegtestTip tip;
    testing::LateExecutor late;
    EXPECT_TRUE(tip.check(block_of(tip, inputs_each, {}), late));
    EXPECT_EQ(late.kept.size(), helpers) << inputs_each;
  }
}

TEST(BlockScripts, AreNotRunWhereAnotherRuleIsBroken) {
  RegtestTip tip;
  auto draft = block_of(tip, 7, {0});
  draft.transactions.push_back(testing::spend({tip.coin(Amount::figure(5))}, 6));
  EXPECT_EQ(tip.verdict_on(draft), "bad-txns-in-belowout, transaction 31");
}

TEST(BlockScripts, MayBeLeftOut) {
  RegtestTip tip;
  auto draft = block_of(tip, 1, {3});
  draft.set_root();
  const auto block = ParsedBlock::parse(draft.bytes()).value();
  const auto context = BlockContext::of(tip.network, tip.ancestors, draft.header);
  testing::InlineExecutor executor;
  const CheckScope scope{.work = CheckScope::Work::kLeftOut,
                         .scripts = CheckScope::Scripts::kLeftOut};
  EXPECT_TRUE(check_block(block, context, tip.coins.gather(*block), executor, scope));
}

TEST(BlockScripts, AreHeldToTheFlagsOfTheBlocksHeight) {
  RegtestTip tip;
  const Bytes locked{kOp0, kOpCheckLockTimeVerify, kOpDrop, kOp1};
  auto spend = testing::spend(
      {tip.coin(Amount::figure(5), Height(50), CoinOrigin::kTransaction, locked)}, 5);
  EXPECT_EQ(tip.verdict_on(tip.next_with({spend})),
            "block-script-verify-flag-failed (UNSATISFIED_LOCKTIME), transaction 1, input 0");
  tip.network.heights.bip65 = Height(202);
  EXPECT_EQ(tip.verdict_on(tip.next_with({spend})), "valid");
}

// -- Sigop cost, which is counted with the coins -----------------------------------------------------

TEST(SigopCost, CountsP2shAndWitnessScriptsWithTheCoins) {
  const Bytes redeem{kOp1, kOp2, kOpCheckMultisig, kOpCheckSig};  // 2 and 1
  Bytes input_script{static_cast<std::uint8_t>(redeem.size())};
  input_script.insert(input_script.end(), redeem.begin(), redeem.end());
  Bytes p2sh(23, 0x11);
  p2sh[0] = kOpHash160;
  p2sh[1] = 20;
  p2sh[22] = kOpEqual;
  Bytes p2wsh(34, 0x22);
  p2wsh[0] = kOp0;
  p2wsh[1] = 32;
  Bytes p2wpkh(22, 0x33);
  p2wpkh[0] = kOp0;
  p2wpkh[1] = 20;

  auto draft = testing::spend({{Hash256{1}, 0}, {Hash256{1}, 1}, {Hash256{1}, 2}}, 5);
  draft.inputs[0].script = input_script;
  draft.inputs[1].witness = {redeem};
  draft.inputs[2].witness = {Bytes(1)};
  const Bytes bytes = draft.bytes();
  const auto transaction = wire::parse<wire::Transaction>(bytes).value();
  std::vector<Coin> spent;
  for (const Bytes* script : {&p2sh, &p2wsh, &p2wpkh}) {
    spent.emplace_back(Amount::figure(5), *script, Height(1), CoinOrigin::kTransaction);
  }
  const auto cost = [&](ScriptFlags flags) { return sigop_cost(transaction, 7, spent, flags); };
  EXPECT_EQ(cost(kConsensusScriptFlags), SigopCost(4 * (7 + 3) + 3 + 1));
  EXPECT_EQ(cost(ScriptFlag::kP2sh), SigopCost(4 * (7 + 3)));
  EXPECT_EQ(cost({}), SigopCost(4 * 7));
  EXPECT_EQ(sigop_cost(transaction, 7, {}, kConsensusScriptFlags), SigopCost(4 * 7));
}

TEST(SigopCost, OfABlockIsRefusedWhereItGoesOver) {
  RegtestTip tip;
  Bytes p2wsh(34, 0x22);
  p2wsh[0] = kOp0;
  p2wsh[1] = 32;
  auto spend =
      testing::spend({tip.coin(Amount::figure(5), Height(50), CoinOrigin::kTransaction, p2wsh)}, 5);
  spend.inputs[0].witness = {Bytes(80'001, kOpCheckSig)};
  auto draft = tip.next_with({spend});
  draft.commit();
  EXPECT_EQ(tip.verdict_on(draft), "bad-blk-sigops, transaction 1");
  draft.transactions[1].inputs[0].witness = {Bytes(80'000, kOpCheckSig)};
  draft.renew_commitment();
  // Not too many; but the program is the hash of something else.
  EXPECT_EQ(tip.check(draft).error().reason, Reason::kScriptFailed);
}

}  // namespace
}  // namespace veilwire::consensus

#include "veilwire/consensus/script/sigops.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/testing/signed_spends.h"

namespace veilwire::consensus {
namespace {

using testing::push_of;
using testing::script_of;

std::size_t most(const Bytes& script) {
  return count_sigops(script, MultisigCounting::kAlwaysMost);
}
std::size_t by_keys(const Bytes& script) {
  return count_sigops(script, MultisigCounting::kByNumberOfKeys);
}

TEST(Sigops, CountEveryCheckAndTwentyForAMultisig) {
  const Bytes script = script_of("CHECKSIG CHECKSIGVERIFY 2 CHECKMULTISIG CHECKMULTISIGVERIFY");
  EXPECT_EQ(most(script), 42u);
  EXPECT_EQ(by_keys(script), 2u + 2 + 20);
  EXPECT_EQ(by_keys(script_of("0 CHECKMULTISIG")), 20u);
  EXPECT_EQ(by_keys(script_of("16 CHECKMULTISIG")), 16u);
  EXPECT_EQ(by_keys(script_of("0x0111 CHECKMULTISIG")), 20u);
  EXPECT_EQ(by_keys(script_of("CHECKSIGADD")), 0u);
}

TEST(Sigops, EndAtAParseErrorAndKeepWhatWasCounted) {
  Bytes script = script_of("CHECKSIG CHECKSIG");
  testing::append(script, Bytes{kOpPushData1, 9, kOpCheckSig});
  EXPECT_EQ(most(script), 2u);
}

TEST(Sigops, CountInBranchesAndAfterReturnButNotInPushes) {
  EXPECT_EQ(most(script_of("0 IF CHECKSIG ENDIF RETURN CHECKSIG 0x01ac")), 2u);
}

TEST(Sigops, OfMultisigAreAsManyAsTheNumberBeforeItSaysFrom1To16) {
  for (std::size_t keys = 1; keys <= 16; ++keys) {
    EXPECT_EQ(by_keys(script_of("0 " + std::to_string(keys) + " CHECKMULTISIG")), keys);
  }
  EXPECT_EQ(by_keys(script_of("0 0 CHECKMULTISIGVERIFY")), 20u);
  EXPECT_EQ(by_keys(script_of("0 -1 CHECKMULTISIG")), 20u);
  EXPECT_EQ(by_keys(script_of("0 17 CHECKMULTISIG")), 20u);
  EXPECT_EQ(by_keys(script_of("0 NOP CHECKMULTISIG")), 20u);
  EXPECT_EQ(by_keys(script_of("CHECKMULTISIG")), 20u);
}

TEST(Sigops, OfP2shAreCountedAfterNumbersToo) {
  const Bytes redeem = script_of("CHECKSIG");
  for (const std::string number : {"0", "-1", "1", "16"}) {
    Bytes input = script_of(number);
    testing::append(input, push_of(redeem));
    EXPECT_EQ(count_p2sh_sigops(input, testing::p2sh_of(redeem)), 1u) << number;
  }
}

TEST(Sigops, OfP2shAreThoseOfTheLastPush) {
  const Bytes redeem = script_of("2 0 0 2 CHECKMULTISIG CHECKSIG");
  const Bytes spent = testing::p2sh_of(redeem);
  Bytes input = push_of(script_of("CHECKSIG"));
  testing::append(input, push_of(redeem));
  EXPECT_EQ(count_p2sh_sigops(input, spent), 3u);
  EXPECT_EQ(count_p2sh_sigops(input, redeem), 0u);
  // An opcode that is no push, a broken one, and one that pushes no bytes.
  Bytes with_nop = input;
  with_nop.push_back(kOpNop);
  EXPECT_EQ(count_p2sh_sigops(with_nop, spent), 0u);
  Bytes broken = input;
  broken.push_back(5);
  EXPECT_EQ(count_p2sh_sigops(broken, spent), 0u);
  Bytes with_number = input;
  with_number.push_back(kOp1);
  EXPECT_EQ(count_p2sh_sigops(with_number, spent), 0u);
  EXPECT_EQ(count_p2sh_sigops({}, spent), 0u);
}

std::size_t in_witness(const testing::OneSpend& spend, ScriptFlags flags = ScriptFlag::kWitness) {
  const auto built = spend.build();
  return count_witness_sigops(spend.input_script, spend.coin.script, built->witness(0), flags);
}

TEST(Sigops, OfWitnessProgramsDependOnTheirVersionAndLength) {
  EXPECT_EQ(in_witness(testing::p2wpkh_spend(testing::Signer(1))), 1u);
  EXPECT_EQ(in_witness(testing::p2wpkh_spend(testing::Signer(1)), {}), 0u);
  EXPECT_EQ(in_witness(testing::p2wsh_spend()), 3u);
  EXPECT_EQ(in_witness(testing::p2tr_script_spend(testing::Signer(1))), 0u);
  EXPECT_EQ(in_witness(testing::p2pkh_spend(testing::Signer(1))), 0u);
}

TEST(Sigops, OfPrograms0WithoutAScriptAreNone) {
  testing::OneSpend spend = testing::p2wsh_spend();
  spend.coin.script.push_back(0);
  ++spend.coin.script[1];
  EXPECT_EQ(in_witness(spend), 0u);
  spend = testing::p2wsh_spend();
  spend.witness.clear();
  EXPECT_EQ(in_witness(spend), 0u);
}

TEST(Sigops, OfNestedWitnessProgramsAreCountedToo) {
  testing::OneSpend spend = testing::p2wsh_spend();
  const Bytes program = spend.coin.script;
  spend.coin.script = testing::p2sh_of(program);
  spend.input_script = push_of(program);
  EXPECT_EQ(in_witness(spend), 3u);
  spend.input_script.insert(spend.input_script.begin(), kOpNop);
  EXPECT_EQ(in_witness(spend), 0u);
}

}  // namespace
}  // namespace veilwire::consensus

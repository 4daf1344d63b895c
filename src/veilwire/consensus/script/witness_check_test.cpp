#include "veilwire/consensus/script/witness_check.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/script/limits.h"
#include "veilwire/consensus/testing/flag_sets.h"
#include "veilwire/consensus/testing/script_runs.h"
#include "veilwire/consensus/testing/signed_spends.h"

namespace veilwire::consensus {
namespace {

using testing::append;
using testing::append_push;
using testing::OneSpend;
using testing::push_of;
using testing::run_tapscript;
using testing::script_of;
using testing::Signer;

constexpr ScriptError kOk = ScriptError::kOk;
constexpr ScriptFlags kRules = kConsensusScriptFlags;

Bytes key_bytes(const Signer& signer) {
  const auto key = signer.x_only_key();
  return {key.begin(), key.end()};
}

// -- Version 0 -------------------------------------------------------------------------------------

TEST(NestedWitness, NeedsExactlyTheOneCanonicalPush) {
  OneSpend spend = testing::p2wpkh_spend(Signer(1));
  const Bytes program = spend.coin.script;
  const Bytes key = spend.witness[1];
  spend.coin.script = testing::p2sh_of(program);
  const Hash256 digest = testing::segwit_digest(spend, testing::p2pkh_of(key), kSighashAll);
  spend.witness[0] = testing::with_type(Signer(1).ecdsa(digest), kSighashAll);
  spend.input_script = push_of(program);
  EXPECT_EQ(spend.verify(kRules), kOk);
  Bytes longer = {kOpPushData1, static_cast<std::uint8_t>(program.size())};
  append(longer, program);
  spend.input_script = longer;
  EXPECT_EQ(spend.verify(kRules), ScriptError::kWitnessMalleatedP2sh);
  spend.input_script = {kOp1};
  append(spend.input_script, push_of(program));
  EXPECT_EQ(spend.verify(kRules), ScriptError::kWitnessMalleatedP2sh);
}

TEST(NativeWitness, NeedsAnEmptyInputScript) {
  OneSpend spend = testing::p2wpkh_spend(Signer(1));
  EXPECT_EQ(spend.verify(kRules), kOk);
  spend.input_script = {kOp1};
  EXPECT_EQ(spend.verify(kRules), ScriptError::kWitnessMalleated);
}

TEST(Witness, MayNotBeThereWithoutAProgram) {
  OneSpend spend = testing::p2pkh_spend(Signer(1));
  spend.witness = {Bytes{1}};
  EXPECT_EQ(spend.verify(kRules), ScriptError::kWitnessUnexpected);
  EXPECT_EQ(spend.verify({}), kOk);
}

TEST(WitnessV0, HasProgramsOf20And32BytesOnly) {
  for (const std::size_t size : {2u, 19u, 21u, 31u, 33u, 40u}) {
    OneSpend spend;
    spend.coin.script = {kOp0};
    append_push(spend.coin.script, Bytes(size, 1));
    spend.witness = {Bytes{1}};
    EXPECT_EQ(spend.verify(kRules), ScriptError::kWitnessProgramWrongLength) << size;
  }
}

TEST(WitnessV0, AsksForTheScriptThatItsHashIsOf) {
  OneSpend spend = testing::p2wsh_spend();
  EXPECT_EQ(spend.verify(kRules), kOk);
  spend.witness.back().push_back(kOpNop);
  EXPECT_EQ(spend.verify(kRules), ScriptError::kWitnessProgramMismatch);
  spend.witness.clear();
  EXPECT_EQ(spend.verify(kRules), ScriptError::kWitnessProgramWitnessEmpty);
  OneSpend key_spend = testing::p2wpkh_spend(Signer(1));
  key_spend.witness.emplace_back();
  EXPECT_EQ(key_spend.verify(kRules), ScriptError::kWitnessProgramMismatch);
}

// The stack may begin with more than 1000 items, as long as the first opcode takes some away.
TEST(WitnessV0, MayBeginWithMoreItemsThanTheStackMayHave) {
  const auto run_with = [](std::size_t items, const std::string& words) {
    const Bytes script = script_of(words);
    OneSpend spend;
    spend.coin.script = testing::p2wsh_of(script);
    spend.witness.assign(items, Bytes{1});
    spend.witness.push_back(script);
    return spend.verify(kRules);
  };
  // What is left is more than one item, which is another error.
  EXPECT_EQ(run_with(1002, "2DROP"), ScriptError::kCleanStack);
  EXPECT_EQ(run_with(1003, "2DROP"), ScriptError::kStackSize);
  // What 20 of 20 signatures take, and one more.
  EXPECT_EQ(run_with(1043, "2DROP"), ScriptError::kStackSize);
  EXPECT_EQ(run_with(1044, "2DROP"), ScriptError::kStackSize);
  EXPECT_EQ(run_with(50'000, "2DROP"), ScriptError::kStackSize);
  EXPECT_EQ(run_with(50'000, ""), ScriptError::kCleanStack);
}

// CHECKMULTISIGVERIFY takes 43 items of 20 keys and 20 signatures, which are empty here.
TEST(WitnessV0, MayBeginWithWhatTheLargestMultisigTakesAboveAFullStack) {
  const Bytes script{kOpCheckMultisigVerify};
  OneSpend spend;
  spend.coin.script = testing::p2wsh_of(script);
  spend.witness.assign(kMaxStackItems, Bytes{1});
  spend.witness.resize(kMaxStackItems + 1 + 20);
  spend.witness.push_back({20});
  spend.witness.insert(spend.witness.end(), 20, Bytes{2});
  spend.witness.push_back({20});
  spend.witness.push_back(script);
  EXPECT_EQ(spend.verify(kRules), ScriptError::kCheckMultisigVerify);
}

TEST(Taproot, MayBeHeldToKnownLeafVersions) {
  const testing::OneSpend spend = testing::tapscript_spend({kOp1}, {}, 0xc2);
  EXPECT_EQ(spend.verify(kRules), kOk);
  for (const NamedScriptFlag& each : named_script_flags()) {
    const bool is_it = each.flag == ScriptFlag::kDiscourageUpgradableTaprootVersion;
    if (ScriptFlags(each.flag).has_any(kConsensusScriptFlags)) continue;
    EXPECT_EQ(spend.verify(kRules | each.flag),
              is_it ? ScriptError::kDiscourageUpgradableTaprootVersion : kOk)
        << each.name;
  }
}

TEST(OpSuccess, MayBeDiscouraged) {
  const testing::OneSpend spend = testing::tapscript_spend({kOpReserved}, {});
  EXPECT_EQ(spend.verify(kRules), kOk);
  for (const NamedScriptFlag& each : named_script_flags()) {
    const bool is_it = each.flag == ScriptFlag::kDiscourageOpSuccess;
    if (ScriptFlags(each.flag).has_any(kConsensusScriptFlags)) continue;
    EXPECT_EQ(spend.verify(kRules | each.flag), is_it ? ScriptError::kDiscourageOpSuccess : kOk)
        << each.name;
  }
}

TEST(Tapscript, IsRefusedForADecodingErrorBeforeItRuns) {
  EXPECT_EQ(run_tapscript({kOpReturn, 0x02, 0x01}, {}), ScriptError::kBadOpcode);
}

TEST(WitnessV0, HasItemsOf520BytesAtMost) {
  const Bytes script = script_of("DROP 1");
  OneSpend spend;
  spend.coin.script = testing::p2wsh_of(script);
  spend.witness = {Bytes(kMaxItemBytes, 1), script};
  EXPECT_EQ(spend.verify(kRules), kOk);
  spend.witness[0].push_back(1);
  EXPECT_EQ(spend.verify(kRules), ScriptError::kPushSize);
}

TEST(WitnessVersions, ThatNobodyKnowsAreAnyonesToSpend) {
  for (int version = 1; version <= 16; ++version) {
    OneSpend spend;
    testing::append_number(spend.coin.script, version);
    append_push(spend.coin.script, Bytes(version == 1 ? 31 : 32, 1));
    EXPECT_EQ(spend.verify(kRules), kOk);
    EXPECT_EQ(spend.verify(kStandardScriptFlags), ScriptError::kDiscourageUpgradableWitnessProgram);
  }
  EXPECT_EQ(testing::run("", "1 0x024e73", kStandardScriptFlags), kOk);  // an anchor
}

// -- Taproot ---------------------------------------------------------------------------------------

TEST(Taproot, IsAnyonesToSpendBeforeItsFlagAndInP2sh) {
  OneSpend spend = testing::p2tr_key_spend(Signer(1));
  EXPECT_EQ(spend.verify(kRules), kOk);
  spend.witness[0][5] ^= 1;
  EXPECT_EQ(spend.verify(kRules), ScriptError::kSchnorrSignature);
  EXPECT_EQ(spend.verify(kRules.without(ScriptFlag::kTaproot)), kOk);
  const Bytes program = spend.coin.script;
  spend.coin.script = testing::p2sh_of(program);
  spend.input_script = push_of(program);
  EXPECT_EQ(spend.verify(kRules), kOk);
}

TEST(Taproot, ChecksTheCommitmentBeforeTheLeafVersion) {
  for (const int version : {0xc0, 0xc2, 0x50, 0x00, 0xfe}) {
    OneSpend spend =
        testing::tapscript_spend(script_of("1"), {}, static_cast<std::uint8_t>(version));
    EXPECT_EQ(spend.verify(kRules), kOk) << version;
    spend.witness.back()[10] ^= 1;  // the internal key
    EXPECT_EQ(spend.verify(kRules), ScriptError::kWitnessProgramMismatch) << version;
  }
}

// The hole of one who let anybody spend an output by a leaf version of his choice.
TEST(Taproot, CommitsToTheLeafVersionWithItsParity) {
  OneSpend spend = testing::tapscript_spend(script_of("0"), {});
  EXPECT_EQ(spend.verify(kRules), ScriptError::kEvalFalse);
  for (int byte = 0; byte < 256; ++byte) {
    const std::uint8_t right = spend.witness.back()[0];
    if (byte == right) continue;
    OneSpend other = spend;
    other.witness.back()[0] = static_cast<std::uint8_t>(byte);
    if (byte == kAnnexTag || byte == kAnnexTag + 1) {
      // The control block would be an annex.
      EXPECT_NE(other.verify(kRules), kOk);
      continue;
    }
    EXPECT_EQ(other.verify(kRules), ScriptError::kWitnessProgramMismatch) << byte;
  }
}

TEST(Taproot, HasControlBlocksOf33BytesAnd32ForEachOf128Nodes) {
  const Bytes script = script_of("1");
  for (const std::size_t nodes : {0u, 1u, 2u, 127u, 128u}) {
    const testing::OneLeaf leaf(script, kLeafVersionTapscript,
                                std::vector<Hash256>(nodes, Hash256{3}));
    OneSpend spend;
    spend.coin.script = testing::taproot_script(leaf.output_key);
    spend.witness = {script, leaf.control};
    EXPECT_EQ(spend.verify(kRules), kOk) << nodes;
    spend.witness.back().push_back(0);
    EXPECT_EQ(spend.verify(kRules), ScriptError::kTaprootWrongControlSize);
    spend.witness.back().resize(leaf.control.size() - 1);
    EXPECT_EQ(spend.verify(kRules), ScriptError::kTaprootWrongControlSize);
  }
  const testing::OneLeaf deep(script, kLeafVersionTapscript, std::vector<Hash256>(129, Hash256{3}));
  OneSpend spend;
  spend.coin.script = testing::taproot_script(deep.output_key);
  spend.witness = {script, deep.control};
  EXPECT_EQ(spend.verify(kRules), ScriptError::kTaprootWrongControlSize);
}

// `count` signatures, and an annex of `annex_bytes` to pay for them.
ScriptError sign_often(int count, std::size_t annex_bytes) {
  const Signer signer(1);
  std::string words;
  for (int i = 0; i < count; ++i) words += "2DUP CHECKSIGVERIFY ";
  const Bytes script = script_of(words + "2DROP 1");
  const testing::OneLeaf leaf(script);
  OneSpend spend;
  spend.coin.script = testing::taproot_script(leaf.output_key);
  Bytes annex(annex_bytes, 0);
  annex[0] = kAnnexTag;
  const Hash256 annex_hash = annex_hash_of(annex);
  const TapscriptPlace place{.leaf_hash = leaf.leaf_hash};
  spend.witness = {
      signer.schnorr(testing::taproot_digest(spend, kSighashDefault, &place, &annex_hash)),
      key_bytes(signer), script, leaf.control, annex};
  return spend.verify(kRules);
}

// Five items: a count of 1 byte, 65 for the signature, 33 for the key, 1 + script, 34 for the
// control block, 1 + annex. With 5 signatures the script has 12 bytes.
TEST(TapscriptBudget, Is50AndTheWholeWitness) {
  constexpr std::size_t kOthers = 1 + 65 + 33 + (1 + 12) + 34;
  constexpr std::size_t kAnnexBytes = 5 * 50 - 50 - kOthers - 1;
  static_assert(kAnnexBytes > 1);
  EXPECT_EQ(sign_often(5, kAnnexBytes), kOk);
  EXPECT_EQ(sign_often(5, kAnnexBytes - 1), ScriptError::kTapscriptValidationWeight);
}

TEST(ChecksigAdd, WithAKeyOfUnknownLengthCountsAnySignature) {
  const Bytes signature = {1, 2, 3};
  const auto run_with = [&](const Bytes& key, const Bytes& item,
                            const std::string& rest = "CHECKSIGADD 6 EQUAL",
                            ScriptFlags flags = kRules) {
    Bytes script = script_of("5");
    append_push(script, key);
    append(script, script_of(rest));
    return run_tapscript(script, {item}, flags);
  };
  EXPECT_EQ(run_with(Bytes(33, 2), signature), kOk);
  EXPECT_EQ(run_with(Bytes{9}, signature), kOk);
  EXPECT_EQ(run_with(Bytes(33, 2), {}, "CHECKSIGADD 5 EQUAL"), kOk);
  EXPECT_EQ(run_with({}, signature), ScriptError::kTapscriptEmptyPublicKey);
  EXPECT_EQ(run_with({}, {}), ScriptError::kTapscriptEmptyPublicKey);
  EXPECT_EQ(run_with(Bytes(32, 2), signature), ScriptError::kSchnorrSignatureSize);
  EXPECT_EQ(run_with(Bytes(32, 2), {}, "CHECKSIGADD 5 EQUAL"), kOk);
  EXPECT_EQ(run_with(Bytes(33, 2), signature, "CHECKSIGADD 6 EQUAL", kStandardScriptFlags),
            ScriptError::kDiscourageUpgradablePublicKeyType);
}

TEST(ChecksigAdd, IsKnownInTapscriptsOnly) {
  EXPECT_EQ(testing::run("0 0 0", "CHECKSIGADD"), ScriptError::kBadOpcode);
  EXPECT_EQ(run_tapscript(script_of("0 0 CHECKSIGADD"), {}), ScriptError::kInvalidStackOperation);
}

TEST(Tapscript, HasNoMultisig) {
  EXPECT_EQ(run_tapscript(script_of("0 0 0 CHECKMULTISIG"), {}),
            ScriptError::kTapscriptCheckMultisig);
}

TEST(Tapscript, SignsThePositionOfTheLastCodeSeparator) {
  const Signer signer(1);
  Bytes script = script_of("CODESEPARATOR");
  append_push(script, key_bytes(signer));
  append(script, script_of("CHECKSIGVERIFY 0 IF CODESEPARATOR ENDIF CODESEPARATOR"));
  append_push(script, key_bytes(signer));
  append(script, script_of("CHECKSIG"));
  OneSpend spend = testing::tapscript_spend(script, {{}, {}});
  const Hash256 leaf_hash = tap_leaf_hash(kLeafVersionTapscript, script);
  const auto signature_at = [&](std::uint32_t position) {
    const TapscriptPlace place{leaf_hash, position};
    return signer.schnorr(testing::taproot_digest(spend, kSighashDefault, &place));
  };
  spend.witness[1] = signature_at(0);
  spend.witness[0] = signature_at(7);
  EXPECT_EQ(spend.verify(kRules), kOk);
  spend.witness[0] = signature_at(0);
  EXPECT_EQ(spend.verify(kRules), ScriptError::kSchnorrSignature);
  spend.witness[0] = signature_at(5);
  EXPECT_EQ(spend.verify(kRules), ScriptError::kSchnorrSignature);
}

TEST(MinimalIf, IsConsensusInTapscripts) {
  const Bytes script = script_of("IF 1 ELSE 1 ENDIF");
  EXPECT_EQ(run_tapscript(script, {{1}}), kOk);
  EXPECT_EQ(run_tapscript(script, {{}}), kOk);
  for (const Bytes& item : {Bytes{2}, Bytes{0}, Bytes{1, 0}, Bytes{0x80}}) {
    EXPECT_EQ(run_tapscript(script, {item}), ScriptError::kTapscriptMinimalIf);
    EXPECT_EQ(run_tapscript(script_of("NOTIF 1 ELSE 1 ENDIF"), {item}),
              ScriptError::kTapscriptMinimalIf);
  }
}

TEST(OpSuccess, ComesBeforeAnyDecodingErrorAfterIt) {
  const Bytes broken = {5, 1};
  Bytes script = {0xfe};
  append(script, broken);
  EXPECT_EQ(run_tapscript(script, {}), kOk);
  EXPECT_EQ(run_tapscript(script, {}, kStandardScriptFlags), ScriptError::kDiscourageOpSuccess);
  Bytes broken_before = {5, 0xfe};
  EXPECT_EQ(run_tapscript(broken_before, {}), ScriptError::kBadOpcode);
  // In data it is none.
  EXPECT_EQ(run_tapscript(script_of("0x01fe DROP 0"), {}), ScriptError::kEvalFalse);
  EXPECT_EQ(run_tapscript(script_of("RETURN 0 IF RESERVED"), {}), kOk);
}

TEST(OpSuccess, ComesBeforeTheLimitsOnItems) {
  EXPECT_EQ(run_tapscript(Bytes{80}, std::vector<Bytes>(1001)), kOk);
  EXPECT_EQ(run_tapscript(Bytes{80}, {Bytes(521, 1)}), kOk);
}

TEST(Tapscript, HasAtMost1000ItemsAtItsStartToo) {
  const Bytes script = script_of("DROP");
  EXPECT_EQ(run_tapscript(script, std::vector<Bytes>(1000, Bytes{1})), ScriptError::kCleanStack);
  EXPECT_EQ(run_tapscript(script, std::vector<Bytes>(1001, Bytes{1})), ScriptError::kStackSize);
}

// 500 001 items, items and scripts of any size, any number of operations: weight alone limits them.
TEST(Tapscript, IsNotLimitedWhereTheRulesDoNotLimitIt) {
  EXPECT_EQ(run_tapscript(Bytes{80}, std::vector<Bytes>(500'001)), kOk);
  EXPECT_EQ(run_tapscript(Bytes{80}, {Bytes(1'000'000, 1)}), kOk);
  Bytes script(30'000, kOpNop);
  script.push_back(kOp1);
  EXPECT_EQ(run_tapscript(script, {}), kOk);
  EXPECT_EQ(run_tapscript(script_of("DROP 1"), {Bytes(521, 1)}), ScriptError::kPushSize);
}

TEST(Taproot, AsksForSignaturesOf64BytesOr65WithATypeThatIsNotTheDefault) {
  const Signer signer(1);
  OneSpend spend = testing::p2tr_key_spend(signer);
  const Bytes right = spend.witness[0];
  spend.witness[0] = testing::with_type(right, kSighashDefault);
  EXPECT_EQ(spend.verify(kRules), ScriptError::kSchnorrSignatureHashType);
  spend.witness[0] = testing::with_type(right, 4);
  EXPECT_EQ(spend.verify(kRules), ScriptError::kSchnorrSignatureHashType);
  spend.witness[0] = testing::with_type(right, kSighashAll);
  EXPECT_EQ(spend.verify(kRules), ScriptError::kSchnorrSignature);
  spend.witness[0].resize(63);
  EXPECT_EQ(spend.verify(kRules), ScriptError::kSchnorrSignatureSize);
  spend.witness[0].clear();
  EXPECT_EQ(spend.verify(kRules), ScriptError::kSchnorrSignatureSize);
  spend.witness.clear();
  EXPECT_EQ(spend.verify(kRules), ScriptError::kWitnessProgramWitnessEmpty);
}

}  // namespace
}  // namespace veilwire::consensus

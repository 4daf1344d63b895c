#include <gtest/gtest.h>

#include "veilwire/consensus/script/opcodes.h"
#include "veilwire/consensus/testing/script_runs.h"
#include "veilwire/consensus/testing/signed_spends.h"

namespace veilwire::consensus {
namespace {

using testing::run;
using testing::Signer;

constexpr ScriptError kOk = ScriptError::kOk;
// Well written (BIP 66), and no signature of anything.
const std::string kForeign = "0x09300602010102010101 ";
const std::string kMalformed = "0x09300702010102010101 ";

std::string key_of(std::uint8_t number) {
  return "0x21" + to_hex(Signer(number).public_key()) + " ";
}

TEST(Checksig, RefusesFewerThanTwoItems) {
  EXPECT_EQ(run("1", "CHECKSIG"), ScriptError::kInvalidStackOperation);
  EXPECT_EQ(run("", "CHECKSIG"), ScriptError::kInvalidStackOperation);
  EXPECT_EQ(run("1", "CHECKSIGVERIFY"), ScriptError::kInvalidStackOperation);
  EXPECT_EQ(run("0 1", "CHECKSIG NOT"), kOk);
}

TEST(Checksig, AbortsWhereMalformedAndIsFalseWhereItDoesNotMatch) {
  const std::string script = key_of(1) + "CHECKSIG NOT";
  EXPECT_EQ(run(kForeign, script, ScriptFlag::kDerSignatures), kOk);
  EXPECT_EQ(run(kMalformed, script, ScriptFlag::kDerSignatures), ScriptError::kSignatureDer);
  EXPECT_EQ(run(kMalformed, script), kOk);
  EXPECT_EQ(run("0", script, ScriptFlag::kDerSignatures), kOk);
}

TEST(Checksig, IsFalseForAKeyThatIsNone) {
  EXPECT_EQ(run(kForeign + "0", "CHECKSIG NOT", kConsensusScriptFlags), kOk);
  EXPECT_EQ(run(kForeign + "0x0105", "CHECKSIG NOT", kConsensusScriptFlags), kOk);
}

TEST(Multisig, AbortsWhereMalformedAndPushesFalseWhereItDoesNotMatch) {
  const std::string script = "1 " + key_of(1) + key_of(2) + "2 CHECKMULTISIG NOT";
  EXPECT_EQ(run("0 " + kForeign, script, ScriptFlag::kDerSignatures), kOk);
  EXPECT_EQ(run("0 " + kMalformed, script, ScriptFlag::kDerSignatures), ScriptError::kSignatureDer);
  EXPECT_EQ(run("0 0", script, ScriptFlag::kDerSignatures), kOk);
}

// The last signature and the last key come first; what is never reached is never looked at.
TEST(Multisig, DoesNotLookAtSignaturesThatItDoesNotReach) {
  const std::string script = "2 " + key_of(1) + key_of(2) + "2 CHECKMULTISIG NOT";
  EXPECT_EQ(run("0 " + kMalformed + kForeign, script, ScriptFlag::kDerSignatures), kOk);
  EXPECT_EQ(run("0 " + kForeign + kMalformed, script, ScriptFlag::kDerSignatures),
            ScriptError::kSignatureDer);
}

TEST(Multisig, TakesSignaturesInTheOrderOfTheirKeysOnly) {
  const Signer a(1), b(2), c(3);
  const Signer* const signers[] = {&a, &b, &c};
  testing::OneSpend spend = testing::payment(testing::multisig_of(2, signers));
  const Hash256 digest = testing::legacy_digest(spend, spend.coin.script, kSighashAll);
  const auto input_of = [&](const Signer& first, const Signer& second) {
    Bytes input = {kOp0};
    testing::append_push(input, testing::with_type(first.ecdsa(digest), kSighashAll));
    testing::append_push(input, testing::with_type(second.ecdsa(digest), kSighashAll));
    return input;
  };
  spend.input_script = input_of(a, c);
  EXPECT_EQ(spend.verify(kConsensusScriptFlags), kOk);
  spend.input_script = input_of(b, c);
  EXPECT_EQ(spend.verify(kConsensusScriptFlags), kOk);
  spend.input_script = input_of(c, a);
  EXPECT_EQ(spend.verify(kConsensusScriptFlags), ScriptError::kEvalFalse);
  spend.input_script = input_of(a, a);
  EXPECT_EQ(spend.verify(kConsensusScriptFlags), ScriptError::kEvalFalse);
}

TEST(Multisig, HasCountsWithinTheirLimits) {
  EXPECT_EQ(run("0", "0 0 CHECKMULTISIG"), kOk);
  EXPECT_EQ(run("0", "0 -1 CHECKMULTISIG"), ScriptError::kPublicKeyCount);
  EXPECT_EQ(run("0", "0 21 CHECKMULTISIG"), ScriptError::kPublicKeyCount);
  EXPECT_EQ(run("0", "2 1 1 CHECKMULTISIG"), ScriptError::kSignatureCount);
  EXPECT_EQ(run("0", "-1 1 1 CHECKMULTISIG"), ScriptError::kSignatureCount);
  EXPECT_EQ(run("", "0 0 CHECKMULTISIG"), ScriptError::kInvalidStackOperation);
  EXPECT_EQ(run("0", "1 1 2 CHECKMULTISIG"), ScriptError::kInvalidStackOperation);
}

TEST(Multisig, TakesOneItemMoreThanItNeeds) {
  EXPECT_EQ(run("7", "0 0 CHECKMULTISIG DEPTH 1 EQUALVERIFY"), kOk);
  EXPECT_EQ(run("7", "0 0 CHECKMULTISIG", ScriptFlag::kNullDummy),
            ScriptError::kSignatureNullDummy);
}

// -- CODESEPARATOR ---------------------------------------------------------------------------------

// `A CHECKSIGVERIFY CODESEPARATOR B CHECKSIG` with one key and type: two hashes, in every version.
TEST(CodeSeparator, IsPartOfWhatACachedHashIsKeyedBy) {
  const Signer signer(1);
  const Bytes key = signer.public_key();
  Bytes after = testing::push_of(key);
  after.push_back(kOpCheckSig);
  Bytes script = testing::push_of(key);
  testing::append(script, testing::script_of("CHECKSIGVERIFY CODESEPARATOR"));
  testing::append(script, after);
  Bytes without_separator = testing::push_of(key);
  testing::append(without_separator, testing::script_of("CHECKSIGVERIFY"));
  testing::append(without_separator, after);

  testing::OneSpend legacy = testing::payment(script);
  const auto legacy_signature = [&](const Bytes& code) {
    return testing::with_type(signer.ecdsa(testing::legacy_digest(legacy, code, 1)), 1);
  };
  legacy.input_script = testing::push_of(legacy_signature(after));
  testing::append_push(legacy.input_script, legacy_signature(script));
  EXPECT_EQ(legacy.verify(kConsensusScriptFlags), kOk);
  legacy.input_script = testing::push_of(legacy_signature(script));
  testing::append_push(legacy.input_script, legacy_signature(script));
  EXPECT_EQ(legacy.verify(kConsensusScriptFlags), ScriptError::kEvalFalse);

  testing::OneSpend segwit = testing::payment(testing::p2wsh_of(script));
  const auto segwit_signature = [&](const Bytes& code) {
    return testing::with_type(signer.ecdsa(testing::segwit_digest(segwit, code, 1)), 1);
  };
  segwit.witness = {segwit_signature(after), segwit_signature(script), script};
  EXPECT_EQ(segwit.verify(kConsensusScriptFlags), kOk);
  segwit.witness = {segwit_signature(script), segwit_signature(script), script};
  EXPECT_EQ(segwit.verify(kConsensusScriptFlags), ScriptError::kEvalFalse);
}

TEST(CodeSeparator, InABranchThatIsNotTakenCutsNothing) {
  const Signer signer(1);
  Bytes script = testing::script_of("0 IF CODESEPARATOR ENDIF");
  testing::append_push(script, signer.public_key());
  script.push_back(kOpCheckSig);
  testing::OneSpend spend = testing::payment(script);
  spend.input_script = testing::push_of(
      testing::with_type(signer.ecdsa(testing::legacy_digest(spend, script, 1)), 1));
  EXPECT_EQ(spend.verify(kConsensusScriptFlags), kOk);
  EXPECT_EQ(spend.verify(ScriptFlag::kConstScriptCode), ScriptError::kOpCodeSeparator);
}

TEST(DigestCaching, TellsTypesApart) {
  const Signer signer(1);
  Bytes script = testing::push_of(signer.public_key());
  testing::append(script,
                  testing::script_of("DUP TOALTSTACK CHECKSIGVERIFY FROMALTSTACK CHECKSIG"));
  testing::OneSpend spend = testing::payment(script);
  const auto signature = [&](std::uint32_t type) {
    return testing::with_type(signer.ecdsa(testing::legacy_digest(spend, script, type)), type);
  };
  for (const std::uint32_t type : {1u, 2u, 3u, 0x81u, 0x41u}) {
    spend.input_script = testing::push_of(signature(type));
    testing::append_push(spend.input_script, signature(1));
    EXPECT_EQ(spend.verify(kConsensusScriptFlags), kOk) << type;
  }
}

// -- Policy is not consensus -----------------------------------------------------------------------

TEST(Policy, IsOffInConsensus) {
  const Signer signer(1);
  const std::string check = key_of(1) + "CHECKSIG NOT";
  struct Row {
    ScriptFlag flag;
    ScriptError error;
    std::string input, spent;
  };
  const Row rows[] = {
      {ScriptFlag::kStrictEncoding, ScriptError::kSignatureHashType, "0x09300602010102010105",
       check},
      {ScriptFlag::kStrictEncoding, ScriptError::kPublicKeyType, kForeign, "0 CHECKSIG NOT"},
      {ScriptFlag::kNullFail, ScriptError::kNullFail, kForeign, check},
      {ScriptFlag::kMinimalData, ScriptError::kMinimalData, "0x0105", "1"},
      {ScriptFlag::kMinimalData, ScriptError::kMinimalData, "0x4c0107", "1"},
      {ScriptFlag::kMinimalData, ScriptError::kScriptNumber, "0x020100", "1ADD"},
      {ScriptFlag::kDiscourageUpgradableNops, ScriptError::kDiscourageUpgradableNops, "1", "NOP4"},
      {ScriptFlag::kConstScriptCode, ScriptError::kOpCodeSeparator, "1", "CODESEPARATOR"},
      {ScriptFlag::kConstScriptCode, ScriptError::kOpCodeSeparator, "1",
       "0 IF CODESEPARATOR ENDIF"},
      {ScriptFlag::kSignaturePushOnly, ScriptError::kSignaturePushOnly, "1 NOP", "1"},
      {ScriptFlag::kDiscourageUpgradableWitnessProgram,
       ScriptError::kDiscourageUpgradableWitnessProgram, "", "2 0x020102"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(run(row.input, row.spent, kConsensusScriptFlags), kOk) << row.spent;
    EXPECT_EQ(run(row.input, row.spent, kConsensusScriptFlags | row.flag), row.error) << row.spent;
  }
  EXPECT_EQ(run("1 1", "", kConsensusScriptFlags), kOk);
  EXPECT_EQ(run("1 1", "", kConsensusScriptFlags | ScriptFlag::kCleanStack),
            ScriptError::kCleanStack);
}

TEST(Policy, OfLowSIsOffInConsensus) {
  // S is one less than the order.
  const std::string high =
      "0x2830250201010220fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd036414001";
  const std::string padded =
      "0x2930260201010221"
      "00fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd036414001";
  const std::string check = key_of(1) + "CHECKSIG NOT";
  EXPECT_EQ(run(padded, check, kConsensusScriptFlags), kOk);
  EXPECT_EQ(run(padded, check, ScriptFlag::kLowS), ScriptError::kSignatureHighS);
  EXPECT_EQ(run(high, check, kConsensusScriptFlags), ScriptError::kSignatureDer);  // negative
}

TEST(Policy, OfWitnessVersion0IsOffInConsensus) {
  const Signer signer(1);
  testing::OneSpend spend;
  Bytes script = testing::script_of("IF 1 ENDIF");
  spend.coin.script = testing::p2wsh_of(script);
  spend.witness = {Bytes{2}, script};
  EXPECT_EQ(spend.verify(kConsensusScriptFlags), kOk);
  EXPECT_EQ(spend.verify(kConsensusScriptFlags | ScriptFlag::kMinimalIf), ScriptError::kMinimalIf);

  script = testing::push_of(signer.public_key(crypto::testing::KeyForm::kUncompressed));
  script.push_back(kOpCheckSig);
  spend.coin.script = testing::p2wsh_of(script);
  spend.witness = {testing::with_type(signer.ecdsa(testing::segwit_digest(spend, script, 1)), 1),
                   script};
  EXPECT_EQ(spend.verify(kConsensusScriptFlags), kOk);
  EXPECT_EQ(spend.verify(kConsensusScriptFlags | ScriptFlag::kWitnessPublicKeyType),
            ScriptError::kWitnessPublicKeyType);
}

TEST(ChecksigAdd, RefusesANumberOverFourBytes) {
  Bytes script = testing::script_of("0 0x050000000001");
  testing::append_push(script, Bytes(32, 1));
  script.push_back(kOpCheckSigAdd);
  EXPECT_EQ(testing::run_tapscript(script, {}), ScriptError::kScriptNumber);
}

TEST(ChecksigVerify, HasAnErrorOfItsOwn) {
  EXPECT_EQ(run("0", key_of(1) + "CHECKSIGVERIFY 1"), ScriptError::kCheckSigVerify);
}

TEST(MultisigVerify, HasAnErrorOfItsOwn) {
  EXPECT_EQ(testing::run("0 0", "1 0x020203 1 CHECKMULTISIGVERIFY 1"),
            ScriptError::kCheckMultisigVerify);
}

}  // namespace
}  // namespace veilwire::consensus

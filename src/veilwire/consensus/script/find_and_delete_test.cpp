#include "veilwire/consensus/script/find_and_delete.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/testing/signed_spends.h"

namespace veilwire::consensus {
namespace {

using testing::append;
using testing::append_push;
using testing::push_of;
using testing::script_of;
using testing::Signer;

const Bytes kSignature(9, 0x30);

std::optional<Bytes> without(const Bytes& script, const Bytes& signature) {
  const ByteView view = signature;
  return without_pushes_of(script, {&view, 1});
}

TEST(FindAndDelete, RemovesOnlyPushesThatAreTheSignature) {
  Bytes script = script_of("DUP");
  append(script, push_of(kSignature));
  append(script, script_of("NOP"));
  append(script, push_of(kSignature));
  EXPECT_EQ(without(script, kSignature), script_of("DUP NOP"));

  Bytes longer = kSignature;
  longer.push_back(0);
  EXPECT_EQ(without(push_of(longer), kSignature), std::nullopt);
  EXPECT_EQ(without(push_of(push_of(kSignature)), kSignature), std::nullopt);
  Bytes in_longer_form = {kOpPushData1, 9};
  append(in_longer_form, kSignature);
  EXPECT_EQ(without(in_longer_form, kSignature), std::nullopt);
}

TEST(FindAndDelete, LooksAtOpcodeBoundariesOnly) {
  // The push's bytes stand inside another push, shifted by one.
  Bytes data = {0xff};
  append(data, push_of(kSignature));
  EXPECT_EQ(without(push_of(data), kSignature), std::nullopt);
}

TEST(FindAndDelete, RemovesZerosForAnEmptySignature) {
  EXPECT_EQ(without(script_of("0 1 0 DUP"), {}), script_of("1 DUP"));
}

TEST(FindAndDelete, KeepsWhatCannotBeParsed) {
  Bytes script = push_of(kSignature);
  append(script, Bytes{kOpDup, 5, 1, 2});
  EXPECT_EQ(without(script, kSignature), (Bytes{kOpDup, 5, 1, 2}));
}

TEST(FindAndDelete, RemovesNoOpcodeOfANumberForASignatureOfOneByte) {
  EXPECT_EQ(without(script_of("1 2"), Bytes{1}), std::nullopt);
  EXPECT_EQ(without(Bytes{1, 1, kOp2}, Bytes{1}), script_of("2"));
}

// -- In the interpreter ----------------------------------------------------------------------------

// A coin whose outpoint does not depend on its script, so that a signature can be made first and put
// into the script afterwards.
struct FixedOutpoint {
  static std::shared_ptr<const Spending> spending(const Bytes& spent, const Bytes& input_script,
                                                  const std::vector<Bytes>& witness = {}) {
    wire::TransactionParts parts;
    parts.version = 1;
    parts.inputs = {{{Hash256{7}, 0}, input_script, 0}};
    parts.outputs = {{1, {}}};
    parts.witness.emplace_back(witness.begin(), witness.end());
    return testing::spending_of(wire::serialize(parts), {{spent, 5}});
  }
  static Hash256 digest(const Bytes& script_code) {
    ScriptWork work;
    return legacy_signature_hash(*spending({}, {}), 0, script_code, kSighashAll, work);
  }
};

TEST(FindAndDelete, LetsASignatureStandInTheScriptThatItSigns) {
  const Signer signer(1);
  Bytes rest = script_of("DROP");
  append_push(rest, signer.public_key());
  rest.push_back(kOpCheckSig);
  const Bytes signature = testing::with_type(signer.ecdsa(FixedOutpoint::digest(rest)), 1);
  Bytes script = push_of(signature);
  append(script, rest);
  const auto spending = FixedOutpoint::spending(script, push_of(signature));
  EXPECT_EQ(testing::verify(*spending, kConsensusScriptFlags), ScriptError::kOk);
  EXPECT_EQ(testing::verify(*spending, ScriptFlag::kConstScriptCode),
            ScriptError::kSignatureFindAndDelete);
}

TEST(FindAndDelete, RemovesAllSignaturesBeforeTheFirstIsChecked) {
  const Signer a(1), b(2);
  const Signer* const signers[] = {&a, &b};
  Bytes rest = script_of("2DROP");
  append(rest, testing::multisig_of(2, signers));
  const Hash256 digest = FixedOutpoint::digest(rest);
  const Bytes signature_a = testing::with_type(a.ecdsa(digest), 1);
  const Bytes signature_b = testing::with_type(b.ecdsa(digest), 1);
  Bytes script = push_of(signature_a);
  append_push(script, signature_b);
  append(script, rest);
  Bytes input = {kOp0};
  append_push(input, signature_a);
  append_push(input, signature_b);
  EXPECT_EQ(testing::verify(*FixedOutpoint::spending(script, input), kConsensusScriptFlags),
            ScriptError::kOk);
}

// In segwit the script code is the script: the signature cannot stand in it.
TEST(FindAndDelete, DoesNotHappenInSegwit) {
  const Signer signer(1);
  Bytes rest = script_of("DROP");
  append_push(rest, signer.public_key());
  rest.push_back(kOpCheckSig);
  const auto digest_of = [](const Bytes& code) {
    ScriptWork work;
    SingleOutputHash single;
    return segwit_signature_hash(*FixedOutpoint::spending(Bytes{}, {}, {{1}}), 0, code, kSighashAll,
                                 single, work);
  };
  const Bytes signature = testing::with_type(signer.ecdsa(digest_of(rest)), 1);
  Bytes script = push_of(signature);
  append(script, rest);
  const auto spending = FixedOutpoint::spending(testing::p2wsh_of(script), {}, {signature, script});
  EXPECT_EQ(testing::verify(*spending, kConsensusScriptFlags), ScriptError::kEvalFalse);
  // A signature for the whole script is one, whatever else stands there.
  const Bytes whole = testing::with_type(signer.ecdsa(digest_of(script)), 1);
  EXPECT_EQ(
      testing::verify(*FixedOutpoint::spending(testing::p2wsh_of(script), {}, {whole, script}),
                      kConsensusScriptFlags | ScriptFlag::kConstScriptCode),
      ScriptError::kOk);
}

}  // namespace
}  // namespace veilwire::consensus

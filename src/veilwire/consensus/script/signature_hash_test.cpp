#include "veilwire/consensus/script/signature_hash.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/testing/signed_spends.h"

namespace veilwire::consensus {
namespace {

constexpr Hash256 kOne{1};
constexpr std::uint32_t kAnyoneCanPay = kSighashAnyoneCanPay;

// A transaction that spends as many coins, each of P2TR so that all hashes are there, and has as
// many outputs.
std::shared_ptr<const Spending> spending_with(std::size_t inputs, std::size_t outputs,
                                              Bytes output_script = Bytes{1, 2}) {
  const Bytes taproot = testing::taproot_script(testing::key_of_nobody());
  const Bytes other = testing::p2wsh_of(Bytes{1});
  wire::TransactionParts parts;
  std::vector<testing::Coin> coins;
  for (std::size_t i = 0; i < inputs; ++i) {
    parts.inputs.push_back({{Hash256{5}, static_cast<std::uint32_t>(i)}, {}, 77});
    coins.push_back({i == 0 ? other : taproot, static_cast<std::int64_t>(1000 + i)});
  }
  for (std::size_t i = 0; i < outputs; ++i) {
    parts.outputs.push_back({static_cast<std::int64_t>(i), output_script});
  }
  parts.witness.assign(inputs, {Bytes{}});
  return testing::spending_of(wire::serialize(parts), std::move(coins));
}

Hash256 legacy(const Spending& spending, std::size_t input, std::uint32_t type,
               ByteView code = {}) {
  ScriptWork work;
  return legacy_signature_hash(spending, input, code, type, work);
}

Hash256 segwit(const Spending& spending, std::size_t input, std::uint32_t type,
               ByteView code = {}) {
  ScriptWork work;
  SingleOutputHash single;
  return segwit_signature_hash(spending, input, code, type, single, work);
}

std::optional<Hash256> taproot(const Spending& spending, std::size_t input, std::uint8_t type) {
  ScriptWork work;
  SingleOutputHash single;
  return taproot_signature_hash(spending, input, type, nullptr, nullptr, single, work);
}

TEST(ScriptWork, IsCountedFromNothing) {
  ScriptWork work;
  EXPECT_EQ(work.hashed_bytes, 0u);
  EXPECT_EQ(work.signature_checks, 0u);
  EXPECT_EQ(work.commitment_checks, 0u);
}

TEST(LegacySignatureHash, IsOneForSingleWithoutItsOutput) {
  const auto spending = spending_with(3, 2);
  EXPECT_NE(legacy(*spending, 1, kSighashSingle), kOne);
  EXPECT_EQ(legacy(*spending, 2, kSighashSingle), kOne);
  EXPECT_EQ(legacy(*spending, 2, kSighashSingle | kAnyoneCanPay), kOne);
  EXPECT_EQ(legacy(*spending, 2, 0x63), kOne);  // masked, it is SINGLE
  EXPECT_EQ(legacy(*spending, 3, kSighashAll), kOne);
}

// An attacker's favourite: a signature of the number one, which any such input accepts.
TEST(LegacySignatureHash, OfOneIsSignedLikeAnyOther) {
  const testing::Signer signer(1);
  Bytes script = testing::push_of(signer.public_key());
  script.push_back(kOpCheckSig);
  for (const std::uint32_t type : {kSighashSingle, kSighashSingle | kAnyoneCanPay}) {
    const Bytes input_script = testing::push_of(testing::with_type(signer.ecdsa(kOne), type));
    wire::TransactionParts parts;
    parts.inputs = {{{Hash256{5}, 0}, {}, 1}, {{Hash256{6}, 0}, input_script, 1}};
    parts.outputs = {{1, {}}};
    const auto spending = testing::spending_of(wire::serialize(parts), {{script, 1}, {script, 1}});
    EXPECT_EQ(testing::verify(*spending, kConsensusScriptFlags, 1), ScriptError::kOk);
  }
}

TEST(SegwitSignatureHash, HasZerosForSingleWithoutItsOutput) {
  const auto spending = spending_with(3, 2);
  EXPECT_NE(segwit(*spending, 2, kSighashSingle), kOne);
  EXPECT_NE(segwit(*spending, 2, kSighashSingle), segwit(*spending, 2, kSighashNone));
}

TEST(TaprootSignatureHash, IsNotThereForSingleWithoutItsOutput) {
  const auto spending = spending_with(3, 2);
  EXPECT_TRUE(taproot(*spending, 1, kSighashSingle));
  EXPECT_FALSE(taproot(*spending, 2, kSighashSingle));
  EXPECT_FALSE(taproot(*spending, 2, kSighashSingle | kAnyoneCanPay));
}

// 0x41 chooses what 0x01 does, and is another hash.
TEST(SignatureHash, MasksTheTypeForTheChoiceAndCommitsToAllOfIt) {
  const auto spending = spending_with(2, 2);
  const auto other = spending_with(2, 1);
  for (const std::uint32_t type : {0x41u, 0x00u, 0x1fu, 0x04u}) {
    EXPECT_NE(legacy(*spending, 0, type), legacy(*spending, 0, kSighashAll));
    EXPECT_NE(segwit(*spending, 0, type), segwit(*spending, 0, kSighashAll));
    // All of them commit to the outputs.
    EXPECT_NE(legacy(*spending, 0, type), legacy(*other, 0, type));
    EXPECT_NE(segwit(*spending, 0, type), segwit(*other, 0, type));
  }
  for (const std::uint32_t type : {0x02u, 0x62u}) {
    EXPECT_EQ(legacy(*spending, 0, type), legacy(*other, 0, type));
    EXPECT_EQ(segwit(*spending, 0, type), segwit(*other, 0, type));
  }
  EXPECT_NE(legacy(*spending, 0, 0x02), legacy(*spending, 0, 0x62));
}

TEST(TaprootSignatureHash, KnowsSevenTypesOnly) {
  const auto spending = spending_with(2, 2);
  std::vector<unsigned> known;
  for (unsigned type = 0; type < 256; ++type) {
    if (taproot(*spending, 1, static_cast<std::uint8_t>(type))) known.push_back(type);
  }
  EXPECT_EQ(known, (std::vector<unsigned>{0, 1, 2, 3, 0x81, 0x82, 0x83}));
  EXPECT_NE(taproot(*spending, 1, 0), taproot(*spending, 1, 1));
}

TEST(LegacySignatureHash, LeavesOutEveryCodeSeparator) {
  const auto spending = spending_with(1, 1);
  const auto code = [](const char* words) { return testing::script_of(words); };
  EXPECT_EQ(legacy(*spending, 0, 1, code("CODESEPARATOR 1 CODESEPARATOR CODESEPARATOR 2")),
            legacy(*spending, 0, 1, code("1 2")));
  EXPECT_NE(legacy(*spending, 0, 1, code("0x01ab")), legacy(*spending, 0, 1, code("0x0100")));
  EXPECT_NE(segwit(*spending, 0, 1, code("CODESEPARATOR 1")), segwit(*spending, 0, 1, code("1")));
}

// -- Bounds ----------------------------------------------------------------------------------------

std::string repeated(std::string_view word, std::size_t count) {
  std::string words;
  for (std::size_t i = 0; i < count; ++i) words += std::string(word) + " ";
  return words;
}

// What it costs to check every input against `spent`, where all have one input script.
ScriptWork work_of_inputs(std::size_t inputs, const Bytes& spent, const Bytes& input_script,
                          std::size_t tested) {
  wire::TransactionParts parts;
  std::vector<testing::Coin> coins;
  for (std::size_t i = 0; i < inputs; ++i) {
    parts.inputs.push_back({{Hash256{5}, static_cast<std::uint32_t>(i)}, input_script, 1});
    coins.push_back({spent, 1});
  }
  parts.outputs = {{1, {}}};
  const auto spending = testing::spending_of(wire::serialize(parts), std::move(coins));
  ScriptWork work;
  for (std::size_t i = 0; i < tested; ++i) {
    verify_input(*spending, i, kConsensusScriptFlags, work);
  }
  return work;
}

// The worst that legacy scripts allow: the whole transaction hashed for each signature. As many
// checks with one type hash it once for each input, not once for each check.
TEST(LegacySignatureHash, IsMadeOnceForAScriptCodeAndType) {
  const testing::Signer signer(1);
  const Bytes signature = testing::with_type(signer.ecdsa(Hash256{9}), kSighashAll);
  Bytes spent;
  for (int i = 0; i < 65; ++i) testing::append(spent, testing::script_of("2DUP CHECKSIG DROP"));
  testing::append(spent, testing::script_of("2DROP 1"));
  Bytes input_script = testing::push_of(signature);
  testing::append_push(input_script, signer.public_key());
  constexpr std::size_t kInputs = 500;
  constexpr std::size_t kTested = 10;
  const ScriptWork work = work_of_inputs(kInputs, spent, input_script, kTested);
  EXPECT_EQ(work.signature_checks, 65 * kTested);
  EXPECT_LE(work.hashed_bytes, kTested * (41 * kInputs + spent.size() + 100));
  EXPECT_GE(work.hashed_bytes, kTested * (41 * kInputs + spent.size()));
}

// What evades that: another type for each check. 201 operations allow 201 hashes in one script, each
// of no more than the transaction and its script.
TEST(LegacySignatureHash, IsMade201TimesForAScriptAtMost) {
  const testing::Signer signer(1);
  Bytes spent;
  for (int i = 0; i < 201; ++i) {
    Bytes signature = testing::script_of("0x300602010102010100");  // well written, of nothing
    signature.back() = static_cast<std::uint8_t>(i % 128);
    testing::append_push(spent, signature);
    testing::append_push(spent, signer.public_key());
    spent.push_back(kOpCheckSig);
  }
  constexpr std::size_t kInputs = 500;
  const ScriptWork work = work_of_inputs(kInputs, spent, {}, 1);
  EXPECT_EQ(work.signature_checks, 201u);
  EXPECT_GE(work.hashed_bytes, 201 * 41 * kInputs);
  EXPECT_LE(work.hashed_bytes, 201 * (41 * kInputs + spent.size() + 100));
}

// BIP 143's worst: one large output and SINGLE. It is hashed once, not once for each signature.
TEST(SegwitSignatureHash, HashesTheSingleOutputOnceForAScript) {
  const testing::Signer signer(1);
  const Bytes signature = testing::with_type(signer.ecdsa(Hash256{9}), kSighashSingle);
  const std::string check = "2DUP CODESEPARATOR CHECKSIG DROP ";
  const Bytes script = testing::script_of(repeated(check, 50) + "2DROP 1");
  testing::OneSpend spend;
  spend.coin.script = testing::p2wsh_of(script);
  spend.outputs = {{Bytes(900'000, 1), 1}};
  spend.witness = {signature, signer.public_key(), script};
  const auto spending = spend.build();
  ScriptWork work;
  EXPECT_EQ(verify_input(*spending, 0, kConsensusScriptFlags, work), ScriptError::kOk);
  EXPECT_EQ(work.signature_checks, 50u);
  EXPECT_LE(work.hashed_bytes, 900'100 + 50 * (script.size() + 200));
}

TEST(TaprootSignatureHash, HashesTheSingleOutputOnceForAScript) {
  const testing::Signer signer(1);
  constexpr int kChecks = 200;
  Bytes script;
  testing::append(script, testing::script_of(repeated("2DUP CHECKSIGVERIFY", kChecks) + "2DROP 1"));
  const testing::OneLeaf leaf(script);
  testing::OneSpend spend;
  spend.coin.script = testing::taproot_script(leaf.output_key);
  spend.outputs = {{Bytes(900'000, 1), 1}};
  const TapscriptPlace place{.leaf_hash = leaf.leaf_hash};
  const Bytes signature = testing::with_type(
      signer.schnorr(testing::taproot_digest(spend, kSighashSingle, &place)), kSighashSingle);
  const auto key = signer.x_only_key();
  // An annex pays for the signatures.
  spend.witness = {signature, Bytes(key.begin(), key.end()), script, leaf.control};
  Bytes annex(kChecks * 50, 0);
  annex[0] = kAnnexTag;
  const Hash256 annex_hash = annex_hash_of(annex);
  spend.witness[0] = testing::with_type(
      signer.schnorr(testing::taproot_digest(spend, kSighashSingle, &place, &annex_hash)),
      kSighashSingle);
  spend.witness.push_back(annex);
  const auto spending = spend.build();
  ScriptWork work;
  EXPECT_EQ(verify_input(*spending, 0, kConsensusScriptFlags, work), ScriptError::kOk);
  EXPECT_EQ(work.signature_checks, static_cast<std::uint64_t>(kChecks));
  EXPECT_LE(work.hashed_bytes, 900'100u + kChecks * 300u);
}

// -- Shared digests --------------------------------------------------------------------------------

TEST(Spending, HasTheDigestsThatItsInputsCanNeed) {
  const auto both = spending_with(2, 1);
  EXPECT_TRUE(both->segwit_digests());
  EXPECT_TRUE(both->taproot_digests());
  const auto segwit_only = spending_with(1, 1);
  EXPECT_TRUE(segwit_only->segwit_digests());
  EXPECT_FALSE(segwit_only->taproot_digests());
  testing::OneSpend legacy_spend;
  EXPECT_FALSE(legacy_spend.build()->segwit_digests());
  const auto key_path = testing::p2tr_key_spend(testing::Signer(1)).build();
  EXPECT_FALSE(key_path->segwit_digests());
  EXPECT_TRUE(key_path->taproot_digests());
}

TEST(Spending, OfAnotherNumberOfCoinsIsNotCheckedAtAll) {
  const auto incomplete = testing::spending_of(
      wire::serialize(wire::TransactionParts::of(spending_with(2, 1)->transaction())), {{}});
  EXPECT_FALSE(incomplete->is_complete());
  EXPECT_EQ(testing::verify(*incomplete, {}), ScriptError::kUnknownError);
  EXPECT_EQ(testing::verify(*spending_with(2, 1), {}, 2), ScriptError::kUnknownError);
}

}  // namespace
}  // namespace veilwire::consensus

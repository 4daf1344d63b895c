// Core's sighash.json and BIP 341's wallet vectors.
#include <gtest/gtest.h>

#include <string>

#include "veilwire/consensus/script/signature_hash.h"
#include "veilwire/consensus/script/taproot.h"
#include "veilwire/consensus/testing/spends.h"
#include "veilwire/consensus/testing/vectors.h"
#include "veilwire/crypto/testing/signer.h"

namespace veilwire::consensus {
namespace {

namespace json = boost::json;
using testing::text_of;
using testing::unhex;

TEST(SignatureHashVectors, AreCores) {
  VEILWIRE_READ_JSON_OR_SKIP(rows, "vectors/core/sighash.json");
  std::size_t passed = 0;
  for (const json::value& value : rows.as_array()) {
    const json::array& row = value.as_array();
    if (row.size() == 1) continue;
    const auto spending = testing::spending_of(unhex(row[0]), {});
    ASSERT_TRUE(spending) << row[0];
    const auto type = static_cast<std::uint32_t>(row[3].as_int64());
    ScriptWork work;
    const Hash256 hash = legacy_signature_hash(
        *spending, static_cast<std::size_t>(row[2].as_int64()), unhex(row[1]), type, work);
    EXPECT_EQ(to_display(hash), text_of(row[4])) << json::serialize(value);
    passed += to_display(hash) == text_of(row[4]) ? 1 : 0;
  }
  testing::report_count("sighash.json", passed, 500);
}

// -- BIP 341's wallet vectors -----------------------------------------------------------------------

// The leaves' hashes, in the order of their ids, and the root of the tree under them.
Hash256 root_of(const json::value& tree, std::map<std::int64_t, std::string>& leaves) {
  if (tree.is_array()) {
    return tap_branch_hash(root_of(tree.as_array()[0], leaves),
                           root_of(tree.as_array()[1], leaves));
  }
  const Hash256 hash = tap_leaf_hash(static_cast<std::uint8_t>(tree.at("leafVersion").as_int64()),
                                     unhex(tree.at("script")));
  leaves[tree.at("id").as_int64()] = to_hex(hash);
  return hash;
}

void collect_leaves(const json::value& tree, std::map<std::int64_t, json::value>& leaves) {
  if (tree.is_array()) {
    for (const json::value& one : tree.as_array()) collect_leaves(one, leaves);
  } else {
    leaves[tree.at("id").as_int64()] = tree;
  }
}

void expect_control_blocks(const json::object& vector, crypto::XOnlyKeyView output_key) {
  std::map<std::int64_t, json::value> leaves;
  collect_leaves(vector.at("given").at("scriptTree"), leaves);
  const json::array& controls = vector.at("expected").at("scriptPathControlBlocks").as_array();
  for (const auto& [id, leaf] : leaves) {
    const Bytes control = unhex(controls.at(static_cast<std::size_t>(id)));
    const auto version = static_cast<std::uint8_t>(leaf.at("leafVersion").as_int64());
    EXPECT_EQ(control[0] & kLeafVersionMask, version);
    EXPECT_TRUE(
        is_committed_to(output_key, control, tap_leaf_hash(version, unhex(leaf.at("script")))));
  }
}

void expect_output(const json::object& vector) {
  const json::value& given = vector.at("given");
  const json::value& intermediary = vector.at("intermediary");
  const Bytes internal = unhex(given.at("internalPubkey"));
  const crypto::XOnlyKeyView internal_key(internal);
  Bytes root;
  if (!given.at("scriptTree").is_null()) {
    std::map<std::int64_t, std::string> leaves;
    const Hash256 hash = root_of(given.at("scriptTree"), leaves);
    root.assign(hash.begin(), hash.end());
    EXPECT_EQ(to_hex(root), text_of(intermediary.at("merkleRoot")));
    for (const auto& [id, leaf] : leaves) {
      EXPECT_EQ(leaf,
                text_of(intermediary.at("leafHashes").as_array().at(static_cast<std::size_t>(id))));
    }
  }
  const Hash256 tweak = tap_tweak_hash(internal_key, root);
  EXPECT_EQ(to_hex(tweak), text_of(intermediary.at("tweak")));
  const auto output = crypto::tweaked_key(internal_key, tweak);
  ASSERT_TRUE(output);
  EXPECT_EQ(to_hex(output->key), text_of(intermediary.at("tweakedPubkey")));
  EXPECT_EQ("5120" + to_hex(output->key), text_of(vector.at("expected").at("scriptPubKey")));
  if (!root.empty()) expect_control_blocks(vector, output->key);
}

TEST(WalletVectors, GiveTheOutputKeysOfBip341) {
  VEILWIRE_READ_JSON_OR_SKIP(vectors, "vectors/core/bip341_wallet_vectors.json");
  std::size_t tested = 0;
  for (const json::value& vector : vectors.at("scriptPubKey").as_array()) {
    expect_output(vector.as_object());
    ++tested;
  }
  testing::report_count("bip341_wallet_vectors.json, outputs", tested, 7);
}

std::shared_ptr<const Spending> wallet_spending(const json::value& vector) {
  const json::value& given = vector.at("given");
  std::vector<testing::Coin> coins;
  for (const json::value& coin : given.at("utxosSpent").as_array()) {
    coins.push_back({unhex(coin.at("scriptPubKey")), coin.at("amountSats").as_int64()});
  }
  // Without a witness nothing is made ready for signatures of taproot: give the first input one.
  const Bytes bytes = unhex(given.at("rawUnsignedTx"));
  auto parts = wire::TransactionParts::of(wire::parse<wire::Tx>(bytes)->transaction);
  parts.witness.assign(parts.inputs.size(), {});
  parts.witness[0].emplace_back();
  return testing::spending_of(wire::serialize(parts), coins);
}

void expect_digests(const TaprootDigests& digests, const json::value& intermediary) {
  EXPECT_EQ(to_hex(digests.amounts), text_of(intermediary.at("hashAmounts")));
  EXPECT_EQ(to_hex(digests.outputs), text_of(intermediary.at("hashOutputs")));
  EXPECT_EQ(to_hex(digests.previous), text_of(intermediary.at("hashPrevouts")));
  EXPECT_EQ(to_hex(digests.scripts), text_of(intermediary.at("hashScriptPubkeys")));
  EXPECT_EQ(to_hex(digests.sequences), text_of(intermediary.at("hashSequences")));
}

void expect_input(const Spending& spending, const json::value& vector) {
  const json::value& given = vector.at("given");
  const json::value& intermediary = vector.at("intermediary");
  const auto input = static_cast<std::size_t>(given.at("txinIndex").as_int64());
  const auto type = static_cast<std::uint8_t>(given.at("hashType").as_int64());
  ScriptWork work;
  SingleOutputHash single_output;
  const auto digest =
      taproot_signature_hash(spending, input, type, nullptr, nullptr, single_output, work);
  ASSERT_TRUE(digest);
  EXPECT_EQ(to_hex(*digest), text_of(intermediary.at("sigHash")));

  const Bytes secret = unhex(given.at("internalPrivkey"));
  Hash256 secret_key;
  std::ranges::copy(secret, secret_key.begin());
  const crypto::testing::Signer signer(secret_key);
  EXPECT_EQ(to_hex(signer.x_only_key()), text_of(intermediary.at("internalPubkey")));
  const Bytes root = given.at("merkleRoot").is_null() ? Bytes() : unhex(given.at("merkleRoot"));
  const Hash256 tweak = tap_tweak_hash(signer.x_only_key(), root);
  EXPECT_EQ(to_hex(tweak), text_of(intermediary.at("tweak")));
}

TEST(WalletVectors, GiveTheSignatureHashesOfBip341) {
  VEILWIRE_READ_JSON_OR_SKIP(vectors, "vectors/core/bip341_wallet_vectors.json");
  const json::value& vector = vectors.at("keyPathSpending").as_array()[0];
  const auto spending = wallet_spending(vector);
  ASSERT_TRUE(spending);
  ASSERT_TRUE(spending->taproot_digests());
  expect_digests(*spending->taproot_digests(), vector.at("intermediary"));
  std::size_t tested = 0;
  for (const json::value& input : vector.at("inputSpending").as_array()) {
    expect_input(*spending, input);
    ++tested;
  }
  testing::report_count("bip341_wallet_vectors.json, signature hashes", tested, 7);
}

// The transaction that BIP 341 gives at the end, with all its signatures.
TEST(WalletVectors, SpendTheOutputsOfBip341) {
  VEILWIRE_READ_JSON_OR_SKIP(vectors, "vectors/core/bip341_wallet_vectors.json");
  const json::value& vector = vectors.at("keyPathSpending").as_array()[0];
  std::vector<testing::Coin> coins;
  for (const json::value& coin : vector.at("given").at("utxosSpent").as_array()) {
    coins.push_back({unhex(coin.at("scriptPubKey")), coin.at("amountSats").as_int64()});
  }
  const auto spending =
      testing::spending_of(unhex(vector.at("auxiliary").at("fullySignedTx")), coins);
  ASSERT_TRUE(spending);
  for (std::size_t input = 0; input < spending->input_count(); ++input) {
    EXPECT_EQ(testing::verify(*spending, kStandardScriptFlags, input), ScriptError::kOk) << input;
  }
}

}  // namespace
}  // namespace veilwire::consensus

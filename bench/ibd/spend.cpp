#include "spend.h"

#include <algorithm>

#include "veilwire/consensus/testing/signed_spends.h"

namespace veilwire::bench {
namespace {

using namespace veilwire::consensus;
using namespace veilwire::consensus::testing;

bool is_in_witness(const Unspent& coin) { return coin.kind != CoinKind::kP2pkh; }

// `bytes` must outlive it.
Spending spending_of(const Spend& spend, const Bytes& bytes, const KeyRing& keys) {
  std::vector<wire::Output> spent;
  for (const Unspent& coin : spend.coins) spent.push_back({coin.value, keys.script_of(coin)});
  return {wire::parse<wire::Transaction>(bytes).value(), std::move(spent), nullptr};
}

Bytes script_signature(const Spending& spending, std::size_t input, const Key& key) {
  ScriptWork work;
  const Hash256 digest =
      legacy_signature_hash(spending, input, key.script(CoinKind::kP2pkh), kSighashAll, work);
  Bytes script;
  append_push(script, with_type(key.signer.ecdsa(digest), kSighashAll));
  append_push(script, key.public_key);
  return script;
}

std::vector<Bytes> p2wpkh_witness(const Spending& spending, std::size_t input, const Key& key) {
  ScriptWork work;
  SingleOutputHash single;
  const Hash256 digest = segwit_signature_hash(spending, input, key.script(CoinKind::kP2pkh),
                                               kSighashAll, single, work);
  return {with_type(key.signer.ecdsa(digest), kSighashAll), key.public_key};
}

std::vector<Bytes> p2tr_witness(const Spending& spending, std::size_t input, const Key& key) {
  ScriptWork work;
  SingleOutputHash single;
  const auto digest = taproot_signature_hash(
      spending, input, static_cast<std::uint8_t>(kSighashDefault), nullptr, nullptr, single, work);
  return {key.signer.schnorr(digest.value())};
}

}  // namespace

bool Spend::has_witness() const { return std::ranges::any_of(coins, is_in_witness); }

void sign_scripts(Spend& spend, const KeyRing& keys) {
  if (!std::ranges::all_of(spend.coins, is_in_witness)) {
    const Bytes bytes = spend.draft.bytes();
    const Spending spending = spending_of(spend, bytes, keys);
    for (std::size_t i = 0; i < spend.coins.size(); ++i) {
      if (is_in_witness(spend.coins[i])) continue;
      spend.draft.inputs[i].script = script_signature(spending, i, keys.key_of(spend.coins[i]));
    }
  }
  spend.txid = spend.draft.txid();
}

void sign_witnesses(Spend& spend, const KeyRing& keys) {
  if (!spend.has_witness()) return;
  // Any witness makes it a transaction that has one, whose digests are ready.
  for (InputDraft& input : spend.draft.inputs) input.witness = {Bytes{1}};
  const Bytes bytes = spend.draft.bytes();
  const Spending spending = spending_of(spend, bytes, keys);
  for (std::size_t i = 0; i < spend.coins.size(); ++i) {
    const Key& key = keys.key_of(spend.coins[i]);
    std::vector<Bytes>& witness = spend.draft.inputs[i].witness;
    switch (spend.coins[i].kind) {
      case CoinKind::kP2wpkh:
        witness = p2wpkh_witness(spending, i, key);
        break;
      case CoinKind::kP2tr:
        witness = p2tr_witness(spending, i, key);
        break;
      case CoinKind::kP2pkh:
        witness.clear();
        break;
    }
  }
}

}  // namespace veilwire::bench

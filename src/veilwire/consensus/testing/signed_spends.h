// Spends of each common kind, signed.
#pragma once

#include <span>

#include "veilwire/consensus/script/signature_hash.h"
#include "veilwire/consensus/testing/script_text.h"
#include "veilwire/consensus/testing/spends.h"
#include "veilwire/consensus/testing/taproot_leaf.h"
#include "veilwire/crypto/old_hashes.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/crypto/testing/signer.h"

namespace veilwire::consensus::testing {

using crypto::testing::Signer;

inline Bytes with_type(Bytes signature, std::uint32_t type) {
  signature.push_back(static_cast<std::uint8_t>(type));
  return signature;
}

// -- Digests of the one input ----------------------------------------------------------------------

inline Hash256 legacy_digest(const OneSpend& spend, ByteView script_code, std::uint32_t type) {
  ScriptWork work;
  return legacy_signature_hash(*spend.build(), 0, script_code, type, work);
}

// As it would be with any witness.
inline std::shared_ptr<const Spending> with_some_witness(OneSpend spend) {
  spend.witness = {Bytes{1}};
  return spend.build();
}

inline Hash256 segwit_digest(const OneSpend& spend, ByteView script_code, std::uint32_t type) {
  ScriptWork work;
  SingleOutputHash single;
  return segwit_signature_hash(*with_some_witness(spend), 0, script_code, type, single, work);
}

inline Hash256 taproot_digest(const OneSpend& spend, std::uint32_t type,
                              const TapscriptPlace* place = nullptr,
                              const Hash256* annex_hash = nullptr) {
  ScriptWork work;
  SingleOutputHash single;
  return taproot_signature_hash(*with_some_witness(spend), 0, static_cast<std::uint8_t>(type),
                                annex_hash, place, single, work)
      .value();
}

// -- Scripts ----------------------------------------------------------------------------------------

inline Bytes p2pkh_of(ByteView key) {
  const auto script = p2pkh_script(crypto::hash160(key));
  return {script.begin(), script.end()};
}

inline Bytes p2sh_of(ByteView script) {
  Bytes spent = {kOpHash160};
  append_push(spent, crypto::hash160(script));
  spent.push_back(kOpEqual);
  return spent;
}

inline Bytes p2wpkh_of(ByteView key) {
  Bytes spent = {kOp0};
  append_push(spent, crypto::hash160(key));
  return spent;
}

inline Bytes p2wsh_of(ByteView script) {
  Bytes spent = {kOp0};
  append_push(spent, crypto::sha256(script));
  return spent;
}

// `needed` of the signers' keys, in their order.
inline Bytes multisig_of(std::size_t needed, std::span<const Signer* const> signers) {
  Bytes script;
  append_number(script, static_cast<std::int64_t>(needed));
  for (const Signer* signer : signers) append_push(script, signer->public_key());
  append_number(script, static_cast<std::int64_t>(signers.size()));
  script.push_back(kOpCheckMultisig);
  return script;
}

// -- Spends -----------------------------------------------------------------------------------------

// A usual payment: two outputs.
inline OneSpend payment(Bytes spent_script) {
  OneSpend spend;
  spend.version = 2;
  spend.sequence = 0xffff'fffd;
  spend.outputs = {{p2wpkh_of(Signer(101).public_key()), 60'000},
                   {p2wpkh_of(Signer(102).public_key()), 39'000}};
  spend.coin = {std::move(spent_script), 100'000};
  return spend;
}

inline OneSpend p2pkh_spend(const Signer& signer) {
  const Bytes key = signer.public_key();
  OneSpend spend = payment(p2pkh_of(key));
  const Hash256 digest = legacy_digest(spend, spend.coin.script, kSighashAll);
  append_push(spend.input_script, with_type(signer.ecdsa(digest), kSighashAll));
  append_push(spend.input_script, key);
  return spend;
}

inline OneSpend p2wpkh_spend(const Signer& signer) {
  const Bytes key = signer.public_key();
  OneSpend spend = payment(p2wpkh_of(key));
  const Hash256 digest = segwit_digest(spend, p2pkh_of(key), kSighashAll);
  spend.witness = {with_type(signer.ecdsa(digest), kSighashAll), key};
  return spend;
}

// 2 of 3 in P2WSH.
inline OneSpend p2wsh_spend() {
  const Signer a(11), b(12), c(13);
  const Signer* const signers[] = {&a, &b, &c};
  const Bytes script = multisig_of(2, signers);
  OneSpend spend = payment(p2wsh_of(script));
  const Hash256 digest = segwit_digest(spend, script, kSighashAll);
  spend.witness = {
      {}, with_type(a.ecdsa(digest), kSighashAll), with_type(c.ecdsa(digest), kSighashAll), script};
  return spend;
}

// By the key path of a key without scripts.
inline OneSpend p2tr_key_spend(const Signer& signer) {
  const Hash256 tweak = tap_tweak_hash(signer.x_only_key(), {});
  OneSpend spend =
      payment(taproot_script(crypto::tweaked_key(signer.x_only_key(), tweak).value().key));
  spend.witness = {signer.tweaked_schnorr(taproot_digest(spend, kSighashDefault), tweak)};
  return spend;
}

// By a script that `<key> CHECKSIG` is.
inline OneSpend p2tr_script_spend(const Signer& signer) {
  Bytes script = push_of(signer.x_only_key());
  script.push_back(kOpCheckSig);
  const OneLeaf leaf(script);
  OneSpend spend = payment(taproot_script(leaf.output_key));
  const TapscriptPlace place{.leaf_hash = leaf.leaf_hash};
  spend.witness = {signer.schnorr(taproot_digest(spend, kSighashDefault, &place)), script,
                   leaf.control};
  return spend;
}

}  // namespace veilwire::consensus::testing

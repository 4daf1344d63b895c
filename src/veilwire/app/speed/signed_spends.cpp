#include "veilwire/app/speed/signed_spends.h"

#include <array>
#include <utility>

#include "veilwire/base/endian.h"
#include "veilwire/consensus/script/opcode.h"
#include "veilwire/consensus/script/script_form.h"
#include "veilwire/consensus/script/signature_hash.h"
#include "veilwire/crypto/old_hashes.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/crypto/yardstick.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::app {
namespace {

using consensus::Spending;

constexpr std::size_t kPaired = 2;
constexpr std::int64_t kPayment = KeyedCoins::kValue - 1000;

Hash256 secret_of(std::size_t coin) {
  std::array<std::uint8_t, 9> text{};
  store_le(text.data(), static_cast<std::uint64_t>(coin));
  text.back() = 0x24;
  return crypto::sha256d(text);
}

Bytes p2wpkh_script(ByteView key) {
  const crypto::Hash160 program = crypto::hash160(key);
  Bytes script = {consensus::kOp0, program.size()};
  script.insert(script.end(), program.begin(), program.end());
  return script;
}

Hash256 digest_of(const Spending& spending, std::size_t input, ByteView key) {
  consensus::ScriptWork work;
  consensus::SingleOutputHash single;
  return consensus::segwit_signature_hash(spending, input,
                                          consensus::p2pkh_script(crypto::hash160(key)),
                                          consensus::kSighashAll, single, work);
}

Bytes with_type(Bytes signature) {
  signature.push_back(static_cast<std::uint8_t>(consensus::kSighashAll));
  return signature;
}

}  // namespace

KeyedCoins::KeyedCoins(std::size_t count) {
  for (std::size_t coin = 0; coin < count; ++coin) {
    secrets_.push_back(secret_of(coin));
    keys_.push_back(crypto::bare_public_key(secrets_.back()));
    scripts_.push_back(p2wpkh_script(keys_.back()));
  }
}

SignedSpends KeyedCoins::spend(const Hash256& txid) const {
  SignedSpends out;
  for (std::size_t first = 0; first < scripts_.size(); first += kPaired) {
    out.transactions.push_back(spend_pair(txid, first, out.signatures));
  }
  return out;
}

Bytes KeyedCoins::spend_pair(const Hash256& txid, std::size_t first,
                             std::vector<SignedDigest>& signatures) const {
  const Bytes any = {1};  // digests are only made where there is a witness
  wire::TransactionParts parts;
  std::vector<wire::Output> spent;
  for (std::size_t coin = first; coin < first + kPaired; ++coin) {
    parts.inputs.push_back({.previous = {txid, static_cast<std::uint32_t>(coin)}, .script = {}});
    parts.outputs.push_back({kPayment, scripts_[coin]});
    parts.witness.push_back({any});
    spent.push_back({kValue, scripts_[coin]});
  }
  const Bytes unsigned_bytes = wire::serialize(parts);
  const auto transaction = wire::parse<wire::Transaction>(unsigned_bytes).value();
  const Spending spending(transaction, std::move(spent), nullptr);

  std::array<Bytes, kPaired> typed;
  for (std::size_t i = 0; i < kPaired; ++i) {
    const Bytes& key = keys_[first + i];
    const Hash256 digest = digest_of(spending, i, key);
    signatures.push_back({key, crypto::bare_sign_ecdsa(secrets_[first + i], digest), digest});
    typed[i] = with_type(signatures.back().signature);
    parts.witness[i] = {typed[i], key};
  }
  return wire::serialize(parts);
}

}  // namespace veilwire::app

// Transactions of tests, with the coins that they spend.
#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/consensus/script/spending.h"
#include "veilwire/consensus/script/verify.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::consensus {

// How a failed expectation names an error.
inline void PrintTo(ScriptError error, std::ostream* out) { *out << script_error_name(error); }

}  // namespace veilwire::consensus

namespace veilwire::consensus::testing {

struct Coin {
  Bytes script;
  std::int64_t value = 0;
};

// Owns the bytes that it points into. Null where `transaction` does not parse to its end.
inline std::shared_ptr<const Spending> spending_of(Bytes transaction, std::vector<Coin> coins) {
  struct Owner {
    Bytes transaction;
    std::vector<Coin> coins;
  };
  const auto owner = std::make_shared<Owner>(Owner{std::move(transaction), std::move(coins)});
  const auto parsed = wire::parse<wire::Tx>(owner->transaction);
  if (!parsed || parsed->transaction.total_size() != owner->transaction.size()) return nullptr;
  std::vector<wire::Output> spent;
  for (const Coin& coin : owner->coins) spent.push_back({coin.value, coin.script});
  return std::make_shared<const Spending>(parsed->transaction, std::move(spent), owner);
}

inline ScriptError verify(const Spending& spending, ScriptFlags flags, std::size_t input = 0) {
  ScriptWork work;
  return verify_input(spending, input, flags, work);
}

// One input that spends one coin, and one output without a script unless others are named: what
// Core's script tests have.
struct OneSpend {
  Coin coin;
  Bytes input_script;
  std::vector<Bytes> witness;
  std::uint32_t version = 1;
  std::uint32_t sequence = 0xffff'ffff;
  std::uint32_t lock_time = 0;
  std::vector<Coin> outputs;

  std::shared_ptr<const Spending> build() const {
    const Hash256 credit = txid_of_credit();
    wire::TransactionParts parts;
    parts.version = version;
    parts.lock_time = lock_time;
    parts.inputs = {{{credit, 0}, input_script, sequence}};
    for (const Coin& output : outputs) parts.outputs.push_back({output.value, output.script});
    if (outputs.empty()) parts.outputs = {{coin.value, {}}};
    parts.witness.emplace_back(witness.begin(), witness.end());
    return spending_of(wire::serialize(parts), {coin});
  }
  ScriptError verify(ScriptFlags flags) const { return testing::verify(*build(), flags); }

  // The transaction that made the coin.
  Hash256 txid_of_credit() const {
    const Bytes two_zeros = {0, 0};
    wire::TransactionParts parts;
    parts.version = 1;
    parts.inputs = {{{Hash256{}, 0xffff'ffff}, two_zeros, 0xffff'ffff}};
    parts.outputs = {{coin.value, coin.script}};
    const Bytes bytes = wire::serialize(parts);
    return wire::parse<wire::Tx>(bytes)->transaction.txid();
  }
};

}  // namespace veilwire::consensus::testing

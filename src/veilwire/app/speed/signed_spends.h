// P2WPKH coins and transactions that spend them, signed: what blocks to be measured are made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"

namespace veilwire::app {

// What the check of one input comes down to.
struct SignedDigest {
  Bytes public_key;
  Bytes signature;  // without its type
  Hash256 digest{};
};

struct SignedSpends {
  std::vector<Bytes> transactions;
  // One for each input, in order.
  std::vector<SignedDigest> signatures;
};

// Coins that are the outputs of one transaction, each of a key of its own that anybody knows.
class KeyedCoins {
 public:
  static constexpr std::int64_t kValue = 50'000;

  explicit KeyedCoins(std::size_t count);

  // Of each coin, in order.
  const std::vector<Bytes>& scripts() const { return scripts_; }
  // All of them, as outputs of the transaction `txid`, two by each transaction, which makes two
  // again. REQUIRES: their number is even.
  SignedSpends spend(const Hash256& txid) const;

 private:
  Bytes spend_pair(const Hash256& txid, std::size_t first,
                   std::vector<SignedDigest>& signatures) const;

  std::vector<Hash256> secrets_;
  std::vector<Bytes> keys_;
  std::vector<Bytes> scripts_;
};

}  // namespace veilwire::app

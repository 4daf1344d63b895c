// The private keys that all coins of the generated chain are paid to.
#pragma once

#include <array>
#include <cstdint>
#include <deque>

#include "unspent.h"
#include "veilwire/crypto/testing/signer.h"

namespace veilwire::bench {

struct Key {
  explicit Key(const Hash256& secret);

  const Bytes& script(CoinKind kind) const { return scripts[static_cast<std::size_t>(kind)]; }

  crypto::testing::Signer signer;
  Bytes public_key;
  std::array<Bytes, kCoinKindNames.size()> scripts;
};

class KeyRing {
 public:
  // Few enough to be made at once, many enough that scripts differ.
  static constexpr std::size_t kKeys = 1000;

  explicit KeyRing(std::uint64_t seed);

  const Key& key_of(const Unspent& coin) const { return keys_[coin.key]; }
  const Bytes& script_of(const Unspent& coin) const { return key_of(coin).script(coin.kind); }

 private:
  std::deque<Key> keys_;  // which cannot be moved
};

}  // namespace veilwire::bench

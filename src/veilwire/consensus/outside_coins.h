// The coins that a block takes from the chain before it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "veilwire/consensus/coin.h"

namespace veilwire::consensus {

// One for each of InputSources::outside, in that order. Owns the scripts, in one run of bytes. Whoever
// gathers them takes each coin out of its set; one that is not there is said to be missing.
class OutsideCoins {
 public:
  void reserve(std::size_t coins, std::size_t script_bytes) {
    entries_.reserve(coins);
    scripts_.reserve(script_bytes);
  }
  // Copies the script.
  void add(const Coin& coin);
  void add_missing();

  std::size_t size() const { return entries_.size(); }
  // Nothing where it is missing, and beyond the end. Valid until another is added.
  std::optional<Coin> at(std::size_t ordinal) const;

  // BIP 30: the first transaction of the block of which an output lies unspent in the chain
  // already. To be looked for where bip30_is_checked() says so.
  std::optional<std::uint32_t> repeated_transaction;

 private:
  struct Entry {
    Amount value{};
    Height height{};
    CoinOrigin origin = CoinOrigin::kTransaction;
    bool is_missing = false;
    std::uint32_t script_begin = 0;
    std::uint32_t script_bytes = 0;
  };

  std::vector<Entry> entries_;
  Bytes scripts_;
};

}  // namespace veilwire::consensus

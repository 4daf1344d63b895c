// Coins that were read from the table below for several blocks at once, before the first of them was
// connected.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "veilwire/consensus/outside_coins.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::coins {

class ReadAhead {
 public:
  ReadAhead() = default;
  // `checkpoint`: how many had been written when the coins were read. REQUIRES: outpoints in order,
  // a coin, or that it is missing, for each.
  ReadAhead(std::vector<wire::Outpoint> outpoints, consensus::OutsideCoins coins,
            std::uint64_t checkpoint)
      : outpoints_(std::move(outpoints)), coins_(std::move(coins)), checkpoint_(checkpoint) {}

  std::uint64_t checkpoint() const { return checkpoint_; }
  std::size_t size() const { return outpoints_.size(); }

  // Nothing where it was not asked for; the coin is nothing where it is missing.
  std::optional<std::optional<consensus::Coin>> find(const wire::Outpoint& outpoint) const {
    const auto found = std::ranges::lower_bound(outpoints_, outpoint);
    if (found == outpoints_.end() || *found != outpoint) return std::nullopt;
    return coins_.at(static_cast<std::size_t>(found - outpoints_.begin()));
  }

 private:
  std::vector<wire::Outpoint> outpoints_;
  consensus::OutsideCoins coins_;
  std::uint64_t checkpoint_ = 0;
};

}  // namespace veilwire::coins

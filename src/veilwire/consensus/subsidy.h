// What a block may make out of nothing.
#pragma once

#include "veilwire/consensus/amount.h"
#include "veilwire/protocol/network.h"

namespace veilwire::consensus {

// 50 coins, halved every halving interval; nothing from the 64th time on, where shifting ends.
constexpr Amount subsidy(const protocol::Network& network, protocol::Height height) {
  const std::uint32_t halvings = height.value() / network.halving_interval;
  if (halvings >= 64) return {};
  return Amount::of((50 * Amount::kUnitsPerCoin) >> halvings).value_or(Amount());
}

}  // namespace veilwire::consensus

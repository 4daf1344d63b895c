// The coins that a block made and took, as they follow from its bytes and its undo record alone: what
// whoever takes it off the chain needs.
#pragma once

#include "veilwire/coins/undo.h"
#include "veilwire/consensus/coin.h"
#include "veilwire/consensus/parsed_block.h"

namespace veilwire::coins {

// Calls action(outpoint, coin) for each output that is a coin once the block is connected: not for
// what it spends itself, nor for what never can be spent. REQUIRES: the block is valid.
template <typename Action>
void for_each_created(const consensus::ParsedBlock& block, consensus::Height height,
                      const Action& action) {
  const consensus::InputSources& sources = block.sources();
  for (std::size_t i = 0; i < block.ids().size(); ++i) {
    const std::uint32_t first = sources.first_output[i];
    const auto origin =
        i == 0 ? consensus::CoinOrigin::kCoinbase : consensus::CoinOrigin::kTransaction;
    for (std::uint32_t at = first; at < sources.first_output[i + 1]; ++at) {
      const wire::Output& output = sources.outputs[at];
      if (sources.is_spent_inside[at] != 0 || !consensus::is_spendable(output.script)) continue;
      const auto value = consensus::Amount::of(output.value).value_or(consensus::Amount());
      action(wire::Outpoint{block.ids()[i].txid, at - first},
             consensus::Coin(value, output.script, height, origin));
    }
  }
}

// Calls action(outpoint, coin) for each coin that the block took from the chain, in the order of its
// inputs. REQUIRES: the undo record is the block's.
template <typename Action>
void for_each_restored(const consensus::ParsedBlock& block, const BlockUndo& undo,
                       const Action& action) {
  const auto& of_inputs = block.sources().of_inputs;
  for (std::size_t i = 0; i < of_inputs.size(); ++i) {
    if (!of_inputs[i].is_outside()) continue;
    if (const auto coin = undo.spent.at(i)) {
      action(block.sources().outside[of_inputs[i].ordinal()], *coin);
    }
  }
}

}  // namespace veilwire::coins

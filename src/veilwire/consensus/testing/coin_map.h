// All unspent coins in a plain map: naive, so that it is right by looking at it.
#pragma once

#include <map>
#include <memory>

#include "veilwire/consensus/connected_block.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::consensus::testing {

class CoinMap {
 public:
  void add(const wire::Outpoint& outpoint, const Coin& coin) {
    const ByteView script = coin.script();
    coins_.insert_or_assign(outpoint, Owned{coin.value(), Bytes(script.begin(), script.end()),
                                            coin.height(), coin.origin()});
  }
  bool has(const wire::Outpoint& outpoint) const { return coins_.contains(outpoint); }
  std::size_t size() const { return coins_.size(); }

  // What the block asks for, which stays in the map.
  std::shared_ptr<const OutsideCoins> gather(const ParsedBlock& block) const {
    auto coins = std::make_shared<OutsideCoins>();
    for (const wire::Outpoint& outpoint : block.sources().outside) {
      const auto found = coins_.find(outpoint);
      if (found == coins_.end()) {
        coins->add_missing();
      } else {
        coins->add(found->second.coin());
      }
    }
    coins->repeated_transaction = repeated_by(block);
    return coins;
  }

  void connect(const ConnectedBlock& connected) {
    for (const wire::Outpoint& outpoint : connected.block->sources().outside) {
      coins_.erase(outpoint);
    }
    for (const CreatedCoin& created : connected.created) {
      add(outpoint_of(connected, created), created.coin);
    }
  }
  void disconnect(const ConnectedBlock& connected) {
    for (const CreatedCoin& created : connected.created) {
      coins_.erase(outpoint_of(connected, created));
    }
    const auto& outside = connected.block->sources().outside;
    for (std::size_t i = 0; i < outside.size(); ++i) add(outside[i], *connected.taken->at(i));
  }

 private:
  struct Owned {
    Amount value;
    Bytes script;
    Height height;
    CoinOrigin origin;

    Coin coin() const { return Coin(value, script, height, origin); }
  };

  static wire::Outpoint outpoint_of(const ConnectedBlock& connected, const CreatedCoin& created) {
    return {connected.block->ids()[created.transaction].txid, created.output};
  }

  std::optional<std::uint32_t> repeated_by(const ParsedBlock& block) const {
    for (std::uint32_t i = 0; i < block.transactions().size(); ++i) {
      const std::size_t outputs = block.transactions()[i].outputs().size();
      for (std::uint32_t output = 0; output < outputs; ++output) {
        if (has({block.ids()[i].txid, output})) return i;
      }
    }
    return std::nullopt;
  }

  std::map<wire::Outpoint, Owned> coins_;
};

}  // namespace veilwire::consensus::testing

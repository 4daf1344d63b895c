// The real blocks of the test data, with what they spend.
#pragma once

#include <boost/json.hpp>

#include "veilwire/consensus/check_block.h"
#include "veilwire/consensus/testing/coin_map.h"
#include "veilwire/consensus/testing/executors.h"
#include "veilwire/consensus/testing/vectors.h"
#include "veilwire/protocol/network.h"

namespace veilwire::consensus::testing {

struct RealBlock {
  std::string network;  // as the file is named
  std::uint32_t height = 0;
  std::size_t inputs = 0;

  std::string file(std::string_view end) const {
    const std::string file_network = network == "main" ? "mainnet" : network;
    return "data/" + file_network + "_block_" + std::to_string(height) + std::string(end);
  }
};

inline const std::vector<RealBlock> kRealBlocks{
    {"main", 300'025, 1427},     {"main", 367'891, 20'817},   {"main", 866'342, 7972},
    {"testnet3", 928'816, 8692}, {"testnet3", 928'828, 1972}, {"testnet3", 928'831, 9984},
    {"testnet3", 928'849, 8594}, {"testnet3", 928'927, 9983},
};

// What a block asks of ancestors that nobody has: BIP 34's block is among them, and all are old.
class UnknownAncestors final : public Ancestors {
 public:
  UnknownAncestors(const protocol::Network& network, Height last)
      : network_(network), last_(last) {}

  Height last() const override { return last_; }
  Ancestor at(Height height) const override {
    Ancestor ancestor;
    if (height == network_.heights.bip34) ancestor.hash = network_.bip34_hash.value_or(Hash256{});
    return ancestor;
  }

 private:
  const protocol::Network& network_;
  Height last_;
};

// A real block where it stands, ready to be checked.
struct PlacedBlock {
  PlacedBlock(const RealBlock& which, const Bytes& bytes, const boost::json::array& spent)
      : network(*protocol::network_from_name(which.network)),
        ancestors(network, Height::of(which.height - 1)),
        block(ParsedBlock::parse(bytes).value()),
        context{.network = &network,
                .ancestors = &ancestors,
                .height = Height::of(which.height),
                .demanded_bits = block->header().bits,
                .previous_time = block->header().time - network.spacing,
                .median_time = block->header().time - 6 * network.spacing} {
    const InputSources& sources = block->sources();
    for (std::size_t i = 0; i < sources.of_inputs.size(); ++i) {
      const boost::json::object& each = spent.at(i).as_object();
      scripts.push_back(unhex(each.at("txout").at("script_pubkey")));
      spent_coins.push_back(coin_of(each, scripts.back()));
      const InputSource source = sources.of_inputs[i];
      if (source.is_outside()) coins.add(sources.outside[source.ordinal()], spent_coins.back());
    }
  }

  const protocol::Network& network;
  UnknownAncestors ancestors;
  std::shared_ptr<const ParsedBlock> block;
  BlockContext context;
  CoinMap coins;                  // what it takes from the chain
  std::vector<Coin> spent_coins;  // what each input spends, as the file says it
  std::vector<Bytes> scripts;

 private:
  Coin coin_of(const boost::json::object& said, ByteView script) const {
    const auto value = Amount::of(said.at("txout").at("value").to_number<std::int64_t>()).value();
    const boost::json::value* height = said.if_contains("creation_height");
    const boost::json::value* is_coinbase = said.if_contains("is_coinbase");
    return Coin(
        value, script,
        height ? Height::of(height->to_number<std::uint32_t>())
               : context.height.before(kCoinbaseMaturity),
        is_coinbase && is_coinbase->as_bool() ? CoinOrigin::kCoinbase : CoinOrigin::kTransaction);
  }
};

}  // namespace veilwire::consensus::testing

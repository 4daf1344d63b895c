#include "veilwire/app/speed/measured_block.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "veilwire/consensus/block_structure.h"
#include "veilwire/consensus/limits.h"
#include "veilwire/consensus/script/opcode.h"
#include "veilwire/consensus/subsidy.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/merkle.h"

namespace veilwire::app {
namespace {

using consensus::Ancestor;
using protocol::Height;

// Where the coins are said to come from.
constexpr Hash256 kMadeUpTxid = {0x5e};
constexpr std::int32_t kVersion = 0x2000'0000;  // of version bits, none set
constexpr Height kHeight = 1;
// The coinbase's witness, which the commitment covers (BIP 141).
constexpr Hash256 kReserved = {};

class GenesisAlone final : public consensus::Ancestors {
 public:
  explicit GenesisAlone(const protocol::Genesis& genesis)
      : genesis_{.hash = genesis.hash,
                 .version = genesis.version,
                 .time = genesis.time,
                 .bits = genesis.bits} {}

  Height last() const override { return 0; }
  Ancestor at(Height) const override { return genesis_; }

 private:
  Ancestor genesis_;
};

std::shared_ptr<const consensus::OutsideCoins> made_up(const KeyedCoins& coins) {
  const consensus::Amount value = consensus::Amount::figure(KeyedCoins::kValue);
  auto made = std::make_shared<consensus::OutsideCoins>();
  for (const Bytes& script : coins.scripts()) {
    made->add(consensus::Coin(value, script, 0, consensus::CoinOrigin::kTransaction));
  }
  return made;
}

wire::TransactionIds ids_of(ByteView transaction) {
  return wire::parse<wire::Transaction>(transaction).value().ids();
}

Bytes coinbase(const protocol::Network& network, ByteView commitment) {
  const Bytes anybody = {consensus::kOp1};
  Bytes script = consensus::height_push(kHeight);
  script.resize(std::max(script.size(), consensus::kMinCoinbaseScriptBytes));
  wire::TransactionParts parts;
  parts.inputs = {{.previous = {.txid = {}, .index = 0xffff'ffff}, .script = script}};
  parts.witness = {{kReserved}};
  parts.outputs = {{consensus::subsidy(network, kHeight).units(), anybody}, {0, commitment}};
  return wire::serialize(parts);
}

wire::BlockHeader mined(const protocol::Network& network, const Hash256& root) {
  wire::BlockHeader header = {.version = kVersion,
                              .previous = network.genesis.hash,
                              .merkle_root = root,
                              .time = network.genesis.time + std::chrono::minutes(10),
                              .bits = network.genesis.bits,
                              .nonce = 0};
  while (!wire::meets_own_target(header)) ++header.nonce;
  return header;
}

Bytes block_of(const protocol::Network& network, std::span<const Bytes> spends) {
  std::vector<wire::TransactionIds> ids(1);
  for (const Bytes& spend : spends) ids.push_back(ids_of(spend));
  const Bytes first = coinbase(network, wire::commitment_script(ids, kReserved));
  ids[0] = ids_of(first);

  Bytes out;
  wire::Writer writer(out);
  mined(network, wire::merkle_root_of_txids(ids).root).write(writer);
  writer.compact_size(ids.size());
  writer.bytes(first);
  for (const Bytes& spend : spends) writer.bytes(spend);
  return out;
}

}  // namespace

MeasuredBlock make_measured_block(std::size_t inputs) {
  const protocol::Network& regtest = *protocol::network_from_name("regtest");
  const KeyedCoins coins(inputs);
  SignedSpends spends = coins.spend(kMadeUpTxid);
  return {.network = &regtest,
          .ancestors = std::make_shared<GenesisAlone>(regtest.genesis),
          .bytes = block_of(regtest, spends.transactions),
          .coins = made_up(coins),
          .signatures = std::move(spends.signatures)};
}

}  // namespace veilwire::app

// Whole blocks through check_block(): whatever they are, the verdict is the same on any executor,
// what a valid block changes adds up and can be undone, and a transaction's structure is judged as
// a naive reader of the rules judges it.

#include <algorithm>
#include <map>
#include <set>

#include "fuzz_input.h"
#include "veilwire/consensus/check_block.h"
#include "veilwire/consensus/script/opcode.h"
#include "veilwire/consensus/signet.h"
#include "veilwire/consensus/subsidy.h"
#include "veilwire/consensus/testing/coin_map.h"
#include "veilwire/consensus/testing/executors.h"
#include "veilwire/consensus/testing/listed_ancestors.h"
#include "veilwire/consensus/transaction_check.h"
#include "veilwire/wire/codec.h"

namespace veilwire::fuzz {
namespace {

using namespace veilwire::consensus;
namespace doubles = veilwire::consensus::testing;

// The network and the number of ancestors (1 each), what is mended of the header (1), and the block.
struct Case {
  explicit Case(FuzzInput input)
      : network(protocol::networks()[input.below(protocol::networks().size())]),
        ancestors(doubles::ListedAncestors::regular(1 + input.below(200), network.genesis.bits,
                                                    network.genesis.time, network.spacing)) {
    mends = input.byte();
    payload = input.remaining();
  }
  // The root as it should be, and time and target as the ancestors demand: bytes that are changed at
  // random would never get past these.
  void mend(const ParsedBlock& block) {
    wire::BlockHeader header = block.header();
    if ((mends & 1) != 0) header.merkle_root = wire::merkle_root_of_txids(block.ids()).root;
    if ((mends & 2) != 0) header.time = ancestors.list.back().time + network.spacing;
    if ((mends & 4) != 0) {
      header.bits = BlockContext::of(network, ancestors, header).demanded_bits;
      header.version = 4;
    }
    std::ranges::copy(wire::serialize(header), payload.begin());
  }

  const protocol::Network& network;
  doubles::ListedAncestors ancestors;
  std::uint8_t mends = 0;
  Bytes payload;
};

// Coins for all that is asked for, but for some: an outpoint's own bytes say what it is.
doubles::CoinMap coins_for(const ParsedBlock& block, const Ancestors& ancestors) {
  static const Bytes kScripts[] = {{kOp1}, {kOp1}, {kOp1}, {}, {kOp0}, {kOpCheckSig, kOpNot}};
  doubles::CoinMap coins;
  for (const wire::Outpoint& outpoint : block.sources().outside) {
    const std::uint8_t choice = outpoint.txid[7];
    if (choice % 16 == 15) continue;
    const auto value = Amount::of(choice % 16 == 14 ? Amount::kMaxUnits : 5'000'000'000).value();
    const Height height = Height::of(choice % (ancestors.last().value() + 1));
    coins.add(outpoint, Coin(value, kScripts[choice % 6], height,
                             choice % 32 == 3 ? CoinOrigin::kCoinbase : CoinOrigin::kTransaction));
  }
  return coins;
}

// The rules of structure, one by one as they are written down.
bool is_sound_naively(const wire::Transaction& transaction) {
  const auto parts = wire::TransactionParts::of(transaction);
  std::set<wire::Outpoint> outpoints;
  std::size_t of_nothing = 0;
  for (const wire::Input& input : parts.inputs) {
    outpoints.insert(input.previous);
    if (input.previous == wire::Outpoint{{}, 0xffff'ffff}) ++of_nothing;
  }
  double total = 0;  // exact up to 2^53 units, four times what there is
  for (const wire::Output& output : parts.outputs) {
    if (output.value < 0 || output.value > 2'100'000'000'000'000) return false;
    total += static_cast<double>(output.value);
    if (total > 2.1e15) return false;
  }
  if (parts.inputs.empty() || parts.outputs.empty() || outpoints.size() != parts.inputs.size()) {
    return false;
  }
  if (4 * transaction.base_size() > 4'000'000) return false;
  const std::size_t script = parts.inputs[0].script.size();
  return of_nothing == 0 || (parts.inputs.size() == 1 && script >= 2 && script <= 100);
}

void check_money(const ConnectedBlock& connected) {
  std::int64_t in = 0;
  std::int64_t out = 0;
  for (const Coin& coin : connected.spent) in += coin.value().units();
  const auto transactions = connected.block->transactions();
  for (const wire::Transaction& each : transactions.subspan(1)) out += output_total(each).units();
  FUZZ_REQUIRE(in - out == connected.fees.units(), "fees are what is not paid out");
}

void check_changes(const ConnectedBlock& connected, const doubles::CoinMap& before) {
  doubles::CoinMap coins = before;
  coins.connect(connected);
  const std::size_t taken = connected.block->sources().outside.size();
  FUZZ_REQUIRE(coins.size() == before.size() - taken + connected.created.size(),
               "a block takes what it takes and makes what it makes");
  coins.disconnect(connected);
  FUZZ_REQUIRE(coins.size() == before.size(), "a block can be undone");
  for (const wire::Outpoint& outpoint : connected.block->sources().outside) {
    FUZZ_REQUIRE(coins.has(outpoint), "its coins are there again");
  }
}

void check_failure(const Failure& failure, const ParsedBlock& block) {
  if (!failure.transaction) return;
  FUZZ_REQUIRE(*failure.transaction < block.transactions().size(), "there is such a transaction");
  if (!failure.input) return;
  const auto& transaction = block.transactions()[*failure.transaction];
  FUZZ_REQUIRE(*failure.input < transaction.inputs().size(), "there is such an input");
}

void check(Case& what) {
  auto block = ParsedBlock::parse(what.payload);
  if (!block) return;
  what.mend(**block);
  block = ParsedBlock::parse(what.payload);
  for (const wire::Transaction& each : (*block)->transactions()) {
    FUZZ_REQUIRE(check_transaction(each).has_value() != is_sound_naively(each),
                 "a transaction is judged as the rules say");
  }
  const auto context = BlockContext::of(what.network, what.ancestors, (*block)->header());
  const doubles::CoinMap coins = coins_for(**block, what.ancestors);
  const CheckScope scope{.work = CheckScope::Work::kLeftOut};
  doubles::InlineExecutor at_once;
  doubles::LateExecutor late;
  const auto gathered = coins.gather(**block);
  const Verdict verdict = check_block(*block, context, gathered, at_once, scope);
  const Verdict again = check_block(*block, context, gathered, late, scope);
  FUZZ_REQUIRE(verdict.has_value() == again.has_value(), "no executor changes a verdict");
  if (!verdict) {
    FUZZ_REQUIRE(verdict.error() == again.error(), "no executor changes a failure");
    check_failure(verdict.error(), **block);
  } else {
    check_money(**verdict);
    check_changes(**verdict, coins);
    if (!what.network.signet_challenge.empty()) {
      (void)has_signet_solution(**block, what.network.signet_challenge);
    }
  }
  late.run_all();
}

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::Case what(veilwire::fuzz::FuzzInput(data, size));
  veilwire::fuzz::check(what);
  return 0;
}

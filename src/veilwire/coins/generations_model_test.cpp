// The generations against a plain map of all coins, of which every block has its own copy: blocks
// connected and undone, checkpoints at any time, kills that forget what is in memory.

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "veilwire/coins/generations.h"
#include "veilwire/coins/memory_table.h"
#include "veilwire/coins/statistics.h"
#include "veilwire/coins/testing/checkpoint.h"
#include "veilwire/coins/testing/made_chain.h"
#include "veilwire/coins/testing/scripts.h"

namespace veilwire::coins {
namespace {

using consensus::Amount;
using consensus::Coin;
using consensus::CoinOrigin;
using consensus::Height;
using testing::drafts::TransactionDraft;

struct PlainCoin {
  std::int64_t units = 0;
  Bytes script;
  std::uint32_t height = 0;
  bool is_coinbase = false;

  friend bool operator==(const PlainCoin&, const PlainCoin&) = default;
};
using PlainSet = std::map<wire::Outpoint, PlainCoin>;

std::optional<PlainCoin> plain(const std::optional<Coin>& coin) {
  if (!coin) return std::nullopt;
  return PlainCoin{coin->value().units(), Bytes(coin->script().begin(), coin->script().end()),
                   coin->height().value(), coin->origin() == CoinOrigin::kCoinbase};
}

class Model {
 public:
  explicit Model(std::uint64_t seed)
      : random_(seed), table_(chain_.tip()), coins_(std::make_unique<Generations>(table_, salt())) {
    nodes_[chain_.tip()];
  }

  void step() {
    switch (below(20)) {
      case 0:
      case 1:
        return undo_some();
      case 2:
        return next_of_checkpoint();
      case 3:
        return below(6) == 0 ? kill() : undo_some();
      default:
        return connect_window();
    }
  }
  void check() {
    const Node& node = nodes_.at(chain_.tip());
    ASSERT_EQ(coins_->tip(), (Tip{chain_.tip(), chain_.ancestors.last()}));
    std::ranges::shuffle(seen_, random_);
    const auto found = coins_->find(seen_).value();
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      const auto expected = node.set.find(seen_[i]);
      const auto is = plain(found.at(i));
      ASSERT_EQ(is.has_value(), expected != node.set.end());
      if (is) {
        ASSERT_EQ(*is, expected->second);
      }
    }
  }
  void finish() {
    while (table_.tip() != coins_->tip()) ASSERT_TRUE(testing::write_checkpoint(*coins_, table_));
    PlainSet written;
    ASSERT_TRUE(table_.iterate([&](const wire::Outpoint& outpoint, const Coin& coin) {
      written.emplace(outpoint, *plain(coin));
      return Walk::kOn;
    }));
    const Node& node = nodes_.at(chain_.tip());
    EXPECT_EQ(written, node.set);
    const SetSummary summary = summarize(table_, SetHash::kMuHash).value();
    EXPECT_EQ(summary.counts, statistics_.counts());
    EXPECT_EQ(summary.hash, statistics_.hash().hash());
  }

 private:
  // A block that was connected once, and the set after it.
  struct Node {
    std::shared_ptr<const consensus::ParsedBlock> block;
    Bytes undo;
    PlainSet set;
    RunningStatistics statistics;
  };

  static crypto::SipKey salt() { return {5, 6}; }
  std::size_t below(std::size_t bound) { return random_() % bound; }

  wire::Outpoint any_coin(const PlainSet& set) {
    wire::Outpoint somewhere{};
    for (std::uint8_t& byte : somewhere.txid) byte = static_cast<std::uint8_t>(random_());
    const auto found = set.lower_bound(somewhere);
    return found == set.end() ? set.begin()->first : found->first;
  }

  // Takes what it spends out of the set and puts what it makes in, as a reader of the rules would.
  std::optional<TransactionDraft> make_transaction(PlainSet& set, std::uint32_t height) {
    TransactionDraft draft;
    std::int64_t units = 0;
    for (std::size_t wanted = 1 + below(3); wanted > 0 && !set.empty(); --wanted) {
      const auto coin = set.find(any_coin(set));
      if (coin->second.is_coinbase && coin->second.height + 100 > height) continue;
      draft.inputs.push_back({.previous = coin->first});
      units += coin->second.units;
      set.erase(coin);
    }
    if (draft.inputs.empty()) return std::nullopt;
    const auto scripts = testing::scripts_of_all_kinds();
    const std::size_t outputs = below(10) == 0 ? 30 : 1 + below(4);
    for (std::size_t i = 0; i < outputs; ++i) {
      const auto part = static_cast<std::int64_t>(below(static_cast<std::size_t>(units) / 2 + 1));
      const bool is_unspendable = below(8) == 0;
      draft.outputs.push_back({part, is_unspendable ? Bytes{0x6a} : scripts[below(13)]});
      units -= part;
    }
    put_outputs(set, draft, height, false);
    return draft;
  }
  static void put_outputs(PlainSet& set, const TransactionDraft& draft, std::uint32_t height,
                          bool is_coinbase) {
    for (std::uint32_t i = 0; i < draft.outputs.size(); ++i) {
      const auto& output = draft.outputs[i];
      if (!output.script.empty() && output.script[0] == 0x6a) continue;
      set[draft.outpoint(i)] = {output.value, output.script, height, is_coinbase};
    }
  }

  // Up to three blocks, one after the other, that are read ahead together.
  void connect_window() {
    const Hash256 start = chain_.tip();
    std::vector<Node> window(1 + below(3));
    PlainSet set = nodes_.at(start).set;
    testing::MadeChain ahead = chain_;
    std::vector<std::shared_ptr<const consensus::ParsedBlock>> blocks;
    for (Node& node : window) {
      node = make_block(ahead, set);
      set = node.set;
      blocks.push_back(node.block);
      ahead.ancestors.add(node.block->header());
    }
    const ReadAhead read = below(2) == 0 ? coins_->read_ahead(blocks)().value() : ReadAhead();
    for (Node& node : window) {
      connect(node, read);
      if (below(10) == 0) next_of_checkpoint();
    }
  }
  Node make_block(const testing::MadeChain& chain, PlainSet set) {
    const std::uint32_t height = chain.next_height().value();
    std::vector<TransactionDraft> drafts;
    for (std::size_t count = below(8); count > 0; --count) {
      if (auto draft = make_transaction(set, height)) drafts.push_back(std::move(*draft));
    }
    Node node;
    node.block = chain.next(drafts, ++mark_);
    const auto& first = node.block->transactions()[0];
    put_outputs(set, TransactionDraft::of(first), height, true);
    node.set = std::move(set);
    return node;
  }
  void connect(Node& node, const ReadAhead& read) {
    const auto gathered = coins_->gather(*node.block, Bip30::kAsk, read).value();
    ASSERT_EQ(gathered->repeated_transaction, std::nullopt);
    const auto connected = chain_.connect(node.block, gathered);
    coins_->connect(*connected);
    statistics_.connect(*connected);
    node.undo = undo_bytes(*connected);
    node.statistics = statistics_;
    for (const auto& ids : node.block->ids()) {
      for (std::uint32_t i = 0; i < 4; ++i) seen_.push_back({ids.txid, i});
    }
    nodes_[node.block->hash()] = std::move(node);
  }

  void undo_some() {
    for (std::size_t count = 1 + below(12); count > 0 && chain_.ancestors.list.size() > 1;
         --count) {
      const Node& node = nodes_.at(chain_.tip());
      const auto undo = parse_undo(node.undo).value();
      statistics_.disconnect(*node.block, undo, chain_.ancestors.last());
      ASSERT_TRUE(coins_->disconnect(*node.block, undo));
      chain_.disconnect();
    }
  }

  // One step of three; in between, anything may happen.
  void next_of_checkpoint() {
    switch (checkpoint_step_++ % 3) {
      case 0:
        coins_->freeze();
        return;
      case 1: {
        const Checkpoint& checkpoint = coins_->freeze();
        ASSERT_TRUE(table_.apply(*checkpoint.changes, checkpoint.tip));
        return;
      }
      default:
        coins_->drop_frozen();
    }
  }

  // Only the table is left; the chain goes on from where it stands, on a branch that was perhaps
  // left long ago.
  void kill() {
    coins_ = std::make_unique<Generations>(table_, salt());
    checkpoint_step_ = 0;
    std::vector<wire::BlockHeader> headers;
    Hash256 hash = table_.tip().block;
    while (nodes_.at(hash).block) {
      headers.push_back(nodes_.at(hash).block->header());
      hash = headers.back().previous;
    }
    chain_ = testing::MadeChain();
    for (auto each = headers.rbegin(); each != headers.rend(); ++each) chain_.ancestors.add(*each);
    statistics_ = nodes_.at(chain_.tip()).statistics;
  }

  std::mt19937_64 random_;
  testing::MadeChain chain_;
  MemoryTable table_;
  std::unique_ptr<Generations> coins_;
  RunningStatistics statistics_;
  std::map<Hash256, Node> nodes_;
  std::vector<wire::Outpoint> seen_;
  std::uint32_t mark_ = 0;
  int checkpoint_step_ = 0;
};

class GenerationsModel : public ::testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, GenerationsModel, ::testing::Range<std::uint64_t>(1, 9));

TEST_P(GenerationsModel, AgreesWithAPlainMap) {
  Model model(GetParam());
  for (int i = 0; i < 250 && !HasFatalFailure(); ++i) {
    model.step();
    if (i % 10 == 9) model.check();
  }
  model.check();
  model.finish();
}

}  // namespace
}  // namespace veilwire::coins

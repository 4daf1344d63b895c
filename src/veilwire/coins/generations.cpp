#include "veilwire/coins/generations.h"

#include <algorithm>

#include "veilwire/coins/block_coins.h"

namespace veilwire::coins {
namespace {

using consensus::Coin;
using consensus::OutsideCoins;
using consensus::ParsedBlock;
using Knowledge = ChangeTable::Knowledge;

void sort_and_make_unique(std::vector<wire::Outpoint>& outpoints) {
  std::ranges::sort(outpoints);
  const auto same = std::ranges::unique(outpoints);
  outpoints.erase(same.begin(), same.end());
}

// From outpoints in order.
void remove_outputs_of(std::vector<Hash256> transactions, std::vector<wire::Outpoint>& outpoints) {
  std::ranges::sort(transactions);
  auto transaction = transactions.begin();
  const auto is_one = [&](const wire::Outpoint& outpoint) {
    while (transaction != transactions.end() && *transaction < outpoint.txid) ++transaction;
    return transaction != transactions.end() && *transaction == outpoint.txid;
  };
  std::erase_if(outpoints, is_one);
}

bool belong_together(const ParsedBlock& block, const BlockUndo& undo) {
  const auto transactions = block.transactions();
  if (undo.first_spent.size() != transactions.size()) return false;
  for (std::size_t i = 1; i < transactions.size(); ++i) {
    const std::size_t spent = undo.first_spent[i] - undo.first_spent[i - 1];
    if (spent != transactions[i].inputs().size()) return false;
  }
  return true;
}

}  // namespace

// Where an answer comes from.
struct Generations::Source {
  enum class Kind : std::uint8_t { kMissing, kMemory, kAhead, kBelow };

  Kind kind = Kind::kMissing;
  ByteView encoded{};          // kMemory
  std::optional<Coin> coin{};  // kAhead
};

Generations::Generations(Table& below, const crypto::SipKey& salt)
    : below_(below), salt_(salt), tip_(below.tip()), young_(std::make_unique<ChangeTable>(salt)) {}

ChangeTable::Answer Generations::known(const wire::Outpoint& outpoint) const {
  const auto answer = young_->find(outpoint);
  if (answer.knowledge != Knowledge::kNone || !frozen_) return answer;
  return frozen_->find(outpoint);
}

Generations::Source Generations::source_of(const wire::Outpoint& outpoint,
                                           const ReadAhead& ahead) const {
  const auto answer = known(outpoint);
  if (answer.knowledge == Knowledge::kCoin) return {Source::Kind::kMemory, answer.coin, {}};
  if (answer.knowledge == Knowledge::kGone) return {};
  if (ahead.checkpoint() == checkpoints_) {
    if (const auto read = ahead.find(outpoint)) return {Source::Kind::kAhead, {}, *read};
  }
  return {Source::Kind::kBelow, {}, {}};
}

std::expected<OutsideCoins, TableError> Generations::find(std::span<const wire::Outpoint> outpoints,
                                                          const ReadAhead& ahead) const {
  std::vector<Source> sources;
  sources.reserve(outpoints.size());
  std::vector<wire::Outpoint> unknown;
  for (const wire::Outpoint& outpoint : outpoints) {
    sources.push_back(source_of(outpoint, ahead));
    if (sources.back().kind == Source::Kind::kBelow) unknown.push_back(outpoint);
  }
  sort_and_make_unique(unknown);
  auto read = read_below(unknown);
  if (!read) return read;

  OutsideCoins found;
  found.reserve(outpoints.size(), 0);
  ScriptRoom room;
  for (std::size_t i = 0; i < outpoints.size(); ++i) {
    std::optional<Coin> coin = sources[i].coin;
    if (sources[i].kind == Source::Kind::kMemory) {
      wire::Reader reader(sources[i].encoded);
      coin = read_coin(reader, room);
    } else if (sources[i].kind == Source::Kind::kBelow) {
      const auto at = std::ranges::lower_bound(unknown, outpoints[i]) - unknown.begin();
      coin = read->at(static_cast<std::size_t>(at));
    }
    if (coin) {
      found.add(*coin);
    } else {
      found.add_missing();
    }
  }
  return found;
}

// The genesis block's coin cannot be spent, and is in no set.
bool Generations::has_coins_below() const { return below_.tip().height > 0; }

std::expected<OutsideCoins, TableError> Generations::read_below(
    std::span<const wire::Outpoint> sorted) const {
  if (!has_coins_below()) {
    OutsideCoins none;
    for (std::size_t i = 0; i < sorted.size(); ++i) none.add_missing();
    return none;
  }
  if (sorted.empty()) return OutsideCoins();
  return below_.get_many(sorted);
}

std::expected<std::shared_ptr<const OutsideCoins>, TableError> Generations::gather(
    const ParsedBlock& block, Bip30 bip30, const ReadAhead& ahead) const {
  auto found = find(block.sources().outside, ahead);
  if (!found) return std::unexpected(std::move(found.error()));
  if (bip30 == Bip30::kAsk) {
    const auto repeated = repeated_transaction(block);
    if (!repeated) return std::unexpected(repeated.error());
    found->repeated_transaction = *repeated;
  }
  return std::make_shared<const OutsideCoins>(std::move(*found));
}

std::expected<std::optional<std::uint32_t>, TableError> Generations::repeated_transaction(
    const ParsedBlock& block) const {
  const std::span<const std::uint32_t> first = block.sources().first_output;
  std::vector<wire::Outpoint> outputs;
  outputs.reserve(first.back());
  for (std::uint32_t i = 0; i + 1 < first.size(); ++i) {
    for (std::uint32_t output = 0; output < first[i + 1] - first[i]; ++output) {
      outputs.push_back({block.ids()[i].txid, output});
    }
  }
  const auto found = find(outputs);
  if (!found) return std::unexpected(found.error());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!found->at(i)) continue;
    const auto after = std::ranges::upper_bound(first, static_cast<std::uint32_t>(i));
    return static_cast<std::uint32_t>(after - first.begin() - 1);
  }
  return std::nullopt;
}

Generations::Reading Generations::read_ahead(
    std::span<const std::shared_ptr<const ParsedBlock>> blocks,
    std::span<const std::shared_ptr<const ParsedBlock>> before) const {
  if (!has_coins_below()) return [] { return ReadAhead(); };
  std::vector<wire::Outpoint> unknown;
  std::vector<Hash256> made;
  const auto add_made = [&made](const ParsedBlock& block) {
    for (const wire::TransactionIds& ids : block.ids()) made.push_back(ids.txid);
  };
  for (const auto& block : before) add_made(*block);
  for (const auto& block : blocks) {
    for (const wire::Outpoint& outpoint : block->sources().outside) {
      if (known(outpoint).knowledge == Knowledge::kNone) unknown.push_back(outpoint);
    }
    add_made(*block);
  }
  sort_and_make_unique(unknown);
  remove_outputs_of(std::move(made), unknown);
  return [&below = below_, unknown = std::move(unknown),
          checkpoint = checkpoints_]() mutable -> std::expected<ReadAhead, TableError> {
    if (unknown.empty()) return ReadAhead();
    auto coins = below.get_many(unknown);
    if (!coins) return std::unexpected(std::move(coins.error()));
    return ReadAhead(std::move(unknown), std::move(*coins), checkpoint);
  };
}

void Generations::connect(const consensus::ConnectedBlock& connected) {
  for (const wire::Outpoint& outpoint : connected.block->sources().outside) {
    young_->remove(outpoint);
  }
  std::vector<NewCoin> coins;
  for (std::size_t i = 0; i < connected.created.size();) {
    const std::uint32_t transaction = connected.created[i].transaction;
    coins.clear();
    for (; i < connected.created.size() && connected.created[i].transaction == transaction; ++i) {
      coins.push_back({connected.created[i].output, connected.created[i].coin});
    }
    // Where BIP 30 was broken, twice in history, it was by a coinbase.
    young_->add(connected.block->ids()[transaction].txid, coins,
                transaction == 0 ? Below::kMayHave : Below::kHasNothing);
  }
  tip_ = {connected.block->hash(), connected.height};
}

std::expected<void, UndoFault> Generations::disconnect(const ParsedBlock& block,
                                                       const BlockUndo& undo) {
  if (block.hash() != tip_.block) return std::unexpected(UndoFault::kNotTheTip);
  if (!belong_together(block, undo)) return std::unexpected(UndoFault::kOtherBlocks);
  for_each_created(block, tip_.height, [this](const wire::Outpoint& outpoint, const Coin&) {
    young_->remove(outpoint);
  });
  restore(block, undo);
  tip_ = {block.header().previous, tip_.height.before(1)};
  return {};
}

// A coin of which `young` does not know that it was spent was spent before the last checkpoint, so
// that the state below has it no more; or it came and went in `young`, and the state below never
// had it.
void Generations::restore(const ParsedBlock& block, const BlockUndo& undo) {
  for_each_restored(block, undo, [this](const wire::Outpoint& outpoint, const Coin& coin) {
    const NewCoin restored{outpoint.index, coin};
    young_->add(outpoint.txid, {&restored, 1}, Below::kHasNothing);
  });
}

const Checkpoint& Generations::freeze() {
  if (!checkpoint_) {
    frozen_ = std::move(young_);
    young_ = std::make_unique<ChangeTable>(salt_);
    checkpoint_ = Checkpoint{frozen_, tip_};
  }
  return *checkpoint_;
}

void Generations::drop_frozen() {
  checkpoint_.reset();
  frozen_.reset();
  ++checkpoints_;
}

std::size_t Generations::bytes() const {
  return young_->bytes() + (frozen_ ? frozen_->bytes() : 0);
}

}  // namespace veilwire::coins

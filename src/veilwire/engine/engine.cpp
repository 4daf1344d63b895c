#include "veilwire/engine/engine.h"

#include <algorithm>

#include "veilwire/chain/branch.h"
#include "veilwire/chain/walks.h"
#include "veilwire/coins/block_coins.h"
#include "veilwire/coins/undo.h"
#include "veilwire/consensus/header_check.h"

namespace veilwire::engine {

namespace {

using chain::Branch;
using chain::NodeIndex;
using consensus::BlockContext;
using consensus::CheckScope;

std::unexpected<EngineError> failed(const chain::StoreError& error) {
  using Kind = chain::StoreError::Kind;
  EngineError::Kind kind = EngineError::Kind::kUnavailable;
  if (error.kind == Kind::kFull) kind = EngineError::Kind::kFull;
  if (error.kind == Kind::kDamaged || error.kind == Kind::kAbsent) {
    kind = EngineError::Kind::kDamaged;
  }
  return std::unexpected(EngineError{kind, error.text});
}

std::unexpected<EngineError> failed(const coins::TableError& error) {
  EngineError::Kind kind = EngineError::Kind::kUnavailable;
  if (error.fault == coins::TableFault::kFull) kind = EngineError::Kind::kFull;
  if (error.fault == coins::TableFault::kDamaged) kind = EngineError::Kind::kDamaged;
  return std::unexpected(EngineError{kind, "the table of coins cannot be used: " + error.detail});
}

std::unexpected<EngineError> damaged(const std::string& what) {
  return std::unexpected(EngineError{EngineError::Kind::kDamaged, what});
}

// What the block took from the chain, out of what undoes it.
std::shared_ptr<const consensus::OutsideCoins> taken_by(const consensus::ParsedBlock& block,
                                                        const coins::BlockUndo& undo) {
  auto taken = std::make_shared<consensus::OutsideCoins>();
  coins::for_each_restored(
      block, undo,
      [&taken](const wire::Outpoint&, const consensus::Coin& coin) { taken->add(coin); });
  return taken;
}

}  // namespace

Engine::Engine(chain::HeaderTree& tree, chain::BlockStore& blocks, coins::Table& table,
               Executor& executor, const EngineConfig& config, const crypto::SipKey& salt)
    : tree_(tree),
      blocks_(blocks),
      executor_(executor),
      config_(config),
      table_(table),
      coins_(table, salt),
      window_(tree.nodes(), blocks, executor, config.window_bytes),
      ahead_(coins_, executor) {}

// -- The start --------------------------------------------------------------------------------------

EngineResult<Replayed> Engine::start() {
  const auto at = tree_.nodes().find(coins_.tip().block);
  if (!at) return damaged("the coins stand at a block that the store does not know");
  tip_ = *at;
  const chain::Path way = path(tree_.nodes(), tip_, blocks_.tip());
  Replayed replayed;
  for (std::size_t i = 0; i < way.off.size(); ++i, ++replayed.taken_off) {
    if (const auto step = disconnect(); !step) return std::unexpected(step.error());
    if (const auto done = checkpoint_if_full(); !done) return std::unexpected(done.error());
  }
  for (const NodeIndex index : way.on) {
    const auto done = put_on_again(index);
    if (done) {
      ++replayed.put_on;
      if (const auto room = checkpoint_if_full(); !room) return std::unexpected(room.error());
      continue;
    }
    if (done.error().kind != EngineError::Kind::kDamaged) return std::unexpected(done.error());
    replayed.lost = static_cast<std::uint32_t>(way.on.size()) - replayed.put_on;
    tree_.unconnect(index);
    break;
  }
  return replayed;
}

std::unexpected<EngineError> Engine::not_valid(NodeIndex index,
                                               const consensus::Failure& failure) const {
  return damaged("block " + to_display(tree_.nodes()[index].hash) +
                 ", which was valid, is not any more: " + failure_text(failure));
}

// Every rule but those of scripts is asked again: a torn block shows.
EngineResult<void> Engine::put_on_again(NodeIndex index) {
  const auto block = read_block(index);
  if (!block) return std::unexpected(block.error());
  const auto undo = read_undo(index);
  if (!undo) return std::unexpected(undo.error());
  const Branch branch(tree_.nodes(), tree_.nodes()[index].parent);
  const auto context = BlockContext::of(tree_.network(), branch, (*block)->header());
  const auto verdict = check_block(*block, context, taken_by(**block, *undo), executor_,
                                   {.scripts = CheckScope::Scripts::kLeftOut});
  if (!verdict) return not_valid(index, verdict.error());
  coins_.connect(**verdict);
  tip_ = index;
  return {};
}

// -- Blocks looked at again -------------------------------------------------------------------------

EngineResult<std::uint32_t> Engine::verify(std::uint32_t blocks, VerifyLevel level) {
  std::vector<NodeIndex> last;
  for (NodeIndex at = tip_; last.size() < blocks && tree_.nodes()[at].height > 0;
       at = tree_.nodes()[at].parent) {
    if (const auto sound = verify_alone(at, level); !sound) return std::unexpected(sound.error());
    last.push_back(at);
  }
  if (level >= VerifyLevel::kUndone) {
    std::size_t off = 0;
    for (; off < last.size() && coins_.bytes() <= config_.coin_bytes; ++off) {
      if (const auto step = disconnect(); !step) return std::unexpected(step.error());
    }
    while (off-- > 0) {
      const auto done =
          level >= VerifyLevel::kConnected ? connect_again(last[off]) : put_on_again(last[off]);
      if (!done) return std::unexpected(done.error());
    }
  }
  return static_cast<std::uint32_t>(last.size());
}

EngineResult<void> Engine::verify_alone(NodeIndex index, VerifyLevel level) {
  const auto block = read_block(index);
  if (!block) return std::unexpected(block.error());
  if (level >= VerifyLevel::kSound) {
    const Branch branch(tree_.nodes(), tree_.nodes()[index].parent);
    const auto context = BlockContext::of(tree_.network(), branch, (*block)->header());
    if (const auto failure = check_without_coins(**block, context))
      return not_valid(index, *failure);
  }
  if (level >= VerifyLevel::kUndoReadable) {
    if (const auto undo = read_undo(index); !undo) return std::unexpected(undo.error());
  }
  return {};
}

EngineResult<void> Engine::connect_again(NodeIndex index) {
  const auto block = read_block(index);
  if (!block) return std::unexpected(block.error());
  const auto undo = blocks_.read_undo(index);
  if (!undo) return failed(undo.error());
  const Branch branch(tree_.nodes(), tip_);
  const auto context = BlockContext::of(tree_.network(), branch, (*block)->header());
  const auto coins = coins_.gather(**block, coins::Bip30::kLeaveOut);
  if (!coins) return failed(coins.error());
  const auto verdict = check_block(*block, context, *coins, executor_);
  if (!verdict) return not_valid(index, verdict.error());
  if (coins::undo_bytes(**verdict) != *undo) {
    return damaged("what undoes block " + to_display(tree_.nodes()[index].hash) +
                   " is not what it takes");
  }
  coins_.connect(**verdict);
  tip_ = index;
  return {};
}

// -- Blocks in --------------------------------------------------------------------------------------

EngineResult<std::optional<consensus::Failure>> Engine::accept(NodeIndex index,
                                                               const BlockPointer& block,
                                                               UnixTime now) {
  if (tree_.has_data(index)) return std::nullopt;
  const NodeIndex parent = tree_.nodes()[index].parent;
  const Branch branch(tree_.nodes(), parent);
  const auto context = BlockContext::of(tree_.network(), branch, block->header());
  auto failure = check_without_coins(*block, context, scope_of(index));
  if (!failure && consensus::is_too_new(block->header(), now)) {
    failure = consensus::Failure{.reason = consensus::Reason::kTimeTooNew};
  }
  if (failure) {
    if (const auto step = refuse(index, *failure); !step) return std::unexpected(step.error());
    return failure;
  }
  const ByteView bytes = block->payload().first(block->block().total_size());
  if (const auto added = blocks_.add_block(index, bytes); !added) return failed(added.error());
  tree_.set_data_here(index);
  if (const auto kept = blocks_.keep_standing(index); !kept) {
    tree_.drop_data(index);  // it may be accepted again
    return failed(kept.error());
  }
  window_.offer(parent, index, block);
  return std::nullopt;
}

// -- Along the best chain ---------------------------------------------------------------------------

EngineResult<Step> Engine::advance() {
  // First: a step that was taken is told of, whatever the disk says.
  if (const auto done = checkpoint_if_full(); !done) return std::unexpected(done.error());
  const NodeIndex best = tree_.best_block();
  if (tip_ == best) {
    // It may not be kept yet, where the disk was full.
    if (const auto kept = keep_tip_if_better(); !kept) return std::unexpected(kept.error());
    return Step{.kind = Step::Kind::kAtBest, .block = tip_};
  }
  const chain::Path way = path(tree_.nodes(), tip_, best, 1);
  return way.off.empty() ? connect(way.on.front(), best) : disconnect();
}

EngineResult<void> Engine::advance_to_best(
    const std::function<void(NodeIndex, const consensus::Failure&)>& refused) {
  for (;;) {
    const auto step = advance();
    if (!step) return std::unexpected(step.error());
    if (step->kind == Step::Kind::kAtBest) return {};
    if (step->kind == Step::Kind::kRefused && refused) refused(step->block, *step->failure);
  }
}

EngineResult<Step> Engine::connect(NodeIndex index, NodeIndex best) {
  const TimePoint begun = now();
  const auto block = window_.take(tip_, index, best);
  if (!block) {
    const auto error = failed(block.error());
    if (error.error().kind == EngineError::Kind::kDamaged) return lose(index);
    return error;
  }
  const Branch branch(tree_.nodes(), tip_);
  const auto context = BlockContext::of(tree_.network(), branch, (*block)->header());
  const auto coins = gather(*block, context);
  if (!coins) return std::unexpected(coins.error());
  const TimePoint read = now();
  const CheckScope scope = scope_of(index);
  const auto verdict = check_block(*block, context, *coins, executor_, scope);
  const TimePoint checked = now();
  done_.reading += read - begun;
  done_.checking += checked - read;
  if (!verdict) {
    // The copy was sound when it was accepted: it is the disk that changed it.
    const bool is_copys = verdict.error().guilt == consensus::Guilt::kCopy;
    return is_copys ? lose(index) : refuse(index, verdict.error());
  }

  if (const auto kept = keep_connected(index, **verdict); !kept) {
    return std::unexpected(kept.error());
  }
  done_.writing += now() - checked;
  count(**verdict, scope);
  return Step{.kind = Step::Kind::kConnected, .block = index};
}

EngineResult<void> Engine::keep_connected(NodeIndex index,
                                          const consensus::ConnectedBlock& connected) {
  if (const auto added = blocks_.add_undo(index, coins::undo_bytes(connected)); !added) {
    return failed(added.error());
  }
  tree_.set_connected(index);
  if (const auto kept = blocks_.keep_standing(index); !kept) return failed(kept.error());
  coins_.connect(connected);
  tip_ = index;
  return keep_tip_if_better();
}

void Engine::count(const consensus::ConnectedBlock& connected, const CheckScope& scope) {
  ++done_.blocks;
  done_.transactions += connected.block->transactions().size();
  done_.inputs += connected.spent.size();
  if (scope.scripts == CheckScope::Scripts::kRun) done_.inputs_run += connected.spent.size();
}

EngineResult<std::shared_ptr<const consensus::OutsideCoins>> Engine::gather(
    const BlockPointer& block, const BlockContext& context) {
  const auto ahead = ahead_.take(block, window_.ready());
  if (!ahead) return failed(ahead.error());
  const bool asks = bip30_is_checked(context, block->hash());
  auto coins = coins_.gather(*block, asks ? coins::Bip30::kAsk : coins::Bip30::kLeaveOut, **ahead);
  if (!coins) return failed(coins.error());
  return std::move(*coins);
}

EngineResult<Step> Engine::disconnect() {
  const NodeIndex index = tip_;
  const auto block = read_block(index);
  if (!block) return std::unexpected(block.error());
  const auto undo = read_undo(index);
  if (!undo) return std::unexpected(undo.error());
  if (const auto undone = coins_.disconnect(**block, *undo); !undone) {
    return damaged("what undoes a block is another block's");
  }
  tip_ = tree_.nodes()[index].parent;
  ahead_.forget();
  return Step{.kind = Step::Kind::kDisconnected, .block = index};
}

EngineResult<Step> Engine::refuse(NodeIndex index, const consensus::Failure& failure) {
  tree_.refuse(index, failure);
  if (const auto kept = blocks_.keep_standing(index); !kept) return failed(kept.error());
  return Step{.kind = Step::Kind::kRefused, .block = index, .failure = failure};
}

// It may have been connected once, and its data must be missed nevertheless.
EngineResult<Step> Engine::lose(NodeIndex index) {
  ahead_.forget();
  tree_.unconnect(index);
  tree_.drop_data(index);
  if (const auto kept = blocks_.keep_standing(index); !kept) return failed(kept.error());
  return Step{.kind = Step::Kind::kLost, .block = index};
}

// On the way to another chain the tip that was acknowledged stays, until the new chain has more work:
// whenever a kill comes, the tip after it is no worse. A tip that was called invalid does not stay.
EngineResult<void> Engine::keep_tip_if_better() {
  const NodeIndex kept = blocks_.tip();
  const bool is_better = tree_.nodes()[tip_].work > tree_.nodes()[kept].work ||
                         tree_.blame(kept) != chain::Blame::kNone ||
                         (tip_ == tree_.best_block() && tip_ != kept);
  if (!is_better) return {};
  if (const auto done = blocks_.keep_tip(tip_); !done) return failed(done.error());
  return {};
}

EngineResult<void> Engine::checkpoint_if_full() {
  const std::size_t bytes = coins_.bytes();
  const TimePoint begun = now();
  if (bytes > config_.coin_bytes / 4 * 3 && !checkpoint_) {
    if (const auto started = begin_checkpoint(); !started) return started;
  }
  const bool is_wanted = bytes > config_.coin_bytes;
  EngineResult<void> ended;
  if (checkpoint_ && (is_wanted || checkpoint_->is_done())) ended = end_checkpoint();
  done_.writing += now() - begun;
  return ended;
}

// Twice, where one was begun before.
EngineResult<void> Engine::checkpoint() {
  const TimePoint begun = now();
  while (coins_.has_frozen() || table_.tip().block != coins_.tip().block) {
    if (const auto done = begin_checkpoint(); !done) return done;
    if (const auto done = end_checkpoint(); !done) return done;
  }
  done_.writing += now() - begun;
  return {};
}

EngineResult<void> Engine::begin_checkpoint() {
  if (checkpoint_ && !checkpoint_->is_done()) return {};
  if (checkpoint_) {
    if (const auto ended = end_checkpoint(); !ended) return ended;
  }
  // Blocks first: the coins must not stand at one that can be lost.
  if (const auto synced = blocks_.sync(); !synced) return failed(synced.error());
  checkpoint_.emplace(executor_, [&table = table_, frozen = coins_.freeze()] {
    return table.apply(*frozen.changes, frozen.tip);
  });
  return {};
}

EngineResult<void> Engine::end_checkpoint() {
  const auto written = checkpoint_->take();
  checkpoint_.reset();
  if (!written) return failed(written.error());
  coins_.drop_frozen();
  ahead_.forget();  // it is out of date
  return {};
}

// -- Small parts ------------------------------------------------------------------------------------

EngineResult<Engine::BlockPointer> Engine::read_block(NodeIndex index) {
  auto block = window_.read(index);
  if (!block) return failed(block.error());
  return std::move(*block);
}

EngineResult<coins::BlockUndo> Engine::read_undo(NodeIndex index) {
  const auto bytes = blocks_.read_undo(index);
  if (!bytes) return failed(bytes.error());
  auto undo = coins::parse_undo(*bytes);
  if (!undo) {
    return damaged("what undoes block " + to_display(tree_.nodes()[index].hash) +
                   " cannot be read");
  }
  return std::move(*undo);
}

CheckScope Engine::scope_of(NodeIndex index) const {
  const bool is_assumed =
      config_.assumed_valid && is_assumed_valid(tree_, index, *config_.assumed_valid);
  return {.scripts = is_assumed ? CheckScope::Scripts::kLeftOut : CheckScope::Scripts::kRun};
}

}  // namespace veilwire::engine

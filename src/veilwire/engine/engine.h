// Blocks in, verdicts out: keeps what is sound, and leads the coins along the best chain of it.
//
// Three things stand at a block each, in this order of age: the table of coins at its last
// checkpoint, the store at the tip that was acknowledged last, and the coins in memory at the tip.
// After a kill the blocks between the first two are put on again from block and undo files, without
// look-ups and without scripts: the undo files are the log of the coins.
//
// Starts no thread and takes no lock: blocks to be parsed, look-ups, scripts and checkpoints go to the
// executor. One thread at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "veilwire/base/executor.h"
#include "veilwire/chain/assumed_valid.h"
#include "veilwire/chain/block_store.h"
#include "veilwire/chain/header_tree.h"
#include "veilwire/coins/generations.h"
#include "veilwire/consensus/check_block.h"
#include "veilwire/engine/block_window.h"
#include "veilwire/engine/look_ahead.h"
#include "veilwire/engine/posted.h"
#include "veilwire/engine/progress.h"

namespace veilwire::engine {

struct EngineConfig {
  std::optional<chain::AssumedValid> assumed_valid{};
  // Memory of coins. From three quarters of it on a checkpoint is written, beside the blocks that come
  // then; they wait for it where all of it is used.
  std::size_t coin_bytes = 300u << 20;
  // Of blocks that are read and parsed before their turn comes; parsed ones take some three times as
  // much.
  std::size_t window_bytes = 16u << 20;
  // Tells the time, for done() and nothing else.
  std::function<TimePoint()> stopwatch{};
};

// Why it cannot go on, which is nobody's fault but the disk's. Nothing is lost: the call may be made
// again, except after kDamaged.
struct EngineError {
  enum class Kind : std::uint8_t {
    kFull,         // the disk is
    kUnavailable,  // the system refuses
    kDamaged,      // the disk does not have what was written: coins or blocks are to be built anew
  };
  Kind kind = Kind::kUnavailable;
  std::string text;  // a sentence without its full stop
};

template <typename T>
using EngineResult = std::expected<T, EngineError>;

// What a start found.
struct Replayed {
  std::uint32_t taken_off = 0;
  std::uint32_t put_on = 0;
  // Blocks up to the acknowledged tip that have to be connected, some of them fetched, again: none
  // after a kill, however it came; some, perhaps, after a loss of power.
  std::uint32_t lost = 0;
};

// What is looked at again of a block that was connected: each level does all of those before it. As
// Core's -checklevel.
enum class VerifyLevel : std::uint8_t {
  kReadable,      // 0: it is on the disk, and it is the block
  kSound,         // 1: it keeps all rules that need no coins
  kUndoReadable,  // 2: what undoes it is on the disk
  kUndone,        // 3: it can be taken off the coins and put on again
  kConnected,     // 4: it keeps every rule but BIP 30, and takes what its undo record says
};

// One step towards the best chain.
struct Step {
  enum class Kind : std::uint8_t {
    kAtBest,  // there is nothing to do
    kConnected,
    kDisconnected,
    kRefused,  // the block, and all on it: the next step goes another way
    kLost,     // the disk does not have the block as it came: it is to be fetched again
  };
  Kind kind{};
  chain::NodeIndex block{};
  std::optional<consensus::Failure> failure{};  // of kRefused
};

class Engine {
 public:
  // All of them outlive it. `salt`: secret, and of this process alone.
  Engine(chain::HeaderTree& tree, chain::BlockStore& blocks, coins::Table& table,
         Executor& executor, const EngineConfig& config, const crypto::SipKey& salt);

  // Brings the coins to the acknowledged tip. Before anything else, once.
  EngineResult<Replayed> start();

  // Looks at the last blocks again, of which there may be fewer: how many it looked at. From kUndone on
  // it goes only as deep as the memory of coins reaches. kDamaged names the block at which something
  // is wrong; the engine is of no use then.
  EngineResult<std::uint32_t> verify(std::uint32_t blocks, VerifyLevel level);

  chain::NodeIndex tip() const { return tip_; }
  const coins::Generations& coins() const { return coins_; }
  const Done& done() const { return done_; }

  // Keeps the block where nothing that needs no coins speaks against it. What does is the inner error;
  // the tree knows of it then. REQUIRES: its header is in the tree as `index`.
  EngineResult<std::optional<consensus::Failure>> accept(
      chain::NodeIndex index, const std::shared_ptr<const consensus::ParsedBlock>& block,
      UnixTime now);
  EngineResult<Step> advance();
  // Up to the best chain. What was refused on the way is shown to `refused`.
  EngineResult<void> advance_to_best(
      const std::function<void(chain::NodeIndex, const consensus::Failure&)>& refused = {});

  // When it returns a start replays nothing.
  EngineResult<void> checkpoint();
  // Begins one that is written beside the blocks to come, where none is being written. Once it is, a
  // start replays only them. Where one has failed it is that one that is begun again. That it cannot be
  // written, a later call says.
  EngineResult<void> begin_checkpoint();

 private:
  using BlockPointer = std::shared_ptr<const consensus::ParsedBlock>;

  TimePoint now() const { return config_.stopwatch ? config_.stopwatch() : TimePoint(); }
  EngineResult<void> keep_connected(chain::NodeIndex index,
                                    const consensus::ConnectedBlock& connected);
  void count(const consensus::ConnectedBlock& connected, const consensus::CheckScope& scope);
  EngineResult<Step> connect(chain::NodeIndex index, chain::NodeIndex best);
  EngineResult<Step> disconnect();
  EngineResult<Step> lose(chain::NodeIndex index);
  EngineResult<Step> refuse(chain::NodeIndex index, const consensus::Failure& failure);
  EngineResult<void> put_on_again(chain::NodeIndex index);
  EngineResult<void> verify_alone(chain::NodeIndex index, VerifyLevel level);
  EngineResult<void> connect_again(chain::NodeIndex index);
  EngineResult<void> keep_tip_if_better();
  EngineResult<void> checkpoint_if_full();
  EngineResult<void> end_checkpoint();
  EngineResult<BlockPointer> read_block(chain::NodeIndex index);
  EngineResult<std::shared_ptr<const consensus::OutsideCoins>> gather(
      const BlockPointer& block, const consensus::BlockContext& context);
  EngineResult<coins::BlockUndo> read_undo(chain::NodeIndex index);
  std::unexpected<EngineError> not_valid(chain::NodeIndex index,
                                         const consensus::Failure& failure) const;
  consensus::CheckScope scope_of(chain::NodeIndex index) const;

  chain::HeaderTree& tree_;
  chain::BlockStore& blocks_;
  Executor& executor_;
  const EngineConfig config_;
  coins::Table& table_;
  coins::Generations coins_;
  BlockWindow window_;
  LookAhead ahead_;
  // That is being written.
  std::optional<Posted<std::expected<void, coins::TableError>>> checkpoint_;
  Done done_;
  chain::NodeIndex tip_{};
};

}  // namespace veilwire::engine

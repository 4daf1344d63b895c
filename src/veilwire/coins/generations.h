// The set of unspent coins at the tip of the active chain, in generations.
//
//   young    what changed since the last checkpoint began; in memory
//   frozen   what a checkpoint writes, while it is being written; in memory, and never changed
//   below    the table as the last checkpoint left it: on a disk
//
// The youngest that knows a coin is right. Half of all coins are spent within a few blocks: they come
// and go in `young`, and no disk ever hears of them. What a block makes and spends itself does not
// come here at all: consensus has matched it. A block that is taken off the chain changes `young`
// alone, whether a checkpoint has been written since it was put on or not.
//
// Gathering asks the disk, and is all that can fail because of it; connecting and disconnecting touch
// only memory. How much, bytes() tells: whoever connects blocks takes a checkpoint when it is enough.
//
// One thread at a time, but for what asks the table below alone: a frozen generation may be written, and
// coins may be read ahead, on other threads while this one goes on.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "veilwire/coins/change_table.h"
#include "veilwire/coins/read_ahead.h"
#include "veilwire/coins/table.h"
#include "veilwire/coins/undo.h"
#include "veilwire/consensus/connected_block.h"
#include "veilwire/crypto/siphash.h"

namespace veilwire::coins {

// Why a block cannot be taken off. Nothing has changed then.
enum class UndoFault : std::uint8_t {
  kNotTheTip,    // another block is
  kOtherBlocks,  // the undo record has other transactions or inputs than the block
};

// What is to be written at a checkpoint.
struct Checkpoint {
  std::shared_ptr<const Changes> changes;
  Tip tip;
};

// Whether BIP 30 is asked about a block: see consensus::bip30_is_checked().
enum class Bip30 : std::uint8_t { kAsk, kLeaveOut };

class Generations {
 public:
  // At the tip of the table, which must outlive it. `salt`: secret, and of this process alone.
  Generations(Table& below, const crypto::SipKey& salt);

  const Tip& tip() const { return tip_; }

  // The coins at these outpoints, in any order, of which those read ahead need not be read again.
  std::expected<consensus::OutsideCoins, TableError> find(std::span<const wire::Outpoint> outpoints,
                                                          const ReadAhead& ahead = {}) const;

  // What check_block() wants to know of the set: what the block takes from it, and where BIP 30 is
  // asked, which of its transactions have unspent outputs already.
  std::expected<std::shared_ptr<const consensus::OutsideCoins>, TableError> gather(
      const consensus::ParsedBlock& block, Bip30 bip30, const ReadAhead& ahead = {}) const;

  // One look into the table below for all that a window of blocks takes from outside and memory does
  // not know now. `before`: blocks that are to be connected before them. Any thread may look, once, while
  // this one goes on. A checkpoint makes what was read out of date; it is not used then.
  using Reading = std::function<std::expected<ReadAhead, TableError>()>;
  Reading read_ahead(
      std::span<const std::shared_ptr<const consensus::ParsedBlock>> blocks,
      std::span<const std::shared_ptr<const consensus::ParsedBlock>> before = {}) const;

  // REQUIRES: its verdict was given on this set, and it follows the tip.
  void connect(const consensus::ConnectedBlock& connected);
  // REQUIRES: the undo record is the one of this block, as far as it is not seen to be another's.
  // A coin that a repeated coinbase had overwritten is gone: no undo record has it.
  std::expected<void, UndoFault> disconnect(const consensus::ParsedBlock& block,
                                            const BlockUndo& undo);

  // A checkpoint in three steps: freeze(), the table's apply(), drop_frozen(). Until it is dropped,
  // freeze() gives the same again: an apply() that failed can be repeated.
  const Checkpoint& freeze();
  // REQUIRES: the table below has applied it.
  void drop_frozen();
  bool has_frozen() const { return checkpoint_.has_value(); }

  // All memory of the generations.
  std::size_t bytes() const;
  // Of the youngest, which a checkpoint would empty.
  const ChangeTable& young() const { return *young_; }

 private:
  struct Source;

  ChangeTable::Answer known(const wire::Outpoint& outpoint) const;
  Source source_of(const wire::Outpoint& outpoint, const ReadAhead& ahead) const;
  bool has_coins_below() const;
  std::expected<consensus::OutsideCoins, TableError> read_below(
      std::span<const wire::Outpoint> sorted) const;
  // Of the outputs of the block, the first whose transaction has unspent ones.
  std::expected<std::optional<std::uint32_t>, TableError> repeated_transaction(
      const consensus::ParsedBlock& block) const;
  void restore(const consensus::ParsedBlock& block, const BlockUndo& undo);

  Table& below_;
  crypto::SipKey salt_;
  Tip tip_;
  std::unique_ptr<ChangeTable> young_;
  std::shared_ptr<const ChangeTable> frozen_;
  std::optional<Checkpoint> checkpoint_;
  std::uint64_t checkpoints_ = 0;  // that were written
};

}  // namespace veilwire::coins

// Makes the chain block by block, on two threads: while one signs the witnesses of some blocks, the
// other plans the next ones and then helps.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "blk_files.h"
#include "block_plan.h"
#include "key_ring.h"

namespace veilwire::bench {

class ChainMaker {
 public:
  // From one block's time to the next one's.
  static constexpr std::chrono::seconds kSpacing{600};

  // Writes the genesis block.
  ChainMaker(std::uint64_t seed, const Splits& splits, BlkFiles& files);

  // Adds this many blocks.
  void make(std::uint32_t blocks);

  const Hash256& tip() const { return tip_; }
  ChainFigures figures() const { return planner_.figures(); }

 private:
  std::vector<BlockPlan> plan(std::uint32_t blocks);
  void write(const BlockContents& contents);

  KeyRing keys_;
  Planner planner_;
  BlkFiles& files_;
  std::uint32_t height_ = 0;
  Hash256 tip_;
};

}  // namespace veilwire::bench

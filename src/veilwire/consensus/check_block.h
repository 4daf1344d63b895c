// From a block to a verdict.
//
// A pure function: no store, no clock, no lock. What it is told of the chain are the block's
// ancestors and the coins that it takes; what it gives back is what the block changes.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>

#include "veilwire/base/executor.h"
#include "veilwire/consensus/block_context.h"
#include "veilwire/consensus/connected_block.h"
#include "veilwire/consensus/failure.h"
#include "veilwire/consensus/outside_coins.h"
#include "veilwire/consensus/parsed_block.h"

namespace veilwire::consensus {

// What somebody who knows more may leave out.
struct CheckScope {
  // A block that is proposed has no proof of work yet.
  enum class Work : std::uint8_t { kRequired, kLeftOut };
  // Scripts need not run below a block that is assumed valid.
  enum class Scripts : std::uint8_t { kRun, kLeftOut };

  Work work = Work::kRequired;
  Scripts scripts = Scripts::kRun;
};

using Verdict = std::expected<std::shared_ptr<const ConnectedBlock>, Failure>;

// Valid, with what the block takes and makes, or the one rule broken. Rules are asked in this order:
// the header, the block alone, the block at its place, its coins, its scripts; and within each group
// in block order. So a block that breaks any other rule costs no signature check, and which of many
// scripts fails does not depend on the executor.
//
// `coins`: one for each of block->sources().outside, in order. Time is not judged against any clock:
// see is_too_new(). The genesis block is valid by definition and not asked about.
Verdict check_block(std::shared_ptr<const ParsedBlock> block, const BlockContext& context,
                    std::shared_ptr<const OutsideCoins> coins, Executor& executor,
                    const CheckScope& scope = {});

// All but the coins and what needs them: what is asked before a block is stored.
std::optional<Failure> check_without_coins(const ParsedBlock& block, const BlockContext& context,
                                           const CheckScope& scope = {});

}  // namespace veilwire::consensus

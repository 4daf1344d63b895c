// Soft forks that miners vote for with version bits (BIP 9, with BIP 341's speedy trial).
//
// No rule of a block depends on them any more: all forks are buried under heights. They are here for
// whoever asks how one came about, and to warn of a fork that we do not know.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "veilwire/consensus/ancestors.h"
#include "veilwire/consensus/limits.h"
#include "veilwire/protocol/network.h"

namespace veilwire::consensus {

struct Deployment {
  static constexpr std::int64_t kAlwaysActive = -1;
  static constexpr std::int64_t kNeverActive = -2;
  static constexpr std::int64_t kNoTimeout = std::numeric_limits<std::int64_t>::max();

  std::string_view name{};
  unsigned bit = 0;
  std::int64_t start = kNeverActive;  // in unix seconds, or one of the above
  std::int64_t timeout = kNoTimeout;
  protocol::Height min_activation_height{};
  std::uint32_t period = 2016;     // blocks
  std::uint32_t threshold = 1815;  // of them, with the bit
};

enum class DeploymentState : std::uint8_t { kDefined, kStarted, kLockedIn, kActive, kFailed };
// "defined", "started", "locked_in", "active", "failed".
std::string_view deployment_state_name(DeploymentState state);

// Whether a block of this version votes for the bit: the top three bits are 001.
constexpr bool votes_for(std::int32_t version, unsigned bit) {
  constexpr std::uint32_t kTopBits = 0xe000'0000;
  constexpr std::uint32_t kTopOfVotes = 0x2000'0000;
  const auto bits = static_cast<std::uint32_t>(version);
  return (bits & kTopBits) == kTopOfVotes && (bits >> bit & 1) != 0;
}

// What is known at the end of a period, which decides about the next one.
struct PeriodEnd {
  std::int64_t median_time = 0;  // the median time past of its last block
  std::uint32_t votes = 0;
  protocol::Height next{};  // the first block of the next period
};
// One step.
DeploymentState state_after(DeploymentState state, const Deployment& deployment,
                            const PeriodEnd& end);

// The state for the block after `ancestors`, which is that of its whole period. Looks at every
// period since the start: one who asks often remembers the states of periods.
DeploymentState deployment_state(const Deployment& deployment, const Ancestors& ancestors);

// How the vote goes in the period of the last block, that one included.
struct VoteCount {
  std::uint32_t elapsed = 0;
  std::uint32_t votes = 0;
  bool can_succeed = false;  // there are blocks enough left
};
VoteCount vote_count(const Deployment& deployment, const Ancestors& ancestors);

// Those that `getdeploymentinfo` lists by votes: testdummy and taproot. They live as long as the
// program.
std::span<const Deployment> deployments_of(const protocol::Network& network);

// The bits of which so many blocks of the last whole period voted for a fork that the table above
// does not have, that it is locked in: the node should be updated.
std::vector<unsigned> unknown_bits_locked_in(const protocol::Network& network,
                                             const Ancestors& ancestors);

}  // namespace veilwire::consensus

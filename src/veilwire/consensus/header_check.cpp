#include "veilwire/consensus/header_check.h"

#include "veilwire/consensus/difficulty.h"
#include "veilwire/consensus/limits.h"

namespace veilwire::consensus {
namespace {

// Each of these rules came with a version of its own, and made the ones before it invalid.
bool is_outdated(const wire::BlockHeader& header, const BlockContext& context) {
  const protocol::RuleHeights& heights = context.network->heights;
  return (header.version < 2 && context.height >= heights.bip34) ||
         (header.version < 3 && context.height >= heights.bip66) ||
         (header.version < 4 && context.height >= heights.bip65);
}

bool warps_time(const wire::BlockHeader& header, const BlockContext& context) {
  return context.network->bip94 && begins_period(*context.network, context.height) &&
         header.time < context.previous_time - kMaxTimewarp;
}

}  // namespace

bool has_work(const protocol::Network& network, const wire::BlockHeader& header,
              const Hash256& hash) {
  const std::optional<Hash256> target = wire::target_from_bits(header.bits);
  return target && wire::meets_target(*target, network.pow_limit) &&
         wire::meets_target(hash, *target);
}

std::optional<Reason> check_header(const wire::BlockHeader& header, const BlockContext& context) {
  if (header.bits != context.demanded_bits) return Reason::kBadDifficultyBits;
  if (header.time <= context.median_time) return Reason::kTimeTooOld;
  if (warps_time(header, context)) return Reason::kTimewarpAttack;
  if (is_outdated(header, context)) return Reason::kBadVersion;
  return std::nullopt;
}

bool is_too_new(const wire::BlockHeader& header, UnixTime now) {
  return header.time > now + kMaxFutureBlockTime;
}

}  // namespace veilwire::consensus

#include "veilwire/serve/shown_blocks.h"

#include <chrono>

namespace veilwire::serve {
namespace {

// As Bitcoin Core has them.
constexpr std::chrono::days kStaleShownFor{30};
constexpr std::chrono::days kNewFor{7};
constexpr std::uint32_t kLimitedBlocks = 288;  // BIP 159
constexpr std::uint32_t kRaceBlocks = 2;
constexpr std::uint32_t kBlocksOfAnHour = 6;

UnixTime time_of(const chain::HeaderNode& node) { return from_unix_seconds(node.time); }

}  // namespace

bool is_shown(const chain::HeaderTree& tree, chain::NodeIndex tip, chain::NodeIndex block) {
  const chain::HeaderNodes& nodes = tree.nodes();
  if (nodes.is_ancestor(block, tip)) return true;
  if (!tree.is_connected(block) || tree.blame(block) != chain::Blame::kNone) return false;
  const chain::HeaderNode& best = nodes[tree.best_header()];
  const auto month_of_blocks =
      static_cast<std::uint32_t>(std::chrono::seconds(kStaleShownFor) / tree.network().spacing);
  const chain::ChainWork month_of_work =
      chain::ChainWork(consensus::work_of(best.bits)) * month_of_blocks;
  return time_of(best) - time_of(nodes[block]) < kStaleShownFor &&
         best.work - nodes[block].work < month_of_work;
}

bool is_in_limited_range(const chain::HeaderNodes& nodes, chain::NodeIndex tip,
                         chain::NodeIndex block) {
  return nodes[block].height >= nodes[tip].height.before(kLimitedBlocks + kRaceBlocks);
}

bool is_kept_for_long(const chain::HeaderTree& tree, chain::NodeIndex tip, chain::NodeIndex block) {
  const chain::HeaderNodes& nodes = tree.nodes();
  return tree.has_data(block) &&
         nodes[block].height > nodes[tip].height.before(kLimitedBlocks - kBlocksOfAnHour);
}

Traffic traffic_of(const chain::HeaderTree& tree, chain::NodeIndex block) {
  const chain::HeaderNodes& nodes = tree.nodes();
  const auto age = time_of(nodes[tree.best_header()]) - time_of(nodes[block]);
  return age > kNewFor ? Traffic::kHistory : Traffic::kNew;
}

}  // namespace veilwire::serve

#include "veilwire/chain/assumed_valid.h"

#include <chrono>

namespace veilwire::chain {
namespace {

constexpr std::chrono::seconds kBuriedFor = std::chrono::weeks(2);

// Whether the work from `block` on would take the network longer than two weeks at the difficulty
// of `last`, in whole seconds.
bool is_buried(const HeaderTree& tree, NodeIndex block, NodeIndex last) {
  const HeaderNode& node = tree.nodes()[last];
  const ChainWork since = node.work - tree.nodes()[block].work;
  const ChainWork of_last(consensus::work_of(node.bits));
  return since * static_cast<std::uint32_t>(tree.network().spacing.count()) >=
         of_last * static_cast<std::uint32_t>(kBuriedFor.count() + 1);
}

}  // namespace

std::optional<AssumedValid> AssumedValid::of(const protocol::Network& network) {
  if (!network.assume_valid) return std::nullopt;
  AssumedValid assumed{.block = network.assume_valid->block};
  if (network.minimum_chain_work) assumed.minimum_work = ChainWork(*network.minimum_chain_work);
  return assumed;
}

bool is_assumed_valid(const HeaderTree& tree, NodeIndex block, const AssumedValid& assumed) {
  const auto vouched = tree.nodes().find(assumed.block);
  const NodeIndex best = tree.best_header();
  return vouched && tree.nodes().is_ancestor(block, *vouched) &&
         tree.nodes().is_ancestor(block, best) && tree.nodes()[best].work >= assumed.minimum_work &&
         is_buried(tree, block, best);
}

}  // namespace veilwire::chain

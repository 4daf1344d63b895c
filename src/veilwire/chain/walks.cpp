#include "veilwire/chain/walks.h"

#include <algorithm>

namespace veilwire::chain {
namespace {

constexpr std::size_t kSingleSteps = 10;

}  // namespace

std::vector<Hash256> locator(const HeaderNodes& nodes, NodeIndex last) {
  std::vector<Hash256> hashes;
  std::uint32_t step = 1;
  for (;;) {
    const HeaderNode& node = nodes[last];
    hashes.push_back(node.hash);
    if (last == kGenesisIndex) return hashes;
    if (hashes.size() > kSingleSteps) step *= 2;
    last = nodes.ancestor(last, node.height.before(step));
  }
}

NodeIndex last_in_common(const HeaderNodes& nodes, NodeIndex last,
                         std::span<const Hash256> locator) {
  for (const Hash256& hash : locator) {
    const auto found = nodes.find(hash);
    if (!found) continue;
    if (nodes.is_ancestor(*found, last)) return *found;
    if (nodes.is_ancestor(last, *found)) return last;
  }
  return kGenesisIndex;
}

Path path(const HeaderNodes& nodes, NodeIndex from, NodeIndex to, std::size_t most_on) {
  Path path{.fork = nodes.fork(from, to)};
  for (NodeIndex at = from; at != path.fork; at = nodes[at].parent) path.off.push_back(at);
  const std::uint32_t fork = nodes[path.fork].height.value();
  const std::size_t count = std::min<std::size_t>(nodes[to].height.value() - fork, most_on);
  path.on.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    path.on[i] = nodes.ancestor(to, protocol::Height::of(fork + 1 + i));
  }
  return path;
}

}  // namespace veilwire::chain

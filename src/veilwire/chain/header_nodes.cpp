#include "veilwire/chain/header_nodes.h"

#include <algorithm>

namespace veilwire::chain {

HeaderNodes::HeaderNodes(const protocol::Network& network, std::uint64_t salt) : index_(salt) {
  const protocol::Genesis& genesis = network.genesis;
  nodes_.push_back({.hash = genesis.hash,
                    .merkle_root = genesis.merkle_root,
                    .work = work_of_(genesis.bits),
                    .version = genesis.version,
                    .time = static_cast<std::uint32_t>(to_unix_seconds(genesis.time)),
                    .bits = genesis.bits,
                    .nonce = genesis.nonce});
  index_.insert(genesis.hash, kGenesisIndex);
}

std::optional<NodeIndex> HeaderNodes::find(const Hash256& hash) const {
  return index_.find(hash, [&](NodeIndex index) { return nodes_[index].hash == hash; });
}

NodeIndex HeaderNodes::append(const HashedHeader& header, NodeIndex parent) {
  const NodeIndex index = NodeIndex::of(size());
  const HeaderNode& before = nodes_[parent];
  nodes_.push_back({.hash = header.hash,
                    .merkle_root = header.header.merkle_root,
                    .work = before.work + work_of_(header.header.bits),
                    .version = header.header.version,
                    .time = static_cast<std::uint32_t>(to_unix_seconds(header.header.time)),
                    .bits = header.header.bits,
                    .nonce = header.header.nonce,
                    .height = before.height.next(),
                    .parent = parent,
                    .jump = jump_after(parent),
                    .run = parent.next() == index ? before.run : index});
  index_.insert(header.hash, index);
  return index;
}

wire::BlockHeader HeaderNodes::header(NodeIndex index) const {
  const HeaderNode& node = nodes_[index];
  return {.version = node.version,
          .previous = index == kGenesisIndex ? Hash256{} : nodes_[node.parent].hash,
          .merkle_root = node.merkle_root,
          .time = from_unix_seconds(node.time),
          .bits = node.bits,
          .nonce = node.nonce};
}

// Myers' random-access stack: two jumps of one length are followed by one over both, so that jumps
// are as the digits of a skew binary number, which only the height decides.
NodeIndex HeaderNodes::jump_after(NodeIndex parent) const {
  const HeaderNode& first = nodes_[parent];
  const HeaderNode& second = nodes_[first.jump];
  const HeaderNode& third = nodes_[second.jump];
  const std::uint32_t one = first.height.value() - second.height.value();
  const std::uint32_t other = second.height.value() - third.height.value();
  return one == other ? second.jump : parent;
}

NodeIndex HeaderNodes::ancestor(NodeIndex index, protocol::Height height) const {
  for (;;) {
    const HeaderNode& node = nodes_[index];
    const std::uint32_t distance = node.height.value() - height.value();
    if (distance <= index.value() - node.run.value())
      return NodeIndex::of(index.value() - distance);
    index = nodes_[node.jump].height >= height ? node.jump : node.parent;
  }
}

bool HeaderNodes::is_ancestor(NodeIndex older, NodeIndex of) const {
  const protocol::Height height = nodes_[older].height;
  return height <= nodes_[of].height && ancestor(of, height) == older;
}

NodeIndex HeaderNodes::fork(NodeIndex a, NodeIndex b) const {
  a = ancestor(a, std::min(nodes_[a].height, nodes_[b].height));
  b = ancestor(b, nodes_[a].height);
  // At one height, so that their jumps are of one length.
  while (a != b) {
    const bool meet = nodes_[a].jump == nodes_[b].jump;
    a = meet ? nodes_[a].parent : nodes_[a].jump;
    b = meet ? nodes_[b].parent : nodes_[b].jump;
  }
  return a;
}

}  // namespace veilwire::chain

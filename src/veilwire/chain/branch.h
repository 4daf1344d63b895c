// What the rules ask of the blocks before one, answered from the tree.
#pragma once

#include "veilwire/chain/header_nodes.h"
#include "veilwire/consensus/ancestors.h"

namespace veilwire::chain {

// The chain from the genesis block to `last`. A few bytes; the tree must outlive it. Any thread may
// ask that was handed `last`.
class Branch final : public consensus::Ancestors {
 public:
  Branch(const HeaderNodes& nodes, NodeIndex last) : nodes_(nodes), last_(last) {}

  protocol::Height last() const override { return nodes_[last_].height; }
  consensus::Ancestor at(protocol::Height height) const override {
    const HeaderNode& node = nodes_[nodes_.ancestor(last_, height)];
    return {node.hash, node.version, from_unix_seconds(node.time), node.bits};
  }

 private:
  const HeaderNodes& nodes_;
  NodeIndex last_;
};

}  // namespace veilwire::chain

// Headers that stand on each other: what never changes about them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "veilwire/base/hash256.h"
#include "veilwire/chain/chain_work.h"
#include "veilwire/chain/hash_index.h"
#include "veilwire/chain/node_index.h"
#include "veilwire/chain/stable_array.h"
#include "veilwire/protocol/height.h"
#include "veilwire/protocol/network.h"
#include "veilwire/wire/block_header.h"

namespace veilwire::chain {

// 112 bytes. The header's own 80 are in it, with its hash in place of its parent's.
struct HeaderNode {
  Hash256 hash{};
  Hash256 merkle_root{};
  ChainWork work{};  // of the whole chain up to this one
  std::int32_t version = 0;
  std::uint32_t time = 0;
  std::uint32_t bits = 0;
  std::uint32_t nonce = 0;
  protocol::Height height{};
  NodeIndex parent{};  // the genesis block's is itself
  NodeIndex jump{};    // an ancestor, so chosen that any is reached in logarithmic time
  NodeIndex run{};     // from there to here each is the next one's parent
};

// One header and what it hashes to.
struct HashedHeader {
  wire::BlockHeader header{};
  Hash256 hash{};
};

// A tree with the genesis block as its root. Holds nobody to any rule.
//
// One thread owns it. Another may read nodes, headers and ancestors of an index that it was handed,
// since nothing of a node changes or moves once it is there; find() is the owner's.
class HeaderNodes {
 public:
  // The salt is secret: HashIndex.
  HeaderNodes(const protocol::Network& network, std::uint64_t salt);
  HeaderNodes(const HeaderNodes&) = delete;
  HeaderNodes& operator=(const HeaderNodes&) = delete;

  std::uint32_t size() const { return nodes_.size(); }
  bool is_full() const { return size() == StableArray<HeaderNode>::kMost; }
  const HeaderNode& operator[](NodeIndex index) const { return nodes_[index]; }
  std::optional<NodeIndex> find(const Hash256& hash) const;
  void prefetch(const Hash256& hash) const { index_.prefetch(hash); }

  // REQUIRES: not is_full(), and the hash is not in it yet.
  NodeIndex append(const HashedHeader& header, NodeIndex parent);

  wire::BlockHeader header(NodeIndex index) const;
  // At that height on the way to the genesis block. At most about 2 log2(height) steps; one where
  // the headers between came one after the other. REQUIRES: height <= the node's.
  NodeIndex ancestor(NodeIndex index, protocol::Height height) const;
  // Whether `older` is `of` or one of its ancestors.
  bool is_ancestor(NodeIndex older, NodeIndex of) const;
  // The last one that two chains have in common. Logarithmic too.
  NodeIndex fork(NodeIndex a, NodeIndex b) const;

  // What it has allocated.
  std::size_t bytes() const { return nodes_.bytes() + index_.bytes(); }

 private:
  NodeIndex jump_after(NodeIndex parent) const;

  StableArray<HeaderNode> nodes_;
  HashIndex index_;
  WorkOfBits work_of_;
};

}  // namespace veilwire::chain

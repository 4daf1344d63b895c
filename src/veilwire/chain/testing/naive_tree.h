// What a HeaderTree should say, by walking and looking at everything each time.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "veilwire/chain/header_nodes.h"

namespace veilwire::chain::testing {

class NaiveTree {
 public:
  explicit NaiveTree(const protocol::Network& network) : genesis_(network.genesis.hash) {
    Block& block = blocks_[genesis_];
    block.work = consensus::work_of(network.genesis.bits);
    block.has_data = block.is_connected = true;
    block.whole_since = ++events_;
  }

  void add(const HashedHeader& header) {
    Block& block = blocks_[header.hash];
    block.previous = header.header.previous;
    block.work = blocks_.at(block.previous).work + consensus::work_of(header.header.bits);
    block.number = blocks_.size();
  }
  void set_data(const Hash256& hash) {
    blocks_.at(hash).has_data = true;
    settle();
  }
  void drop_data(const Hash256& hash) {
    blocks_.at(hash).has_data = false;
    settle();
  }
  void set_connected(const Hash256& hash) {
    if (is_whole(hash)) blocks_.at(hash).is_connected = true;
  }
  void set_failed(const Hash256& hash) { blocks_.at(hash).has_failed = true; }
  void reconsider(const Hash256& hash) {
    for (auto& [each, block] : blocks_) {
      if (is_on(hash, each) || is_on(each, hash)) block.has_failed = false;
    }
  }

  // With the genesis block first.
  std::vector<Hash256> chain_to(Hash256 hash) const {
    std::vector<Hash256> chain{hash};
    for (; hash != genesis_; chain.push_back(hash)) hash = blocks_.at(hash).previous;
    std::ranges::reverse(chain);
    return chain;
  }
  bool is_bad(const Hash256& hash) const {
    return std::ranges::any_of(chain_to(hash),
                               [&](const Hash256& each) { return blocks_.at(each).has_failed; });
  }
  bool is_whole(const Hash256& hash) const {
    return std::ranges::all_of(chain_to(hash), [&](const Hash256& each) {
      return blocks_.at(each).has_data || blocks_.at(each).is_connected;
    });
  }
  Hash256 best_header() const {
    return best([](const Block&) { return true; }, &Block::number);
  }
  Hash256 best_block() const {
    return best([](const Block& block) { return block.whole_since != 0; }, &Block::whole_since);
  }

 private:
  struct Block {
    Hash256 previous{};
    consensus::Work work{};
    std::size_t number = 0;
    std::size_t whole_since = 0;
    bool has_data = false;
    bool is_connected = false;
    bool has_failed = false;
  };

  bool is_on(const Hash256& older, const Hash256& of) const {
    const auto chain = chain_to(of);
    return std::ranges::find(chain, older) != chain.end();
  }
  // Those that become whole at once do so in the order of their headers.
  void settle() {
    std::vector<Hash256> now_whole;
    for (auto& [hash, block] : blocks_) {
      if (!is_whole(hash)) block.whole_since = 0;
      if (is_whole(hash) && block.whole_since == 0) now_whole.push_back(hash);
    }
    std::ranges::sort(now_whole, {}, [&](const Hash256& hash) { return blocks_.at(hash).number; });
    for (const Hash256& hash : now_whole) blocks_.at(hash).whole_since = ++events_;
  }
  template <typename Counts>
  Hash256 best(Counts counts, std::size_t Block::* order) const {
    Hash256 best = genesis_;
    for (const auto& [hash, block] : blocks_) {
      if (!counts(block) || is_bad(hash)) continue;
      const Block& other = blocks_.at(best);
      const bool is_better =
          block.work != other.work ? block.work > other.work : block.*order < other.*order;
      if (is_better) best = hash;
    }
    return best;
  }

  Hash256 genesis_;
  std::map<Hash256, Block> blocks_;
  std::size_t events_ = 0;
};

}  // namespace veilwire::chain::testing

// A chain of blocks, as naive as can be: a tree in memory, coins in a map, one block at a time. It
// answers as a node's `submitblock` does.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "veilwire/base/executor.h"
#include "veilwire/consensus/check_block.h"
#include "veilwire/consensus/header_check.h"
#include "veilwire/consensus/testing/coin_map.h"
#include "veilwire/consensus/work.h"
#include "veilwire/protocol/network.h"

namespace veilwire::consensus::testing {

class TestChain {
 public:
  // The network must outlive it.
  TestChain(const protocol::Network& network, Executor& executor)
      : network_(network), executor_(executor) {
    auto genesis = std::make_unique<Node>();
    genesis->facts = {network.genesis.hash, network.genesis.version, network.genesis.time,
                      network.genesis.bits};
    genesis->work = work_of(network.genesis.bits);
    genesis->state = State::kValid;
    tip_ = genesis.get();
    nodes_.emplace(network.genesis.hash, std::move(genesis));
  }

  const Hash256& tip() const { return tip_->facts.hash; }
  Height height() const { return tip_->height; }
  const Work& work() const { return tip_->work; }
  const CoinMap& coins() const { return coins_; }

  // Nothing where the block is the new tip. Else "inconclusive", "duplicate", "duplicate-invalid",
  // "prev-blk-not-found", "bad-prevblk", "decode", or the text of a failure.
  std::string submit(Bytes bytes, UnixTime now) {
    const auto block = ParsedBlock::parse(std::move(bytes));
    if (!block) return block.error().failure ? failure_text(*block.error().failure) : "decode";
    if (const Node* known = find((*block)->hash())) {
      return known->state == State::kInvalid ? "duplicate-invalid" : "duplicate";
    }
    Node* parent = find((*block)->header().previous);
    if (parent == nullptr) return "prev-blk-not-found";
    if (is_invalid(parent)) return "bad-prevblk";
    if (const std::string refusal = refusal_of(**block, *parent, now); !refusal.empty()) {
      return refusal;
    }
    Node* const stored = store(*block, *parent);
    return stored->work <= tip_->work ? "inconclusive" : try_as_tip(stored);
  }

  // As a node's `invalidateblock`: the block counts as invalid, and the best chain without it is the
  // active one; of several, the one that came first.
  void invalidate(const Hash256& hash) {
    Node* const bad = find(hash);
    bad->state = State::kInvalid;
    if (is_active(bad)) {
      while (tip_ != bad->parent) disconnect_tip();
    }
    Node* best = tip_;
    for (const auto& [_, node] : nodes_) {
      if (is_invalid(node.get())) continue;
      const bool is_better =
          node->work != best->work ? node->work > best->work : node->sequence < best->sequence;
      if (is_better) best = node.get();
    }
    if (best != tip_) try_as_tip(best);
  }

 private:
  enum class State { kNotConnected, kValid, kInvalid };

  struct Node {
    Ancestor facts;
    Height height;
    Work work;
    std::size_t sequence = 0;  // in which they came
    Node* parent = nullptr;
    State state = State::kNotConnected;
    std::shared_ptr<const ParsedBlock> block;
    std::shared_ptr<const ConnectedBlock> connected;  // while it is on the active chain
  };

  class Path final : public Ancestors {
   public:
    explicit Path(const Node& last) : last_(last) {}
    Height last() const override { return last_.height; }
    Ancestor at(Height height) const override {
      const Node* node = &last_;
      while (node->height > height) node = node->parent;
      return node->facts;
    }

   private:
    const Node& last_;
  };

  Node* find(const Hash256& hash) {
    const auto found = nodes_.find(hash);
    return found == nodes_.end() ? nullptr : found->second.get();
  }
  static bool is_invalid(const Node* node) {
    for (; node != nullptr; node = node->parent) {
      if (node->state == State::kInvalid) return true;
    }
    return false;
  }

  // Of a block that is not stored, so that it may come again.
  std::string refusal_of(const ParsedBlock& block, const Node& parent, UnixTime now) const {
    const Path path(parent);
    const BlockContext context = BlockContext::of(network_, path, block.header());
    if (const auto failure = check_without_coins(block, context)) return failure_text(*failure);
    if (is_too_new(block.header(), now)) return std::string(reason_name(Reason::kTimeTooNew));
    return {};
  }

  Node* store(const std::shared_ptr<const ParsedBlock>& block, Node& parent) {
    auto node = std::make_unique<Node>();
    const wire::BlockHeader& header = block->header();
    node->facts = {block->hash(), header.version, header.time, header.bits};
    node->height = parent.height.next();
    node->work = parent.work + work_of(header.bits);
    node->sequence = nodes_.size();
    node->parent = &parent;
    node->block = block;
    return nodes_.emplace(block->hash(), std::move(node)).first->second.get();
  }

  std::string try_as_tip(Node* wanted) {
    std::vector<Node*> to_connect;
    Node* fork = wanted;
    for (; fork->state != State::kValid || !is_active(fork); fork = fork->parent) {
      to_connect.push_back(fork);
    }
    Node* const before = tip_;
    while (tip_ != fork) disconnect_tip();
    while (!to_connect.empty()) {
      Node* const next = to_connect.back();
      to_connect.pop_back();
      if (const auto failure = connect(next)) {
        next->state = State::kInvalid;
        go_back_to(before);
        return next == wanted ? failure_text(*failure) : "inconclusive";
      }
    }
    return {};
  }

  bool is_active(const Node* node) const {
    const Node* at = tip_;
    while (at->height > node->height) at = at->parent;
    return at == node;
  }

  std::optional<Failure> connect(Node* node) {
    const Path path(*node->parent);
    const BlockContext context = BlockContext::of(network_, path, node->block->header());
    const Verdict verdict =
        check_block(node->block, context, coins_.gather(*node->block), executor_);
    if (!verdict) return verdict.error();
    coins_.connect(**verdict);
    node->connected = *verdict;
    node->state = State::kValid;
    tip_ = node;
    return std::nullopt;
  }

  void disconnect_tip() {
    coins_.disconnect(*tip_->connected);
    tip_->connected.reset();
    tip_ = tip_->parent;
  }

  void go_back_to(Node* before) {
    while (!is_ancestor_or_same(tip_, before)) disconnect_tip();
    std::vector<Node*> path;
    for (Node* node = before; node != tip_; node = node->parent) path.push_back(node);
    std::ranges::for_each(path.rbegin(), path.rend(), [this](Node* node) { connect(node); });
  }
  static bool is_ancestor_or_same(const Node* node, const Node* of) {
    while (of->height > node->height) of = of->parent;
    return of == node;
  }

  const protocol::Network& network_;
  Executor& executor_;
  std::map<Hash256, std::unique_ptr<Node>> nodes_;
  Node* tip_ = nullptr;
  CoinMap coins_;
};

}  // namespace veilwire::consensus::testing

// The tree against a naive one: parents in a map, ancestors by walking, the best by looking at all.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "veilwire/chain/header_tree.h"
#include "veilwire/chain/testing/dice.h"
#include "veilwire/chain/testing/made_headers.h"
#include "veilwire/chain/testing/naive_tree.h"
#include "veilwire/chain/walks.h"

namespace veilwire::chain {
namespace {

using consensus::Reason;
using testing::Dice;
using testing::NaiveTree;
using testing::regtest;

class Both {
 public:
  explicit Both(std::uint32_t seed) : dice_(seed) {}

  void step() {
    switch (dice_.below(12)) {
      case 0:
        return invalidate();
      case 1:
        return reconsider();
      case 2:
        return refuse_copy();
      case 3:
        return connect();
      case 4:
      case 5:
      case 6:
      case 7:
        return set_data();
      default:
        return add();
    }
  }

  void compare() {
    ASSERT_EQ(hash(tree_.best_header()), naive_.best_header());
    ASSERT_EQ(hash(tree_.best_block()), naive_.best_block());
    for (NodeIndex i{}; i.value() < tree_.nodes().size(); i = i.next()) {
      ASSERT_EQ(tree_.is_whole(i), naive_.is_whole(hash(i)));
      ASSERT_EQ(tree_.blame(i) != Blame::kNone, naive_.is_bad(hash(i)));
    }
    compare_path(any(), any());
  }

 private:
  const Hash256& hash(NodeIndex index) const { return tree_.nodes()[index].hash; }
  NodeIndex any() { return NodeIndex::of(dice_.below(tree_.nodes().size())); }
  // Near the end, where chains grow.
  NodeIndex recent() {
    const std::uint32_t size = tree_.nodes().size();
    return NodeIndex::of(size - 1 - dice_.below(std::min(size, 12u)));
  }

  void add() {
    const NodeIndex parent = dice_.below(3) == 0 ? tree_.best_header() : recent();
    const UnixTime time = from_unix_seconds(tree_.nodes()[parent].time) + std::chrono::minutes(1);
    const HashedHeader header = testing::mined(hash(parent), time, ++tag_);
    const auto added = tree_.add(header, kNow);
    ASSERT_EQ(added.has_value(), !naive_.is_bad(hash(parent)));
    if (added) naive_.add(header);
  }
  void set_data() {
    const NodeIndex index = dice_.below(2) == 0 ? recent() : any();
    tree_.set_data_here(index);
    naive_.set_data(hash(index));
  }
  void refuse_copy() {
    const NodeIndex index = any();
    if (index == kGenesisIndex) return;
    tree_.refuse(index, {.reason = Reason::kBadMerkleRoot});
    naive_.drop_data(hash(index));
  }
  void connect() {
    const NodeIndex best = tree_.best_block();
    for (const NodeIndex each : path(tree_.nodes(), kGenesisIndex, best).on) {
      tree_.set_connected(each);
      naive_.set_connected(hash(each));
      if (dice_.below(4) == 0) return;
    }
  }
  void invalidate() {
    const NodeIndex index = any();
    if (index == kGenesisIndex) return;
    tree_.refuse(index, {.reason = Reason::kScriptFailed});
    naive_.set_failed(hash(index));
  }
  void reconsider() {
    const NodeIndex index = any();
    tree_.reconsider(index);
    naive_.reconsider(hash(index));
  }

  void compare_path(NodeIndex from, NodeIndex to) {
    const Path way = path(tree_.nodes(), from, to);
    std::vector<Hash256> chain = naive_.chain_to(hash(from));
    for (const NodeIndex each : way.off) {
      ASSERT_EQ(chain.back(), hash(each));
      chain.pop_back();
    }
    ASSERT_EQ(chain.back(), hash(way.fork));
    for (const NodeIndex each : way.on) chain.push_back(hash(each));
    ASSERT_EQ(chain, naive_.chain_to(hash(to)));
  }

  static constexpr UnixTime kNow = from_unix_seconds(1'600'000'000);

  Dice dice_;
  std::uint32_t tag_ = 0;
  HeaderTree tree_{regtest(), 77};
  NaiveTree naive_{regtest()};
};

TEST(HeaderTreeModel, AgreesAfterEveryStep) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    Both both(seed);
    for (int i = 0; i < 150; ++i) {
      both.step();
      both.compare();
      ASSERT_FALSE(::testing::Test::HasFatalFailure()) << "seed " << seed << ", step " << i;
    }
  }
}

}  // namespace
}  // namespace veilwire::chain

// Downloading from peers of every kind at once: what must hold, whatever they do.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "veilwire/chain/testing/made_headers.h"
#include "veilwire/sync/block_download.h"

namespace veilwire::sync {
namespace {

using namespace std::chrono_literals;
using chain::NodeIndex;
using chain::testing::regtest;
using peer::PeerId;

// Peers of every kind and one that is honest, on two chains; what must hold does after each step, and
// in the end every block is here.
class AnyPeers {
 public:
  explicit AnyPeers(std::uint64_t seed) : dice_(seed) {
    const auto trunk = grow(chain::kGenesisIndex, 300, 0);
    grow(trunk[200], 60, 1);
    best_ = trunk.back();
    for (std::uint64_t i = 1; i <= 6; ++i) join(PeerId::of(i));
  }

  void run() {
    for (int steps = 0; !tree_.is_whole(best_); ++steps) {
      ASSERT_LT(steps, 200'000);
      step();
      take_actions();
      if (::testing::Test::HasFailure()) return;
    }
  }

 private:
  enum class Habit { kHonest, kSilent, kLacks, kCorrupts, kSlow };
  struct Other {
    Habit habit{};
    std::vector<NodeIndex> wanted{};
  };

  std::uint64_t below(std::uint64_t bound) { return dice_() % bound; }

  std::vector<NodeIndex> grow(NodeIndex from, std::size_t count, std::uint32_t tag) {
    const chain::HeaderNode& last = tree_.nodes()[from];
    std::vector<NodeIndex> chain{from};
    for (const auto& header :
         chain::testing::mined_chain(last.hash, from_unix_seconds(last.time), count, tag)) {
      chain.push_back(tree_.add(header, header.header.time).value().index);
    }
    tips_.push_back(chain.back());
    return chain;
  }
  void join(PeerId id) {
    const Habit habit = id == PeerId::of(1) ? Habit::kHonest : static_cast<Habit>(below(5));
    others_[id] = {habit, {}};
    const bool is_pruned = habit != Habit::kHonest && below(4) == 0;
    download_.add_peer(id, {is_pruned ? Serves::kLatest : Serves::kAll, below(2) == 0});
    const NodeIndex tip = habit == Habit::kHonest ? best_ : tips_[below(tips_.size())];
    has_[id] = tip;
    download_.on_peer_has(now_, id, tip);
  }

  // The engine's, in any order.
  void give_verdict() {
    const auto at = judged_.begin() + static_cast<std::ptrdiff_t>(below(judged_.size()));
    const NodeIndex block = *at;
    judged_.erase(at);
    if (below(20) == 0) return download_.on_let_be(now_, block);
    tree_.set_data_here(block);
    download_.on_accepted(now_, block);
    if (const NodeIndex tip = tree_.best_block(); tip != tip_) {
      tip_ = tip;
      download_.on_tip(now_, tip);
    }
  }
  // One thing happens, and what follows from it is done.
  void step() {
    now_ += std::chrono::milliseconds(below(500));
    if (const auto next = download_.next_deadline(); next && *next <= now_) {
      download_.on_deadline(now_);
      const auto after = download_.next_deadline();
      ASSERT_TRUE(!after || *after > now_) << "it would never wait";
      return;
    }
    if (!judged_.empty() && below(3) == 0) return give_verdict();
    auto other = others_.begin();
    std::advance(other, below(others_.size()));
    send_one(other->first, other->second);
  }
  void send_one(PeerId id, Other& peer) {
    if (peer.habit == Habit::kSlow && below(10) != 0) return;
    if (peer.wanted.empty() || peer.habit == Habit::kSilent) return;
    const NodeIndex block = peer.wanted.front();
    peer.wanted.erase(peer.wanted.begin());
    const bool was_asked = download_.on_block(now_, id, block);
    if (peer.habit == Habit::kLacks || (peer.habit == Habit::kCorrupts && below(2) == 0)) {
      if (was_asked) download_.on_lacking(now_, id, block);
      return;
    }
    if (tree_.has_data(block)) return download_.on_let_be(now_, block);
    if (download_.is_judged(block)) return;
    download_.on_judged(block, 1000);
    judged_.push_back(block);
  }

  void take_actions() {
    while (const auto action = download_.poll_action()) {
      if (const auto* given = std::get_if<GiveUp>(&*action)) {
        // It comes back as another.
        others_.erase(given->peer);
        download_.remove_peer(now_, given->peer);
        join(PeerId::of(++last_id_));
        if (given->peer == honest_) {
          honest_ = PeerId::of(++last_id_);
          others_[honest_] = {Habit::kHonest, {}};
          has_[honest_] = best_;
          download_.add_peer(honest_, {Serves::kAll, true});
          download_.on_peer_has(now_, honest_, best_);
        }
        continue;
      }
      const AskForBlocks& ask = std::get<AskForBlocks>(*action);
      if (!others_.contains(ask.peer)) continue;
      ASSERT_FALSE(ask.blocks.empty());
      ASSERT_LE(download_.in_flight(ask.peer), 16u);
      for (const NodeIndex block : ask.blocks) {
        ASSERT_TRUE(tree_.nodes().is_ancestor(block, has_[ask.peer])) << "it does not have it";
        ASSERT_FALSE(tree_.has_data(block) || download_.is_judged(block)) << "it is here";
        others_[ask.peer].wanted.push_back(block);
      }
    }
  }

  std::mt19937_64 dice_;
  chain::HeaderTree tree_{regtest(), 1};
  BlockDownload download_{tree_, {.window = 64}};
  TimePoint now_{1h};
  NodeIndex best_{};
  NodeIndex tip_{};
  std::vector<NodeIndex> tips_;
  std::vector<NodeIndex> judged_;
  std::map<PeerId, Other> others_;
  std::map<PeerId, NodeIndex> has_;
  PeerId honest_ = PeerId::of(1);
  std::uint64_t last_id_ = 6;
};

TEST(BlockDownload, GetsEveryBlockWhereOnePeerIsHonestWhateverTheOthersDo) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    AnyPeers(seed).run();
    ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace veilwire::sync

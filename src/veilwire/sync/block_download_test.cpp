#include "veilwire/sync/block_download.h"

#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "veilwire/chain/testing/made_headers.h"

namespace veilwire::sync {
namespace {

using namespace std::chrono_literals;
using chain::NodeIndex;
using chain::testing::regtest;
using peer::PeerId;
using Why = GiveUp::Why;

constexpr PeerId kAnna = PeerId::of(1);
constexpr PeerId kBert = PeerId::of(2);
constexpr PeerId kCora = PeerId::of(3);

class BlockDownloadTest : public ::testing::Test {
 protected:
  // Headers on the genesis block, whose index is their height as long as there is one chain.
  void grow(std::size_t count, NodeIndex from = {}, std::uint32_t tag = 0) {
    const chain::HeaderNode& last = tree_.nodes()[from];
    for (const auto& header :
         chain::testing::mined_chain(last.hash, from_unix_seconds(last.time), count, tag)) {
      last_ = tree_.add(header, header.header.time).value().index;
    }
  }
  void add(PeerId id, const DownloadPeer& facts = {Serves::kAll, true}) {
    download_.add_peer(id, facts);
    download_.on_peer_has(now_, id, last_);
    note();
  }
  // What it was asked for since the last time.
  std::vector<std::uint32_t> asked(PeerId id) {
    note();
    return std::exchange(asked_[id], {});
  }
  static std::vector<std::uint32_t> heights(std::uint32_t first, std::uint32_t last) {
    std::vector<std::uint32_t> heights;
    for (; first <= last; ++first) heights.push_back(first);
    return heights;
  }
  bool send(PeerId id, std::uint32_t block) {
    const NodeIndex index = NodeIndex::of(block);
    const bool was_asked = download_.on_block(now_, id, index);
    download_.on_judged(index, 1000);
    tree_.set_data_here(index);
    download_.on_accepted(now_, index);
    note();
    return was_asked;
  }
  void lack(PeerId id, std::uint32_t block) {
    ASSERT_TRUE(download_.on_block(now_, id, NodeIndex::of(block)));
    download_.on_lacking(now_, id, NodeIndex::of(block));
  }
  void wait(Duration time) {
    const TimePoint until = now_ + time;
    while (const auto next = download_.next_deadline()) {
      if (*next > until) break;
      ASSERT_GE(*next, now_);
      now_ = *next;
      download_.on_deadline(now_);
      note();
    }
    now_ = until;
  }
  void note() {
    while (const auto action = download_.poll_action()) {
      if (const auto* ask = std::get_if<AskForBlocks>(&*action)) {
        for (const NodeIndex block : ask->blocks) asked_[ask->peer].push_back(block.value());
      } else {
        const GiveUp& given = std::get<GiveUp>(*action);
        given_up_.emplace_back(given.peer, given.why);
      }
    }
  }

  chain::HeaderTree tree_{regtest(), 1};
  BlockDownload download_{tree_};
  TimePoint now_{1h};
  NodeIndex last_{};
  std::map<PeerId, std::vector<std::uint32_t>> asked_;
  std::vector<std::pair<PeerId, Why>> given_up_;
};

TEST_F(BlockDownloadTest, AsksAPeerForSixteenAtATime) {
  grow(100);
  add(kAnna);
  EXPECT_EQ(asked(kAnna), heights(1, 16));
  EXPECT_TRUE(send(kAnna, 1));
  EXPECT_EQ(asked(kAnna), heights(17, 17));
  EXPECT_EQ(download_.in_flight(kAnna), 16u);
}

TEST_F(BlockDownloadTest, AsksEachPeerForOthers) {
  grow(40);
  add(kAnna);
  add(kBert);
  add(kCora);
  EXPECT_EQ(asked(kAnna), heights(1, 16));
  EXPECT_EQ(asked(kBert), heights(17, 32));
  EXPECT_EQ(asked(kCora), heights(33, 40));
}

TEST_F(BlockDownloadTest, AsksAPeerOnlyForWhatItIsKnownToHave) {
  grow(40);
  download_.add_peer(kAnna, {Serves::kAll, true});
  download_.on_peer_has(now_, kAnna, NodeIndex::of(3));
  EXPECT_EQ(asked(kAnna), heights(1, 3));
  download_.on_peer_has(now_, kAnna, NodeIndex::of(2));
  EXPECT_EQ(asked(kAnna), heights(1, 0));
}

TEST_F(BlockDownloadTest, NeverAsksForWhatIsHere) {
  grow(6);
  tree_.set_data_here(NodeIndex::of(2));
  add(kAnna);
  EXPECT_EQ(asked(kAnna), (std::vector<std::uint32_t>{1, 3, 4, 5, 6}));
}

TEST_F(BlockDownloadTest, NeverAsksForWhatStandsOnABadBlock) {
  grow(40);
  add(kAnna);
  asked(kAnna);
  tree_.invalidate(NodeIndex::of(18));
  for (std::uint32_t block = 1; block <= 16; ++block) send(kAnna, block);
  EXPECT_EQ(asked(kAnna), heights(17, 17));
  add(kBert);
  EXPECT_EQ(asked(kBert), heights(1, 0));
}

TEST_F(BlockDownloadTest, StaysWithinTheWindow) {
  grow(2000);
  add(kAnna);
  add(kBert);
  for (std::uint32_t block = 17; block <= 1024; ++block) send(kBert, block);
  EXPECT_FALSE(download_.is_asked(NodeIndex::of(1025)));
  send(kAnna, 1);
  EXPECT_TRUE(download_.is_asked(NodeIndex::of(1025)));
  EXPECT_FALSE(download_.is_asked(NodeIndex::of(1026)));
}

TEST_F(BlockDownloadTest, GivesUpWhoHoldsTheWindowUp) {
  grow(2000);
  add(kAnna);
  add(kBert);
  for (std::uint32_t block = 17; block <= 1024; ++block) send(kBert, block);
  wait(1900ms);
  EXPECT_TRUE(given_up_.empty());
  asked(kBert);
  wait(200ms);
  EXPECT_EQ(given_up_, (std::vector{std::pair{kAnna, Why::kStalls}}));
  // Without waiting for the connection's end.
  EXPECT_EQ(asked(kBert), heights(1, 16));
}

// A slow line of our own would else end one peer after the other.
TEST_F(BlockDownloadTest, DoublesTheTimeForEachThatIsGivenUpAndTakesItBackBlockByBlock) {
  grow(3000);
  for (std::uint64_t i = 1; i <= 8; ++i) add(PeerId::of(i));
  add(PeerId::of(9));
  std::vector<Duration> times;
  for (int round = 0; round < 7; ++round) {
    times.push_back(download_.stall_time());
    for (std::uint32_t block = 2; block <= 1024; ++block) {
      if (!tree_.has_data(NodeIndex::of(block))) send(PeerId::of(9), block);
    }
    const std::size_t before = given_up_.size();
    wait(times.back() + 1ms);
    ASSERT_EQ(given_up_.size(), before + 1);
  }
  EXPECT_EQ(times, (std::vector<Duration>{2s, 4s, 8s, 16s, 32s, 64s, 64s}));
  send(PeerId::of(9), 1);
  tree_.set_connected(NodeIndex::of(1));
  download_.on_tip(now_, NodeIndex::of(1));
  EXPECT_EQ(download_.stall_time(), 54400ms);
}

TEST_F(BlockDownloadTest, GivesUpWhoSendsNothingForLong) {
  grow(1);
  add(kAnna);
  wait(10min - 1s);
  EXPECT_TRUE(given_up_.empty());
  wait(2s);
  EXPECT_EQ(given_up_, (std::vector{std::pair{kAnna, Why::kTooSlow}}));
}

TEST_F(BlockDownloadTest, HasPatienceWhereOthersShareTheLine) {
  grow(48);
  add(kAnna);
  add(kBert);
  add(kCora);
  wait(20min - 1s);
  EXPECT_TRUE(given_up_.empty());
  wait(2s);
  EXPECT_FALSE(given_up_.empty());
}

TEST_F(BlockDownloadTest, AsksAnotherAndDropsNobodyWhereAPeerLacksABlock) {
  grow(1);
  add(kAnna);
  add(kBert);
  ASSERT_EQ(asked(kAnna), heights(1, 1));
  lack(kAnna, 1);
  EXPECT_EQ(asked(kBert), heights(1, 1));
  EXPECT_TRUE(given_up_.empty());
}

// Else one that does not have it, or one that changes it on the way, would be asked without end.
TEST_F(BlockDownloadTest, AsksAPeerAgainForWhatItLackedOnlyLater) {
  grow(1);
  add(kAnna);
  ASSERT_EQ(asked(kAnna), heights(1, 1));
  lack(kAnna, 1);
  EXPECT_EQ(asked(kAnna), heights(1, 0));
  wait(59s);
  EXPECT_EQ(asked(kAnna), heights(1, 0));
  wait(2s);
  EXPECT_EQ(asked(kAnna), heights(1, 1));
}

TEST_F(BlockDownloadTest, CallsNobodyAStallerWhileTheEngineHoldsTheWindow) {
  grow(2000);
  add(kAnna);
  add(kBert);
  for (std::uint32_t block = 2; block <= 16; ++block) send(kAnna, block);
  for (std::uint32_t block = 17; block <= 1023; ++block) {
    send(download_.in_flight(kBert) > 0 ? kBert : kAnna, block);
  }
  download_.on_block(now_, kAnna, NodeIndex::of(1));
  download_.on_judged(NodeIndex::of(1), 1000);
  download_.on_deadline(now_);
  wait(1min);
  EXPECT_TRUE(given_up_.empty());
}

TEST_F(BlockDownloadTest, AsksASecondPeerForTheBlockThatAllWaitFor) {
  grow(1);
  add(kAnna);
  add(kBert);
  add(kCora);
  ASSERT_EQ(asked(kAnna), heights(1, 1));
  EXPECT_EQ(asked(kBert), heights(1, 0));
  wait(31s);
  EXPECT_EQ(asked(kBert), heights(1, 1));
  EXPECT_EQ(asked(kCora), heights(1, 0));
  wait(31s);
  EXPECT_EQ(asked(kCora), heights(1, 1));
  EXPECT_TRUE(given_up_.empty());
  EXPECT_TRUE(send(kBert, 1));
  EXPECT_EQ(download_.in_flight(kAnna), 0u);
  wait(1h);
  EXPECT_TRUE(given_up_.empty());
}

TEST_F(BlockDownloadTest, AsksOthersForWhatAPeerThatLeftWasAskedFor) {
  grow(10);
  add(kAnna);
  add(kBert);
  asked(kBert);
  download_.remove_peer(now_, kAnna);
  EXPECT_EQ(asked(kBert), heights(1, 10));
}

TEST_F(BlockDownloadTest, AsksPeersThatChoseUsOnlyForWhatNobodyElseHas) {
  grow(10);
  add(kAnna, {Serves::kAll, false});
  EXPECT_EQ(asked(kAnna), heights(1, 10));
  download_.remove_peer(now_, kAnna);
  add(kBert);
  add(kAnna, {Serves::kAll, false});
  asked(kBert);
  lack(kBert, 4);
  EXPECT_EQ(asked(kAnna), heights(4, 4));
}

TEST_F(BlockDownloadTest, AsksAPrunedPeerForTheLatestBlocksAlone) {
  grow(1000);
  add(kAnna, {Serves::kLatest, true});
  EXPECT_EQ(asked(kAnna), heights(715, 730));
  add(kBert, {Serves::kNothing, true});
  EXPECT_EQ(asked(kBert), heights(1, 0));
}

TEST_F(BlockDownloadTest, FetchesAForkThatHasAtLeastAsMuchWork) {
  grow(10);
  for (std::uint32_t block = 1; block <= 10; ++block) tree_.set_data_here(NodeIndex::of(block));
  download_.on_tip(now_, NodeIndex::of(10));
  grow(4, NodeIndex::of(5), 1);  // 11 to 14, up to height 9
  add(kAnna);
  EXPECT_EQ(asked(kAnna), heights(1, 0));
  grow(1, NodeIndex::of(14), 1);
  download_.on_peer_has(now_, kAnna, last_);
  EXPECT_EQ(asked(kAnna), heights(11, 15));
}

TEST_F(BlockDownloadTest, AsksAgainForABlockThatWasLost) {
  grow(20);
  add(kAnna);
  for (std::uint32_t block = 1; block <= 12; ++block) send(kAnna, block);
  asked(kAnna);
  tree_.drop_data(NodeIndex::of(5));
  download_.on_lost(now_);
  EXPECT_EQ(asked(kAnna), heights(5, 5));
}

// The engine may have a thread of its own, and its verdicts come when they come.
TEST_F(BlockDownloadTest, AsksNobodyForABlockThatTheEngineHas) {
  grow(20);
  add(kAnna);
  add(kBert);
  asked(kAnna);
  EXPECT_TRUE(download_.on_block(now_, kAnna, NodeIndex::of(1)));
  download_.on_judged(NodeIndex::of(1), 1000);
  send(kBert, 17);
  EXPECT_EQ(asked(kAnna), heights(1, 0));
  EXPECT_EQ(asked(kBert), heights(17, 20));
  download_.on_let_be(now_, NodeIndex::of(1));  // the disk was full
  EXPECT_EQ(asked(kAnna), heights(1, 1));
}

TEST_F(BlockDownloadTest, AsksNothingWhileTheEngineHasTooMuchInHand) {
  grow(100);
  add(kAnna);
  asked(kAnna);
  for (std::uint32_t block = 1; block <= 3; ++block) {
    download_.on_block(now_, kAnna, NodeIndex::of(block));
    download_.on_judged(NodeIndex::of(block), 32u << 20);
  }
  add(kBert);
  EXPECT_EQ(asked(kAnna), heights(1, 0));
  EXPECT_EQ(asked(kBert), heights(1, 0));
  tree_.set_data_here(NodeIndex::of(1));
  download_.on_accepted(now_, NodeIndex::of(1));
  EXPECT_EQ(asked(kAnna), heights(17, 19));
}

TEST_F(BlockDownloadTest, CallsNobodyAStallerWhereThereIsMoreToAskOthersFor) {
  grow(3000);
  add(kAnna);
  add(kBert, {Serves::kLatest, true});
  for (std::uint64_t i = 0; i < 2; ++i) {
    add(kCora);
    for (const std::uint32_t block : asked(kCora)) lack(kCora, block);
  }
  wait(1min);
  EXPECT_TRUE(given_up_.empty());
}

// One whose chain turned out bad hides nobody, and may come back to a good one with less work.
TEST_F(BlockDownloadTest, LooksAtOthersWhereThePreferredPeersChainIsBad) {
  grow(5);
  const NodeIndex good = last_;
  grow(8, {}, 1);
  add(kAnna);
  tree_.invalidate(NodeIndex::of(6));
  download_.add_peer(kBert, {Serves::kAll, false});
  download_.on_peer_has(now_, kBert, good);
  EXPECT_EQ(asked(kBert), heights(1, 5));
  download_.remove_peer(now_, kBert);
  asked(kAnna);
  download_.on_peer_has(now_, kAnna, good);
  EXPECT_EQ(asked(kAnna), heights(1, 5));
}

TEST_F(BlockDownloadTest, ForgetsThatAPeerLackedABlock) {
  grow(1);
  add(kAnna);
  lack(kAnna, 1);
  add(kBert, {Serves::kAll, false});
  EXPECT_EQ(asked(kBert), heights(1, 1));
  download_.remove_peer(now_, kBert);
  wait(2min);
  asked(kAnna);
  add(kBert, {Serves::kAll, false});
  EXPECT_EQ(asked(kBert), heights(1, 0));
}

TEST_F(BlockDownloadTest, KnowsWhatWasNotAskedFor) {
  grow(20);
  add(kAnna);
  EXPECT_FALSE(send(kAnna, 20));
  EXPECT_FALSE(download_.on_block(now_, kCora, NodeIndex::of(1)));
}

}  // namespace
}  // namespace veilwire::sync

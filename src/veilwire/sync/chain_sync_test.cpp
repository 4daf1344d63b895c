#include "veilwire/sync/chain_sync.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "veilwire/chain/header_tree.h"
#include "veilwire/chain/walks.h"
#include "veilwire/consensus/testing/drafts.h"
#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/headers.h"
#include "veilwire/wire/inventory.h"

namespace veilwire::sync {
namespace {

using namespace std::chrono_literals;
using chain::NodeIndex;
using consensus::testing::BlockDraft;
using peer::PeerId;
using protocol::MessageKind;
using wire::InventoryEntry;
using wire::InventoryType;

constexpr PeerId kAnna = PeerId::of(1);
constexpr PeerId kBert = PeerId::of(2);
constexpr PeerId kCora = PeerId::of(3);

constexpr protocol::Services kFullNode = protocol::kNodeNetwork | protocol::kNodeWitness;

const protocol::Network& regtest() { return *protocol::network_from_name("regtest"); }

// Blocks on the genesis block, a minute apart.
std::vector<BlockDraft> made_blocks(std::size_t count) {
  std::vector<BlockDraft> blocks;
  Hash256 previous = regtest().genesis.hash;
  UnixTime time = regtest().genesis.time;
  for (std::uint32_t height = 1; height <= count; ++height) {
    BlockDraft draft;
    draft.header = {.version = 4, .previous = previous, .time = time += 1min};
    draft.header.bits = regtest().genesis.bits;
    draft.transactions.push_back(consensus::testing::coinbase(
        protocol::Height::of(height), consensus::Amount::figure(5'000'000'000)));
    draft.set_root();
    draft.mine();
    previous = draft.header.hash();
    blocks.push_back(std::move(draft));
  }
  return blocks;
}

const std::vector<BlockDraft>& blocks() {
  static const auto made = made_blocks(700);
  return made;
}
const BlockDraft& block_at(std::uint32_t height) { return blocks()[height - 1]; }

protocol::OwnedMessage headers_message(std::uint32_t first, std::uint32_t last) {
  std::vector<wire::BlockHeader> headers;
  for (; first <= last; ++first) headers.push_back(block_at(first).header);
  protocol::OwnedMessage message{MessageKind::kHeaders, {}};
  wire::Writer writer(message.payload);
  wire::write_headers(writer, headers);
  return message;
}

template <typename M>
protocol::OwnedMessage listed(std::span<const InventoryEntry> entries) {
  const Bytes packed = wire::pack(entries);
  return wire::build(M{wire::InventoryList(packed)});
}

// Peers that have the first so many blocks, and an engine that finds all of them valid.
class ChainSyncTest : public ::testing::Test {
 protected:
  void add(PeerId id, std::uint32_t height, bool is_preferred = true) {
    heights_[id] = height;
    sync_.add_peer(moment_, id, {kFullNode, is_preferred});
  }
  void send(PeerId id, protocol::OwnedMessage message) {
    sync_.on_message(moment_, id, std::move(message));
  }
  void send_block(PeerId id, std::uint32_t height) {
    send(id, {MessageKind::kBlock, block_at(height).bytes()});
  }

  // Does what is to be done until there is nothing more; peers answer questions, the silent do not.
  void run() {
    while (auto action = sync_.poll_action()) {
      if (auto* send = std::get_if<Send>(&*action)) {
        answer(*send);
      } else if (const auto* came = std::get_if<BlockCame>(&*action)) {
        take(*came);
      } else if (const auto* bad = std::get_if<Misbehaved>(&*action)) {
        misbehaved_.emplace_back(bad->peer, bad->rule);
      } else if (const auto* gone = std::get_if<LetGo>(&*action)) {
        let_go_.push_back(gone->peer);
      } else {
        ++headers_came_;
      }
    }
  }
  void answer(const Send& question) {
    if (question.message.kind() == MessageKind::kGetHeaders) {
      ++questions_;
      if (heights_.contains(question.to)) answer_headers(question);
      return;
    }
    ASSERT_EQ(question.message.kind(), MessageKind::kGetData);
    const auto wanted = wire::parse<wire::GetData>(question.message.payload).value();
    for (const InventoryEntry& entry : wanted.entries) {
      EXPECT_EQ(entry.type, InventoryType::kWitnessBlock);
      wanted_[question.to].push_back(tree_.nodes()[*tree_.nodes().find(entry.hash)].height.value());
    }
    if (!sends_blocks_.contains(question.to)) return;
    for (const std::uint32_t height : std::exchange(wanted_[question.to], {})) {
      send_block(question.to, height);
    }
  }
  void answer_headers(const Send& question) {
    const auto asked = wire::parse<wire::GetHeaders>(question.message.payload).value();
    std::uint32_t known = 0;
    for (const Hash256& hash : asked.locator.hashes) {
      const auto found = std::ranges::find_if(
          blocks(), [&hash](const BlockDraft& block) { return block.header.hash() == hash; });
      if (found == blocks().end()) continue;
      known = static_cast<std::uint32_t>(found - blocks().begin()) + 1;
      break;
    }
    send(question.to, headers_message(known + 1, std::max(heights_.at(question.to), known)));
  }
  void take(const BlockCame& came) {
    ++came_;
    if (verdict_) return sync_.on_verdict(moment_, came, std::exchange(verdict_, std::nullopt));
    tree_.set_data_here(came.index);
    sync_.on_verdict(moment_, came, std::nullopt);
    const auto way = chain::path(tree_.nodes(), tip_, tree_.best_block()).on;
    for (const NodeIndex block : way) tree_.set_connected(block);
    if (way.empty()) return;
    tip_ = way.back();
    sync_.on_tip(moment_, tip_);
  }
  std::uint32_t height() const { return tree_.nodes()[tip_].height.value(); }

  chain::HeaderTree tree_{regtest(), 1};
  crypto::SeededEntropy entropy_{1};
  ChainSync sync_{tree_, entropy_, {}, {}};
  SyncMoment moment_{TimePoint(1h), blocks().back().header.time + 1min};
  NodeIndex tip_{};
  std::map<PeerId, std::uint32_t> heights_;  // of those that answer
  std::set<PeerId> sends_blocks_{kAnna, kBert, kCora};
  std::map<PeerId, std::vector<std::uint32_t>> wanted_;
  std::optional<consensus::Failure> verdict_;  // of the next block
  std::vector<std::pair<PeerId, SyncRule>> misbehaved_;
  std::vector<PeerId> let_go_;
  std::size_t headers_came_ = 0;
  std::size_t questions_ = 0;
  std::size_t came_ = 0;
};

TEST_F(ChainSyncTest, FetchesTheWholeChainFromSeveralPeers) {
  add(kAnna, 700);
  add(kBert, 700);
  add(kCora, 350);
  run();
  EXPECT_EQ(height(), 700u);
  EXPECT_EQ(came_, 700u);
  EXPECT_EQ(headers_came_, 1u);
  EXPECT_TRUE(misbehaved_.empty());
  EXPECT_TRUE(let_go_.empty());
}

TEST_F(ChainSyncTest, FollowsAnAnnouncementByInvAndOneByHeaders) {
  add(kAnna, 10);
  run();
  heights_[kAnna] = 11;
  send(kAnna, listed<wire::Inv>(
                  std::array{InventoryEntry{InventoryType::kTx, Hash256{1}},
                             InventoryEntry{InventoryType::kBlock, block_at(11).header.hash()}}));
  run();
  EXPECT_EQ(height(), 11u);
  send(kAnna, headers_message(12, 12));
  run();
  EXPECT_EQ(height(), 12u);
}

// What one peer sends wrongly costs nothing that another sends rightly.
TEST_F(ChainSyncTest, TakesTheRightCopyFromAnotherWhereOneSendsAMutatedBlock) {
  sends_blocks_.erase(kAnna);
  add(kAnna, 1);
  run();
  ASSERT_EQ(wanted_[kAnna], std::vector{1u});
  add(kBert, 1);
  run();
  verdict_ = consensus::Failure{.reason = consensus::Reason::kBadMerkleRoot};
  ASSERT_EQ(verdict_->guilt, consensus::Guilt::kCopy);
  send_block(kAnna, 1);
  run();
  EXPECT_EQ(misbehaved_, (std::vector{std::pair{kAnna, SyncRule::kMutatedBlock}}));
  EXPECT_EQ(height(), 1u);
}

// Anybody can make one of a block that he has heard of.
TEST_F(ChainSyncTest, GivesTheEngineNoMutatedCopy) {
  BlockDraft copy = block_at(1);
  copy.transactions.push_back(copy.transactions.front());
  add(kBert, 0);
  sends_blocks_.clear();
  send(kBert, {MessageKind::kBlock, copy.bytes()});
  run();
  EXPECT_EQ(misbehaved_, (std::vector{std::pair{kBert, SyncRule::kMutatedBlock}}));
  EXPECT_EQ(came_, 0u);
}

TEST_F(ChainSyncTest, LooksAtNobodysCopyInsteadOfTheOneThatAnotherWasAskedFor) {
  sends_blocks_.clear();
  add(kAnna, 1);
  run();
  ASSERT_EQ(wanted_[kAnna], std::vector{1u});
  add(kBert, 0);
  send_block(kBert, 1);
  run();
  EXPECT_EQ(came_, 0u);
  send_block(kAnna, 1);
  run();
  EXPECT_EQ(height(), 1u);
  EXPECT_TRUE(misbehaved_.empty());
}

TEST_F(ChainSyncTest, AsksAnotherWhereWhatCameIsNoBlock) {
  sends_blocks_.erase(kAnna);
  add(kAnna, 1);
  run();
  add(kBert, 1);
  Bytes cut = block_at(1).bytes();
  cut.resize(cut.size() - 5);
  send(kAnna, {MessageKind::kBlock, cut});
  run();
  EXPECT_EQ(misbehaved_, (std::vector{std::pair{kAnna, SyncRule::kUnreadable}}));
  EXPECT_EQ(height(), 1u);
}

TEST_F(ChainSyncTest, AsksAnotherAndBlamesNobodyWhereABlockIsNotFound) {
  sends_blocks_.erase(kAnna);
  add(kAnna, 3);
  run();
  add(kBert, 3);
  const std::array missing{InventoryEntry{InventoryType::kWitnessBlock, block_at(2).header.hash()}};
  send(kAnna, listed<wire::NotFound>(missing));
  run();
  EXPECT_EQ(came_, 1u);  // the second: the first is still asked of the other
  send_block(kAnna, 1);
  send_block(kAnna, 3);
  run();
  EXPECT_EQ(height(), 3u);
  EXPECT_TRUE(misbehaved_.empty());
}

TEST_F(ChainSyncTest, IsNotMovedByNotFoundForWhatWasNotAsked) {
  sends_blocks_.clear();
  add(kAnna, 700);
  run();
  add(kBert, 700);
  run();
  wanted_.clear();
  const std::vector<InventoryEntry> all(wire::kMaxInventory,
                                        {InventoryType::kWitnessBlock, block_at(3).header.hash()});
  send(kBert, listed<wire::NotFound>(all));  // the other was asked
  run();
  EXPECT_EQ(sync_.in_flight(kAnna), 16u);
  EXPECT_EQ(sync_.in_flight(kBert), 16u);
  EXPECT_TRUE(wanted_.empty());
}

TEST_F(ChainSyncTest, GivesTheEngineABlockOnceHoweverManySendIt) {
  sends_blocks_.clear();
  add(kAnna, 1);
  add(kBert, 0);
  run();
  send_block(kAnna, 1);
  for (int i = 0; i < 3; ++i) send_block(kBert, 1);
  std::vector<BlockCame> came;
  while (auto action = sync_.poll_action()) {
    if (auto* block = std::get_if<BlockCame>(&*action)) came.push_back(std::move(*block));
  }
  EXPECT_EQ(came.size(), 1u);
}

TEST_F(ChainSyncTest, AsksAgainWhereTheDiskRefusedTheBlock) {
  sends_blocks_.clear();
  add(kAnna, 1);
  run();
  wanted_.clear();
  send_block(kAnna, 1);
  const auto came = std::get<BlockCame>(*sync_.poll_action());
  EXPECT_FALSE(sync_.poll_action());
  sync_.on_let_be(moment_, came);
  run();
  EXPECT_EQ(wanted_[kAnna], std::vector{1u});
}

TEST_F(ChainSyncTest, NamesWhoSentABlockThatIsInvalid) {
  add(kAnna, 1);
  verdict_ = consensus::Failure{.reason = consensus::Reason::kBadCoinbaseLength};
  ASSERT_EQ(verdict_->guilt, consensus::Guilt::kBlock);
  run();
  EXPECT_EQ(misbehaved_, (std::vector{std::pair{kAnna, SyncRule::kInvalidBlock}}));
}

TEST_F(ChainSyncTest, NamesHimTooWhereItTurnsOutWhenTheBlockIsConnected) {
  add(kAnna, 1);
  sends_blocks_.clear();
  run();
  send_block(kAnna, 1);
  const auto came = std::get<BlockCame>(*sync_.poll_action());
  tree_.set_data_here(came.index);
  sync_.on_verdict(moment_, came, std::nullopt);
  sync_.on_refused(moment_, came.index, {.reason = consensus::Reason::kInputsMissingOrSpent});
  run();
  EXPECT_EQ(misbehaved_, (std::vector{std::pair{kAnna, SyncRule::kInvalidBlock}}));
}

// -- Blocks that nobody asked for ---------------------------------------------------------------------

class UnaskedBlocks : public ChainSyncTest {
 protected:
  UnaskedBlocks() {
    sends_blocks_ = {kAnna};
    add(kAnna, 20);
    run();
    sends_blocks_.clear();
    came_ = 0;
  }
};

TEST_F(UnaskedBlocks, AreTakenWhereTheyAreTheNextTip) {
  send_block(kBert, 21);
  run();
  EXPECT_EQ(came_, 0u) << "of one that is no peer";
  send_block(kAnna, 21);
  run();
  EXPECT_EQ(height(), 21u);
}

TEST_F(UnaskedBlocks, GoToTheEngineOneAtATime) {
  sync_.remove_peer(moment_, kAnna);
  sync_.add_peer(moment_, kBert, {protocol::kNodeNetwork, true});
  send(kBert, headers_message(21, 30));
  for (std::uint32_t height = 21; height <= 30; ++height) send_block(kBert, height);
  std::size_t came = 0;
  while (const auto action = sync_.poll_action()) {
    came += std::holds_alternative<BlockCame>(*action) ? 1 : 0;
  }
  EXPECT_EQ(came, 1u);
}

TEST_F(UnaskedBlocks, AreDroppedWhereNothingIsKnownOfTheirParents) {
  send_block(kAnna, 30);
  run();
  EXPECT_EQ(came_, 0u);
}

TEST_F(UnaskedBlocks, AreDropped300AboveTheTip) {
  sync_.remove_peer(moment_, kAnna);
  sync_.add_peer(moment_, kBert, {protocol::kNodeNetwork, true});
  send(kBert, headers_message(21, 700));
  send_block(kBert, 320);
  run();
  EXPECT_EQ(came_, 0u);
  send_block(kBert, 308);
  run();
  EXPECT_EQ(came_, 1u);
  EXPECT_TRUE(misbehaved_.empty());
}

TEST_F(UnaskedBlocks, AreDroppedWhereTheyDoNotHaveMoreWorkThanTheTip) {
  BlockDraft fork = block_at(20);
  fork.header.time += 1s;
  fork.mine();
  send(kAnna, {MessageKind::kBlock, fork.bytes()});
  run();
  EXPECT_TRUE(tree_.nodes().find(fork.header.hash()));
  EXPECT_EQ(came_, 0u);
}

// -- Faults and silence -------------------------------------------------------------------------------

TEST_F(ChainSyncTest, NamesPayloadsThatAreNoneOfTheirKind) {
  add(kAnna, 0);
  run();
  const Bytes nothing;
  for (const MessageKind kind :
       {MessageKind::kHeaders, MessageKind::kInv, MessageKind::kNotFound, MessageKind::kBlock}) {
    send(kAnna, {kind, nothing});
  }
  run();
  EXPECT_EQ(misbehaved_, (std::vector(4, std::pair{kAnna, SyncRule::kUnreadable})));
}

TEST_F(ChainSyncTest, NamesHeadersThatBreakARule) {
  add(kAnna, 0);
  run();
  auto message = headers_message(1, 2);
  message.payload[1 + 81 + 75] = 0x1d;  // the second claims more work than it has
  send(kAnna, message);
  run();
  EXPECT_EQ(misbehaved_.size(), 1u);
  EXPECT_EQ(tree_.nodes().size(), 1u);
}

TEST_F(ChainSyncTest, LetsGoOfALeaderThatDoesNotAnswer) {
  moment_.wall += 100h;
  sync_.add_peer(moment_, kAnna, {kFullNode, true});  // silent
  run();
  add(kBert, 5);
  run();
  while (const auto next = sync_.next_deadline()) {
    moment_.now = *next;
    sync_.on_deadline(moment_);
    run();
    ASSERT_LT(moment_.now, TimePoint(2h));
  }
  EXPECT_EQ(let_go_, std::vector{kAnna});
  EXPECT_EQ(height(), 5u);
}

TEST_F(ChainSyncTest, AsksAWalletForNothingAndKeepsIt) {
  sync_.add_peer(moment_, kAnna, {protocol::kNodeNone, false});
  run();
  while (const auto next = sync_.next_deadline()) {
    moment_.now = *next;
    sync_.on_deadline(moment_);
    run();
  }
  EXPECT_EQ(questions_, 0u);
  EXPECT_TRUE(let_go_.empty());
}

TEST(ServesOf, TakesBlocksOnlyWithWitnesses) {
  EXPECT_EQ(serves_of(protocol::kNodeNetwork), Serves::kNothing);
  EXPECT_EQ(serves_of(protocol::kNodeNetwork | protocol::kNodeWitness), Serves::kAll);
  EXPECT_EQ(serves_of(protocol::kNodeNetworkLimited | protocol::kNodeWitness), Serves::kLatest);
  EXPECT_EQ(serves_of(protocol::kNodeWitness), Serves::kNothing);
}

}  // namespace
}  // namespace veilwire::sync

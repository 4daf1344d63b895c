#include "veilwire/chain/header_tree.h"

#include <gtest/gtest.h>

#include "veilwire/chain/testing/made_headers.h"

namespace veilwire::chain {
namespace {

using consensus::Reason;
using std::chrono::hours;
using std::chrono::seconds;
using testing::mined;
using testing::regtest;
using Kind = HeaderRefusal::Kind;

constexpr std::uint64_t kSalt = 0x0fed'cba9'8765'4321;

class HeaderTreeTest : public ::testing::Test {
 protected:
  const Hash256& genesis() const { return regtest().genesis.hash; }

  NodeIndex add(const HashedHeader& header) { return tree.add(header, now).value().index; }
  std::string refused(const HashedHeader& header) {
    const auto added = tree.add(header, now);
    return added ? "taken" : std::string(refusal_name(added.error()));
  }
  // `count` on `parent`, of which the last is told.
  NodeIndex add_chain(NodeIndex parent, std::size_t count, std::uint32_t tag = 0) {
    const HeaderNode node = tree.nodes()[parent];
    const auto chain = testing::mined_chain(node.hash, from_unix_seconds(node.time), count, tag);
    const AddedRun run = tree.add(std::span<const HashedHeader>(chain), now);
    EXPECT_EQ(run.taken, count);
    return run.last.value_or(parent);
  }
  NodeIndex at(NodeIndex last, std::uint32_t height) const {
    return tree.nodes().ancestor(last, protocol::Height::of(height));
  }
  // From the genesis block to `last`.
  void set_data_up_to(NodeIndex last) {
    for (std::uint32_t h = 1; h <= tree.nodes()[last].height.value(); ++h) {
      tree.set_data_here(at(last, h));
    }
  }

  UnixTime begin = regtest().genesis.time;
  UnixTime now = begin + hours(100);
  HeaderTree tree{regtest(), kSalt};
};

// -- Headers in -----------------------------------------------------------------------------------

TEST_F(HeaderTreeTest, BeginsWithTheGenesisBlock) {
  EXPECT_EQ(tree.nodes().size(), 1u);
  EXPECT_EQ(tree.best_header(), kGenesisIndex);
  EXPECT_EQ(tree.best_block(), kGenesisIndex);
  EXPECT_TRUE(tree.is_connected(kGenesisIndex));
}

TEST_F(HeaderTreeTest, TakesAHeaderOnceAndKnowsItThen) {
  const HashedHeader header = mined(genesis(), begin + seconds(60));
  const auto added = tree.add(header, now);
  ASSERT_TRUE(added);
  EXPECT_EQ(added->novelty, Added::Novelty::kNew);
  EXPECT_EQ(tree.add(header, now), (Added{added->index, Added::Novelty::kKnown}));
  EXPECT_EQ(tree.best_header(), added->index);
  EXPECT_EQ(tree.best_block(), kGenesisIndex);
}

TEST_F(HeaderTreeTest, RefusesAHeaderWithoutWorkBeforeItLooksForItsParent) {
  HashedHeader header = mined(Hash256{1}, begin + seconds(60));
  while (consensus::has_work(regtest(), header.header, header.hash)) {
    ++header.header.nonce;
    header.hash = header.header.hash();
  }
  EXPECT_EQ(refused(header), "high-hash");
}

TEST_F(HeaderTreeTest, TakesAnUnknownParentForNobodysFault) {
  const auto added = tree.add(mined(Hash256{1}, begin + seconds(60)), now);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error(), (HeaderRefusal{.kind = Kind::kUnknownParent}));
  EXPECT_FALSE(added.error().is_fault());
}

TEST_F(HeaderTreeTest, NamesTheRuleThatAHeaderBreaks) {
  EXPECT_EQ(refused(mined(genesis(), begin)), "time-too-old");
  wire::BlockHeader harder = testing::draft(genesis(), begin + seconds(60));
  harder.bits = 0x207f'fffe;
  EXPECT_EQ(refused(mined(harder)), "bad-diffbits");
  EXPECT_EQ(tree.nodes().size(), 1u);
}

TEST_F(HeaderTreeTest, DoesNotBlameAHeaderThatComesTooEarlyNorItsChildren) {
  const HashedHeader early = mined(genesis(), now + hours(2) + seconds(1));
  const HashedHeader child = mined(early.hash, now + hours(2) + seconds(2));
  const auto added = tree.add(early, now);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error(), (HeaderRefusal{Kind::kBreaksRule, Reason::kTimeTooNew}));
  EXPECT_FALSE(added.error().is_fault());
  EXPECT_FALSE(tree.add(child, now).error().is_fault());
  EXPECT_EQ(tree.nodes().size(), 1u);
  now += seconds(1);
  EXPECT_EQ(refused(early), "taken");
  now += seconds(1);
  EXPECT_EQ(refused(child), "taken");
}

TEST_F(HeaderTreeTest, TakesARunUpToTheFirstThatIsRefused) {
  auto chain = testing::headers_of(testing::mined_chain(genesis(), begin, 200));
  chain[150].bits = 0x2080'0000;
  const AddedRun run = tree.add(std::span<const wire::BlockHeader>(chain), now);
  EXPECT_EQ(run.taken, 150u);
  EXPECT_EQ(run.last, NodeIndex::of(150));
  ASSERT_TRUE(run.refusal);
  EXPECT_EQ(refusal_name(*run.refusal), "high-hash");
  EXPECT_EQ(tree.add(std::span<const wire::BlockHeader>(chain).first(150), now).taken, 150u);
  EXPECT_EQ(tree.nodes().size(), 151u);
}

// -- Data and failures ----------------------------------------------------------------------------

TEST_F(HeaderTreeTest, PutsTheBestBlockWhereAllAncestorsAreHere) {
  const NodeIndex last = add_chain(kGenesisIndex, 5);
  tree.set_data_here(at(last, 2));
  tree.set_data_here(at(last, 3));
  tree.set_data_here(at(last, 5));
  EXPECT_EQ(tree.best_block(), kGenesisIndex);
  EXPECT_FALSE(tree.is_whole(at(last, 2)));
  tree.set_data_here(at(last, 1));
  EXPECT_EQ(tree.best_block(), at(last, 3));
  tree.set_data_here(at(last, 4));
  EXPECT_EQ(tree.best_block(), last);
}

TEST_F(HeaderTreeTest, PrefersAmongEqualsTheFirstSeen) {
  const NodeIndex a = add_chain(kGenesisIndex, 2, 1);
  const NodeIndex b = add_chain(kGenesisIndex, 2, 2);
  EXPECT_EQ(tree.best_header(), a);
  set_data_up_to(b);
  set_data_up_to(a);
  EXPECT_EQ(tree.best_block(), b);  // its blocks came first
  tree.invalidate(b);
  EXPECT_EQ(tree.best_block(), a);
  tree.reconsider(b);
  EXPECT_EQ(tree.best_block(), b);
  EXPECT_EQ(tree.best_header(), a);
}

TEST_F(HeaderTreeTest, HoldsABlockThatFailedAgainstAllOnIt) {
  const NodeIndex good = add_chain(kGenesisIndex, 3, 1);
  const NodeIndex bad = add_chain(at(good, 1), 9, 2);
  set_data_up_to(good);
  set_data_up_to(bad);
  EXPECT_EQ(tree.best_block(), bad);
  const NodeIndex culprit = at(bad, 4);
  tree.refuse(culprit, {.reason = Reason::kScriptFailed});
  EXPECT_EQ(tree.best_block(), good);
  EXPECT_EQ(tree.best_header(), good);
  EXPECT_EQ(tree.blame(culprit), Blame::kOwnFault);
  EXPECT_EQ(tree.blame(bad), Blame::kAncestors);
  EXPECT_EQ(tree.blame(at(bad, 3)), Blame::kNone);

  const HashedHeader again{tree.nodes().header(culprit), tree.nodes()[culprit].hash};
  EXPECT_EQ(refused(again), "duplicate-invalid");
  const auto child = tree.add(mined(tree.nodes()[bad].hash, begin + hours(1)), now);
  ASSERT_FALSE(child);
  EXPECT_EQ(refusal_name(child.error()), "bad-prevblk");
  EXPECT_TRUE(child.error().is_fault());
}

TEST_F(HeaderTreeTest, KeepsAHashCleanWhereTheCopyMayBeToBlame) {
  const NodeIndex last = add_chain(kGenesisIndex, 3);
  set_data_up_to(last);
  for (const Reason reason : consensus::reasons()) {
    if (consensus::guilt_of(reason) != consensus::Guilt::kCopy) continue;
    tree.refuse(at(last, 2), {.reason = reason});
    EXPECT_FALSE(tree.has_data(at(last, 2)));
    EXPECT_EQ(tree.blame(at(last, 2)), Blame::kNone);
    EXPECT_EQ(tree.best_block(), at(last, 1));
    EXPECT_EQ(tree.best_header(), last);
    tree.set_data_here(at(last, 2));
    EXPECT_EQ(tree.best_block(), last);
  }
}

TEST_F(HeaderTreeTest, BelievesAFailureThatSaysMoreThanItsReason) {
  const NodeIndex last = add_chain(kGenesisIndex, 1);
  tree.refuse(last, {.reason = Reason::kScriptFailed, .guilt = consensus::Guilt::kCopy});
  EXPECT_EQ(tree.blame(last), Blame::kNone);
  tree.refuse(last, {.reason = Reason::kTimeTooNew});
  EXPECT_EQ(tree.blame(last), Blame::kNone);
  tree.refuse(last, {.reason = Reason::kBadMerkleRoot, .guilt = consensus::Guilt::kBlock});
  EXPECT_EQ(tree.blame(last), Blame::kOwnFault);
}

TEST_F(HeaderTreeTest, KeepsAConnectedBlockInItsChainWhenItsDataGo) {
  const NodeIndex last = add_chain(kGenesisIndex, 3);
  set_data_up_to(last);
  tree.set_connected(at(last, 1));
  tree.drop_data(at(last, 1));
  EXPECT_EQ(tree.best_block(), last);
  EXPECT_FALSE(tree.has_data(at(last, 1)));
}

TEST_F(HeaderTreeTest, ReconsidersABlockWithItsAncestorsAndAllOnIt) {
  const NodeIndex last = add_chain(kGenesisIndex, 6, 1);
  const NodeIndex other = add_chain(at(last, 2), 2, 2);
  set_data_up_to(last);
  for (const std::uint32_t height : {2u, 4u, 6u}) tree.invalidate(at(last, height));
  tree.invalidate(other);
  EXPECT_EQ(tree.best_block(), at(last, 1));
  tree.reconsider(at(last, 4));
  EXPECT_EQ(tree.best_block(), last);
  EXPECT_EQ(tree.blame(other), Blame::kOwnFault);  // neither an ancestor nor on it
}

TEST_F(HeaderTreeTest, LetsNobodySpeakAgainstTheGenesisBlock) {
  tree.invalidate(kGenesisIndex);
  EXPECT_EQ(tree.blame(kGenesisIndex), Blame::kNone);
  EXPECT_EQ(tree.best_block(), kGenesisIndex);
}

// -- Restored -------------------------------------------------------------------------------------

TEST_F(HeaderTreeTest, IsTheSameAfterItWasRestored) {
  const NodeIndex a = add_chain(kGenesisIndex, 4, 1);
  const NodeIndex b = add_chain(at(a, 2), 2, 2);
  set_data_up_to(b);
  set_data_up_to(a);
  tree.set_connected(at(a, 1));
  tree.drop_data(at(a, 1));
  const NodeIndex bad = add_chain(at(a, 2), 5, 3);
  tree.invalidate(at(bad, 3));
  tree.set_data_here(at(bad, 4));
  HeaderTree again(regtest(), kSalt + 2);
  StableArray<StoredStanding> standings;
  standings.push_back({});
  for (NodeIndex i = kGenesisIndex.next(); i.value() < tree.nodes().size(); i = i.next()) {
    const HashedHeader header{tree.nodes().header(i), tree.nodes()[i].hash};
    ASSERT_EQ(again.restore(header), i);
    EXPECT_EQ(again.restore(header), std::nullopt);
    standings.push_back(tree.standing(i));
  }
  again.restore_standings(standings);
  EXPECT_EQ(again.best_block(), b);
  EXPECT_EQ(again.best_header(), tree.best_header());
  for (NodeIndex i{}; i.value() < tree.nodes().size(); i = i.next()) {
    EXPECT_EQ(again.standing(i), tree.standing(i)) << i.value();
    EXPECT_EQ(again.blame(i), tree.blame(i));
  }
  EXPECT_EQ(again.restore(mined(Hash256{9}, begin)), std::nullopt);
}

TEST_F(HeaderTreeTest, ConnectsAgainWhatIsUnconnectedWithAllOnIt) {
  const NodeIndex last = add_chain(kGenesisIndex, 4);
  set_data_up_to(last);
  for (std::uint32_t height = 1; height <= 4; ++height) tree.set_connected(at(last, height));
  tree.drop_data(at(last, 3));  // pruned: still part of its chain
  EXPECT_EQ(tree.best_block(), last);
  tree.unconnect(at(last, 2));
  EXPECT_TRUE(tree.is_connected(at(last, 1)));
  EXPECT_FALSE(tree.is_connected(at(last, 2)));
  EXPECT_FALSE(tree.is_connected(last));
  EXPECT_EQ(tree.best_block(), at(last, 2));  // the third is to be fetched again
  tree.set_data_here(at(last, 3));
  EXPECT_EQ(tree.best_block(), last);
}

}  // namespace
}  // namespace veilwire::chain

#include "veilwire/consensus/deployments.h"

#include <gtest/gtest.h>

#include "veilwire/consensus/testing/listed_ancestors.h"

namespace veilwire::consensus {
namespace {

using testing::ListedAncestors;

constexpr std::int64_t kBegin = 1'500'000'000;
constexpr std::int64_t kSpacing = 600;
constexpr std::int32_t kVote = 0x2000'0000 | 1 << 5;

// Periods of ten blocks, of which eight must vote.
constexpr Deployment kFork{.name = "fork",
                           .bit = 5,
                           .start = kBegin + 15 * kSpacing,
                           .timeout = kBegin + 45 * kSpacing,
                           .period = 10,
                           .threshold = 8};

// So many blocks, of which those in [first, last] vote.
ListedAncestors chain(std::size_t blocks, std::size_t first = 0, std::size_t last = 0) {
  auto ancestors = ListedAncestors::regular(blocks, 0x207fffff, from_unix_seconds(kBegin),
                                            std::chrono::seconds(kSpacing));
  for (std::size_t i = first; i < std::min(last, blocks); ++i) ancestors.list[i].version = kVote;
  return ancestors;
}

std::string_view state(const Deployment& deployment, const ListedAncestors& ancestors) {
  return deployment_state_name(deployment_state(deployment, ancestors));
}

// The median time past of block n is that of block n - 5.
TEST(Deployment, StartsWithThePeriodAfterTheMedianTimeHasReachedTheStart) {
  EXPECT_EQ(state(kFork, chain(1)), "defined");
  EXPECT_EQ(state(kFork, chain(20)), "defined");  // block 19: 14 spacings
  EXPECT_EQ(state(kFork, chain(29)), "defined");
  EXPECT_EQ(state(kFork, chain(30)), "started");
}

TEST(Deployment, StartsAndFailsAtTheSecond) {
  Deployment fork = kFork;
  fork.start = kBegin + 24 * kSpacing;
  EXPECT_EQ(state(fork, chain(30)), "started");
  ++fork.start;
  EXPECT_EQ(state(fork, chain(30)), "defined");
  fork = kFork;
  fork.timeout = kBegin + 44 * kSpacing;
  EXPECT_EQ(state(fork, chain(50)), "failed");
  ++fork.timeout;
  EXPECT_EQ(state(fork, chain(50)), "started");
}

TEST(Deployment, LocksInWithEnoughVotesAndIsActiveAPeriodLater) {
  EXPECT_EQ(state(kFork, chain(40, 30, 37)), "started");
  EXPECT_EQ(state(kFork, chain(40, 30, 38)), "locked_in");
  EXPECT_EQ(state(kFork, chain(39, 30, 38)), "started");
  EXPECT_EQ(state(kFork, chain(49, 30, 38)), "locked_in");
  EXPECT_EQ(state(kFork, chain(50, 30, 38)), "active");
  EXPECT_EQ(state(kFork, chain(100, 30, 38)), "active");
}

TEST(Deployment, CountsNoVotesBeforeItHasStarted) {
  EXPECT_EQ(state(kFork, chain(30, 20, 30)), "started");
}

TEST(Deployment, FailsAtTheTimeoutUnlessThatPeriodLocksItIn) {
  EXPECT_EQ(state(kFork, chain(50)), "started");  // block 49: 44 spacings
  EXPECT_EQ(state(kFork, chain(60)), "failed");
  EXPECT_EQ(state(kFork, chain(60, 50, 60)), "locked_in");
  EXPECT_EQ(state(kFork, chain(80, 70, 80)), "failed");
}

TEST(Deployment, WaitsForItsLeastHeightWhenLockedIn) {
  Deployment late = kFork;
  late.min_activation_height = Height(60);
  EXPECT_EQ(state(late, chain(50, 30, 38)), "locked_in");
  EXPECT_EQ(state(late, chain(60, 30, 38)), "active");
}

TEST(Deployment, MayBeAlwaysOrNeverActive) {
  Deployment fork = kFork;
  fork.start = Deployment::kAlwaysActive;
  EXPECT_EQ(state(fork, chain(1)), "active");
  fork.start = Deployment::kNeverActive;
  EXPECT_EQ(state(fork, chain(100, 0, 100)), "failed");
}

TEST(Deployment, IsHeldToMainsFiguresAndNeverActiveUnlessItSaysOtherwise) {
  Deployment fork;
  EXPECT_EQ(fork.period, 2016u);
  EXPECT_EQ(fork.threshold, 1815u);
  EXPECT_EQ(fork.start, Deployment::kNeverActive);
  EXPECT_EQ(fork.timeout, Deployment::kNoTimeout);
}

TEST(VotesFor, WantsTheTopBits001) {
  EXPECT_TRUE(votes_for(0x2000'0020, 5));
  EXPECT_FALSE(votes_for(0x2000'0020, 4));
  EXPECT_FALSE(votes_for(0x0000'0020, 5));
  EXPECT_FALSE(votes_for(0x4000'0020, 5));
  EXPECT_FALSE(votes_for(0x6000'0020, 5));
  EXPECT_FALSE(votes_for(-1, 5));
}

TEST(VotesFor, LooksAtNoOtherBit) {
  EXPECT_TRUE(votes_for(0x2000'0001, 0));
  EXPECT_TRUE(votes_for(0x2000'0021, 5));
  EXPECT_TRUE(votes_for(0x3fff'ffff, 5));
}

TEST(VoteCount, CountsTheLastBlock) { EXPECT_EQ(vote_count(kFork, chain(35, 33, 35)).votes, 2u); }

TEST(VoteCount, TellsHowThePeriodGoes) {
  const VoteCount count = vote_count(kFork, chain(35, 31, 34));
  EXPECT_EQ(count.elapsed, 5u);
  EXPECT_EQ(count.votes, 3u);
  EXPECT_TRUE(count.can_succeed);
  EXPECT_FALSE(vote_count(kFork, chain(35, 33, 35)).can_succeed);
}

TEST(UnknownBits, AreThoseThatAWholePeriodOfBlocksVotedFor) {
  const protocol::Network& regtest = *protocol::network_from_name("regtest");
  EXPECT_EQ(unknown_bits_locked_in(regtest, chain(143, 0, 143)), std::vector<unsigned>{});
  EXPECT_EQ(unknown_bits_locked_in(regtest, chain(144, 0, 108)), std::vector<unsigned>{5});
  EXPECT_EQ(unknown_bits_locked_in(regtest, chain(144, 0, 107)), std::vector<unsigned>{});
  auto taproot = chain(144);
  for (Ancestor& block : taproot.list) block.version = 0x2000'0000 | 1 << 2;
  EXPECT_EQ(unknown_bits_locked_in(regtest, taproot), std::vector<unsigned>{});
}

TEST(UnknownBits, AreAny) {
  const protocol::Network& regtest = *protocol::network_from_name("regtest");
  auto ancestors = chain(144);
  for (Ancestor& block : ancestors.list) block.version = 0x3fff'ffff;
  const auto bits = unknown_bits_locked_in(regtest, ancestors);
  EXPECT_EQ(bits.size(), 27u);  // 29 without testdummy's and taproot's
  EXPECT_EQ(bits.front(), 0u);
}

TEST(Deployments, OfEachNetworkAreTestdummyAndTaproot) {
  for (const protocol::Network& network : protocol::networks()) {
    const auto deployments = deployments_of(network);
    ASSERT_EQ(deployments.size(), 2u);
    EXPECT_EQ(deployments[0].name, "testdummy");
    EXPECT_EQ(deployments[1].name, "taproot");
  }
}

}  // namespace
}  // namespace veilwire::consensus

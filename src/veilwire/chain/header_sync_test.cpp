#include "veilwire/chain/header_sync.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/chain/testing/small_presync.h"
#include "veilwire/crypto/seeded_entropy.h"

namespace veilwire::chain {
namespace {

using testing::forked;
using testing::long_chain;
using testing::message_after;
using testing::work_of_blocks;
using State = HeaderSync::State;

constexpr std::uint32_t kEnough = 3 * wire::kMaxHeaders + 100;

class HeaderSyncTest : public ::testing::Test {
 protected:
  HeaderSyncTest() { sync.emplace(tree, entropy); }

  // Takes all actions; the last question, end and time are kept.
  void settle() {
    while (auto action = sync->poll_action()) {
      if (auto* ask = std::get_if<AskForHeaders>(&*action)) asked = ask->locator, ++questions;
      if (auto* taken = std::get_if<HeadersTaken>(&*action)) taken_count += taken->count;
      if (auto* again = std::get_if<AskAgainAt>(&*action)) again_at = again->time;
      if (auto* ended = std::get_if<HeaderSyncEnded>(&*action)) end = ended->why;
    }
  }
  void start() {
    asked.reset();
    sync->start(moment);
    settle();
  }
  void receive(std::span<const HashedHeader> headers) {
    const auto sent = testing::headers_of(headers);
    asked.reset();
    sync->on_headers(moment, sent);
    settle();
  }
  // What a peer with that chain answers to the last question.
  std::span<const HashedHeader> answer(std::span<const HashedHeader> chain) const {
    for (const Hash256& hash : asked.value()) {
      const auto found = std::ranges::find(chain, hash, &HashedHeader::hash);
      if (found != chain.end()) {
        return message_after(chain, static_cast<std::size_t>(found - chain.begin()) + 1);
      }
    }
    return message_after(chain, 0);
  }
  // Answers, at most so many times, while it is asked.
  void serve(std::span<const HashedHeader> chain, int most = 1000) {
    while (asked && most-- > 0) receive(answer(chain));
  }
  void pass(Duration time) {
    moment.now += time;
    sync->on_deadline(moment);
    settle();
  }

  protocol::Network network = testing::small_network();
  crypto::SeededEntropy entropy{7};
  HeaderTree tree{network, 11};
  HeaderSyncMoment moment{.wall = network.genesis.time + std::chrono::hours(200)};
  std::optional<HeaderSync> sync;

  std::optional<std::vector<Hash256>> asked;
  std::optional<HeaderSyncEnd> end;
  std::optional<UnixTime> again_at;
  std::size_t taken_count = 0;
  int questions = 0;
};

// -- Chains whose work is enough ------------------------------------------------------------------

TEST_F(HeaderSyncTest, AsksForWhatComesAfterOurBestHeaderUntilThePeerHasNoMore) {
  start();
  EXPECT_EQ(asked.value().front(), network.genesis.hash);
  serve(long_chain());
  EXPECT_EQ(tree.nodes().size(), long_chain().size() + 1);
  EXPECT_EQ(taken_count, long_chain().size());
  EXPECT_EQ(questions, 4);
  EXPECT_EQ(sync->state(), State::kIdle);
  EXPECT_FALSE(sync->next_deadline());
  EXPECT_FALSE(end);
}

TEST_F(HeaderSyncTest, TakesAnAnnouncementWithoutHavingAsked) {
  receive(std::span(long_chain()).first(1));
  EXPECT_EQ(tree.nodes().size(), 2u);
  EXPECT_FALSE(asked);
}

TEST_F(HeaderSyncTest, AsksForTheParentsOfAnAnnouncedBlock) {
  receive(std::span(long_chain()).subspan(50, 1));
  ASSERT_TRUE(asked);
  serve(std::span(long_chain()).first(51));
  EXPECT_EQ(tree.nodes().size(), 52u);
}

TEST_F(HeaderSyncTest, StopsWhereAllThatIsSentStandsOnNothing) {
  for (int i = 0; i < 10; ++i) {
    receive(std::span(long_chain()).subspan(50, 1));
    EXPECT_FALSE(end);
  }
  EXPECT_EQ(questions, 1);
  receive(std::span(long_chain()).subspan(50, 1));
  EXPECT_EQ(end, HeaderSyncEnd::kUnconnected);
}

TEST_F(HeaderSyncTest, StopsWhereThePeerRepeatsItself) {
  start();
  for (int i = 0; i < 3 && asked; ++i) receive(message_after(long_chain(), 0));
  EXPECT_EQ(end, HeaderSyncEnd::kNoProgress);
  EXPECT_EQ(questions, 2);
}

TEST_F(HeaderSyncTest, NamesTheRuleThatAHeaderBreaks) {
  wire::BlockHeader old = testing::draft(network.genesis.hash, network.genesis.time);
  sync->on_headers(moment, std::vector{testing::mined(old).header});
  const auto ended = std::get<HeaderSyncEnded>(sync->poll_action().value());
  EXPECT_EQ(ended.why, HeaderSyncEnd::kBreaksRule);
  EXPECT_EQ(refusal_name(ended.refusal.value()), "time-too-old");
  EXPECT_TRUE(is_fault(ended.why));
}

TEST_F(HeaderSyncTest, RefusesHeadersThatAreNotInARowAndKeepsNone) {
  receive(std::vector{long_chain()[0], long_chain()[2]});
  EXPECT_EQ(end, HeaderSyncEnd::kNotInARow);
  EXPECT_EQ(tree.nodes().size(), 1u);
}

// The last header's claim would else carry those before it into the tree.
TEST_F(HeaderSyncTest, RefusesAMessageWithAFalseClaimOfWorkAndKeepsNone) {
  auto chain = testing::headers_of(std::span(long_chain()).first(9));
  chain.back().bits = 0x0300'0001;
  moment.required_work = work_of_blocks(1000);
  sync->on_headers(moment, chain);
  settle();
  EXPECT_EQ(end, HeaderSyncEnd::kHighHash);
  EXPECT_EQ(tree.nodes().size(), 1u);
}

TEST_F(HeaderSyncTest, AsksAgainLaterForAHeaderThatCameTooEarlyAndForItsChildren) {
  const auto chain = testing::mined_chain(network.genesis.hash, network.genesis.time, 10);
  moment.wall = chain[5].header.time - std::chrono::hours(2) - std::chrono::seconds(1);
  start();
  receive(chain);
  EXPECT_EQ(tree.nodes().size(), 6u);
  EXPECT_FALSE(end);
  EXPECT_FALSE(asked);
  EXPECT_EQ(again_at, chain[5].header.time - std::chrono::hours(2));
  receive(std::span(chain).subspan(6, 1));  // one of its children, announced
  EXPECT_FALSE(end);
  moment.wall = chain.back().header.time;
  receive({});
  start();
  serve(chain);
  EXPECT_EQ(tree.nodes().size(), 11u);
}

// -- Chains that have yet to show it --------------------------------------------------------------

class LowWorkSyncTest : public HeaderSyncTest {
 protected:
  LowWorkSyncTest() { moment.required_work = work_of_blocks(kEnough); }
};

TEST_F(LowWorkSyncTest, FetchesAChainTwiceThatHasYetToShowItsWork) {
  start();
  serve(long_chain(), 3);
  EXPECT_EQ(sync->state(), State::kCommitting);
  EXPECT_EQ(tree.nodes().size(), 1u);
  serve(long_chain(), 1);
  EXPECT_EQ(sync->state(), State::kRedownloading);
  EXPECT_EQ(asked.value().front(), network.genesis.hash);
  serve(long_chain());
  EXPECT_EQ(sync->state(), State::kIdle);
  EXPECT_EQ(questions, 8);
  EXPECT_EQ(tree.nodes().size(), long_chain().size() + 1);
  EXPECT_EQ(sync->bytes(), 0u);
}

TEST_F(LowWorkSyncTest, KeepsNothingOfAShortChainAndHearsThePeerLater) {
  start();
  receive(std::span(long_chain()).first(100));
  EXPECT_EQ(end, HeaderSyncEnd::kTooLittleWork);
  EXPECT_EQ(tree.nodes().size(), 1u);
  EXPECT_EQ(sync->state(), State::kIdle);
  EXPECT_FALSE(is_fault(*end));
}

TEST_F(LowWorkSyncTest, KeepsNothingOfALongChainThatEndsTooSoon) {
  start();
  serve(std::span(long_chain()).first(2 * wire::kMaxHeaders + 1));
  EXPECT_EQ(end, HeaderSyncEnd::kTooLittleWork);
  EXPECT_EQ(tree.nodes().size(), 1u);
  EXPECT_EQ(sync->bytes(), 0u);
}

TEST_F(LowWorkSyncTest, EndsWithAChainThatChangesWhenItIsFetchedAgain) {
  start();
  serve(long_chain(), 4);
  serve(forked(long_chain(), 1000));
  EXPECT_EQ(end, HeaderSyncEnd::kChangedChain);
  EXPECT_LE(tree.nodes().size(), 1001u);
}

TEST_F(LowWorkSyncTest, EndsWithAChainThatDoesNotContinue) {
  start();
  serve(long_chain(), 1);
  receive(message_after(long_chain(), 2 * wire::kMaxHeaders));
  EXPECT_EQ(end, HeaderSyncEnd::kDoesNotContinue);
}

TEST_F(LowWorkSyncTest, EndsWithAnEmptyAnswerTheSecondTime) {
  start();
  serve(long_chain(), 6);
  receive({});
  EXPECT_EQ(end, HeaderSyncEnd::kEndedEarly);
}

TEST_F(LowWorkSyncTest, AsksOnFromTheTreeOnceAnotherPeerHasBroughtTheChain) {
  start();
  serve(long_chain(), 2);
  tree.add(std::span<const HashedHeader>(long_chain()), moment.wall);
  HeaderSync other(tree, entropy);
  other.start(moment);
  const auto ask = std::get<AskForHeaders>(other.poll_action().value());
  EXPECT_EQ(ask.locator.front(), long_chain()[long_chain().size() - 2].hash);
}

// -- Time -----------------------------------------------------------------------------------------

TEST_F(HeaderSyncTest, EndsWithAPeerThatDoesNotAnswerInTwoMinutes) {
  start();
  pass(sync->next_deadline().value() - moment.now - Duration(1));
  EXPECT_FALSE(end);
  pass(Duration(1));
  EXPECT_EQ(end, HeaderSyncEnd::kSilent);
  EXPECT_EQ(moment.now.time_since_epoch(), std::chrono::minutes(2));
}

TEST_F(LowWorkSyncTest, EndsWithAPeerThatAnswersTooSlowly) {
  sync.emplace(tree, entropy, HeaderSyncTimes{.whole = std::chrono::minutes(8)});
  start();
  for (int i = 0; i < 10 && !end; ++i) {
    serve(long_chain(), 1);
    pass(std::chrono::seconds(119));
  }
  EXPECT_EQ(end, HeaderSyncEnd::kTooSlow);
}

TEST_F(LowWorkSyncTest, APeerThatStopsAt99PercentCostsOneStartWithAnother) {
  network.headers_presync.redownload_buffer = 10'000;  // so that nothing is let in before the end
  const auto& chain = long_chain();
  for (int peer = 0; peer < 3; ++peer) {
    sync.emplace(tree, entropy);
    end.reset();
    questions = 0;
    start();
    serve(chain, 7);  // one message before the end of the second time
    EXPECT_EQ(questions, 8);
    pass(std::chrono::minutes(2));
    EXPECT_EQ(end, HeaderSyncEnd::kSilent);
    // Whatever comes now, it asks no more.
    start();
    receive(message_after(chain, 0));
    pass(std::chrono::hours(1));
    EXPECT_EQ(questions, 8);
    EXPECT_FALSE(sync->next_deadline());
    EXPECT_EQ(sync->bytes(), 0u);
  }
  EXPECT_EQ(tree.nodes().size(), 1u);
  sync.emplace(tree, entropy);
  start();
  serve(chain);
  EXPECT_EQ(questions, 16);
  EXPECT_EQ(tree.nodes().size(), chain.size() + 1);
}

TEST_F(LowWorkSyncTest, WhatWasLetInIsNotFetchedAgain) {
  start();
  serve(long_chain(), 7);
  pass(std::chrono::minutes(2));
  EXPECT_EQ(end, HeaderSyncEnd::kSilent);
  EXPECT_EQ(tree.nodes().size(), 3 * wire::kMaxHeaders - 100 + 1);
  sync.emplace(tree, entropy);
  start();
  serve(long_chain());
  EXPECT_EQ(questions, 9);
  EXPECT_EQ(tree.nodes().size(), long_chain().size() + 1);
}

// -- How much work --------------------------------------------------------------------------------

TEST_F(HeaderSyncTest, AForkMustShowADayLessThanTheTipsWork) {
  tree.add(std::span<const HashedHeader>(long_chain()).first(1000), moment.wall);
  EXPECT_EQ(required_work(tree, tree.best_header(), {}), work_of_blocks(1001 - 144));
  EXPECT_EQ(required_work(tree, tree.best_header(), work_of_blocks(5000)), work_of_blocks(5000));
  EXPECT_EQ(required_work(tree, kGenesisIndex, {}), ChainWork());
}

}  // namespace
}  // namespace veilwire::chain

#include "veilwire/sync/header_fetch.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/chain/testing/small_presync.h"
#include "veilwire/crypto/seeded_entropy.h"

namespace veilwire::sync {
namespace {

using namespace std::chrono_literals;
using chain::HashedHeader;
using chain::HeaderSyncEnd;
using chain::NodeIndex;
using chain::testing::long_chain;
using peer::PeerId;

constexpr PeerId kAnna = PeerId::of(1);
constexpr PeerId kBert = PeerId::of(2);
constexpr PeerId kCora = PeerId::of(3);

class HeaderFetchTest : public ::testing::Test {
 protected:
  // A peer with that chain, which answers every question until it is told to be silent.
  void add(PeerId id, std::span<const HashedHeader> chain, bool is_preferred = true) {
    chains_[id] = chain;
    fetch_.add_peer(moment_, id, {is_preferred, true});
  }
  // Answers one question; whether there was one.
  bool answer_one() {
    note();
    const auto question = std::ranges::find_if(
        questions_, [this](const AskForHeaders& ask) { return chains_.contains(ask.peer); });
    if (question == questions_.end()) return false;
    const AskForHeaders ask = *question;
    questions_.erase(question);
    send(ask.peer, after(chains_.at(ask.peer), ask.locator));
    return true;
  }
  void answer_all() {
    while (answer_one()) ++answers_;
  }
  void send(PeerId id, std::span<const HashedHeader> headers) {
    const auto message = chain::testing::headers_of(headers);
    fetch_.on_headers(moment_, id, message);
    note();
  }
  void fall_silent(PeerId id) { chains_.erase(id); }
  void wait(Duration time) {
    moment_.now += time;
    moment_.wall += std::chrono::duration_cast<std::chrono::seconds>(time);
    if (const auto next = fetch_.next_deadline(); next && *next <= moment_.now) {
      fetch_.on_deadline(moment_);
      const auto after = fetch_.next_deadline();
      ASSERT_TRUE(!after || *after > moment_.now);
    }
    note();
  }
  void note() {
    while (const auto action = fetch_.poll_action()) {
      if (const auto* ask = std::get_if<AskForHeaders>(&*action)) questions_.push_back(*ask);
      if (const auto* has = std::get_if<PeerHas>(&*action)) has_[has->peer] = has->block;
      if (const auto* end = std::get_if<HeadersEnded>(&*action)) ends_[end->peer] = end->why;
    }
  }
  std::vector<PeerId> asked() {
    note();
    std::vector<PeerId> peers;
    for (const AskForHeaders& ask : std::exchange(questions_, {})) peers.push_back(ask.peer);
    return peers;
  }
  static std::span<const HashedHeader> after(std::span<const HashedHeader> chain,
                                             std::span<const Hash256> locator) {
    for (const Hash256& hash : locator) {
      const auto found = std::ranges::find(chain, hash, &HashedHeader::hash);
      if (found == chain.end()) continue;
      return chain::testing::message_after(chain,
                                           static_cast<std::size_t>(found - chain.begin()) + 1);
    }
    return chain::testing::message_after(chain, 0);
  }
  Hash256 best() const { return tree_.nodes()[tree_.best_header()].hash; }
  void set_wall_at_the_end() { moment_.wall = long_chain().back().header.time + 10min; }

  protocol::Network network_ = chain::testing::small_network();
  chain::HeaderTree tree_{network_, 3};
  crypto::SeededEntropy entropy_{5};
  HeaderFetch fetch_{tree_, entropy_};
  chain::HeaderSyncMoment moment_{.wall = network_.genesis.time + std::chrono::hours(5000)};
  std::map<PeerId, std::span<const HashedHeader>> chains_;
  std::vector<AskForHeaders> questions_;
  std::map<PeerId, NodeIndex> has_;
  std::map<PeerId, HeaderSyncEnd> ends_;
  std::size_t answers_ = 0;
};

TEST_F(HeaderFetchTest, AsksOnePeerWhileTheChainIsFarFromItsEnd) {
  add(kAnna, long_chain());
  add(kBert, long_chain());
  EXPECT_EQ(asked(), std::vector{kAnna});
  EXPECT_EQ(fetch_.leader(), kAnna);
}

TEST_F(HeaderFetchTest, AsksTheOthersOnceItIsNearItsEnd) {
  set_wall_at_the_end();
  add(kAnna, long_chain());
  add(kBert, long_chain());
  add(kCora, std::span(long_chain()).first(10), false);
  answer_all();
  EXPECT_EQ(best(), long_chain().back().hash);
  EXPECT_EQ(has_.at(kAnna), tree_.best_header());
  EXPECT_EQ(answers_, 4u + 1u + 1u);  // the chain once, and whether there is more
  EXPECT_FALSE(fetch_.leader());
}

// What nobody sends because we have it all is known nevertheless.
TEST_F(HeaderFetchTest, KnowsWhatAPeerHasByWhatItAnnounces) {
  set_wall_at_the_end();
  add(kAnna, long_chain());
  answer_all();
  add(kBert, long_chain());
  answer_all();
  fetch_.on_announced(moment_, kBert, long_chain().back().hash);
  note();
  EXPECT_EQ(has_.at(kBert), tree_.best_header());
  EXPECT_TRUE(asked().empty());
}

TEST_F(HeaderFetchTest, PrefersPeersThatWeChose) {
  fetch_.add_peer(moment_, kAnna, {false, true});
  EXPECT_EQ(asked(), std::vector{kAnna});
  fetch_.add_peer(moment_, kBert, {false, true});
  fetch_.add_peer(moment_, kCora, {true, true});
  fetch_.remove_peer(moment_, kAnna);
  EXPECT_EQ(asked(), std::vector{kCora});
}

TEST_F(HeaderFetchTest, GoesOnWithAnotherWhereAPeerLeavesAt99Percent) {
  add(kAnna, long_chain());
  add(kBert, long_chain());
  for (int i = 0; i < 3; ++i) answer_one();
  fall_silent(kAnna);
  const std::size_t had = tree_.nodes().size();
  EXPECT_EQ(had, 6001u);
  fetch_.remove_peer(moment_, kAnna);
  answer_all();
  EXPECT_EQ(best(), long_chain().back().hash);
  EXPECT_EQ(answers_, 1u);
}

TEST_F(HeaderFetchTest, GoesOnWithAnotherWhereAPeerIsSilent) {
  add(kAnna, long_chain());
  add(kBert, long_chain());
  answer_one();
  fall_silent(kAnna);
  wait(2min);
  EXPECT_EQ(ends_.at(kAnna), HeaderSyncEnd::kSilent);
  EXPECT_FALSE(is_fault(ends_.at(kAnna)));
  answer_all();
  EXPECT_EQ(best(), long_chain().back().hash);
}

TEST_F(HeaderFetchTest, GoesOnWithAnotherWhereAPeerHasNothing) {
  add(kAnna, {});
  add(kBert, {});
  add(kCora, long_chain());
  answer_all();
  EXPECT_EQ(best(), long_chain().back().hash);
  EXPECT_TRUE(ends_.empty());
  // Nobody is asked in a circle.
  EXPECT_EQ(answers_, 2u + 4u);
  wait(1h);
  EXPECT_TRUE(asked().empty());
}

TEST_F(HeaderFetchTest, EndsWithAPeerThatBreaksARuleAndGoesOnWithAnother) {
  auto broken = long_chain();
  broken[100].header.bits = 0x1d00ffff;
  add(kAnna, broken);
  add(kBert, long_chain());
  answer_one();
  ASSERT_TRUE(ends_.contains(kAnna));
  EXPECT_TRUE(is_fault(ends_.at(kAnna)));
  answer_all();
  EXPECT_EQ(best(), long_chain().back().hash);
}

// Each of eight peers would send the whole chain because of the block that it announces.
TEST_F(HeaderFetchTest, AsksTwoBesideTheLeaderWhoAnnounceABlockMeanwhile) {
  for (std::uint64_t i = 1; i <= 8; ++i) add(PeerId::of(i), long_chain());
  asked();
  for (std::uint64_t i = 2; i <= 8; ++i) {
    fetch_.on_announced(moment_, PeerId::of(i), long_chain().back().hash);
  }
  EXPECT_EQ(asked(), (std::vector{kBert, kCora}));
  // A leader that is slow on purpose holds nobody up.
  fall_silent(kAnna);
  fetch_.on_announced(moment_, kBert, long_chain().back().hash);
  send(kBert, chain::testing::message_after(long_chain(), 0));
  answer_all();
  EXPECT_EQ(best(), long_chain().back().hash);
}

TEST_F(HeaderFetchTest, AsksOnceItIsNearTheEndWhoAnnouncedABlockMeanwhile) {
  set_wall_at_the_end();
  for (std::uint64_t i = 1; i <= 4; ++i) add(PeerId::of(i), std::span(long_chain()).first(6000));
  const PeerId last = PeerId::of(4);
  for (std::uint64_t i = 2; i <= 4; ++i) {
    fetch_.on_announced(moment_, PeerId::of(i), long_chain().back().hash);
  }
  chains_[last] = long_chain();
  answer_all();
  EXPECT_EQ(best(), long_chain().back().hash);
}

TEST_F(HeaderFetchTest, NeverAsksWhoHasNoHeadersToGive) {
  fetch_.add_peer(moment_, kAnna, {true, false});
  set_wall_at_the_end();
  wait(1h);
  EXPECT_TRUE(asked().empty());
  EXPECT_TRUE(ends_.empty());
}

// It answers the question that it was asked, and says what is new beside it.
TEST_F(HeaderFetchTest, HearsAnAnnouncementWhileAChainHasYetToShowItsWork) {
  moment_.required_work = chain::testing::work_of_blocks(5000);
  add(kAnna, long_chain());
  answer_one();
  send(kAnna, std::span(long_chain()).last(1));
  answer_all();
  EXPECT_TRUE(ends_.empty());
  EXPECT_EQ(best(), long_chain().back().hash);
}

// Two that announce what they never send do not take the places of all others again and again; nor does
// a leader that has had its turn come before who had none.
TEST_F(HeaderFetchTest, GivesATurnToWhoHadNone) {
  for (std::uint64_t i = 1; i <= 5; ++i) add(PeerId::of(i), long_chain());
  for (std::uint64_t i = 1; i <= 4; ++i) fall_silent(PeerId::of(i));
  for (int round = 0; round < 5 && best() == network_.genesis.hash; ++round) {
    for (std::uint64_t i = 1; i <= 4; ++i) {
      fetch_.on_announced(moment_, PeerId::of(i), Hash256{static_cast<std::uint8_t>(round + 1)});
    }
    answer_all();
    wait(2min);
  }
  EXPECT_EQ(best(), long_chain().back().hash);
}

// It may have been busy: what it announces later is heard.
TEST_F(HeaderFetchTest, HearsAPeerAgainThatWasSilent) {
  add(kAnna, long_chain());
  wait(2min);
  EXPECT_EQ(ends_.at(kAnna), HeaderSyncEnd::kSilent);
  asked();
  fetch_.on_announced(moment_, kAnna, long_chain().back().hash);
  answer_all();
  EXPECT_EQ(best(), long_chain().back().hash);
}

TEST_F(HeaderFetchTest, AsksWhoAnnouncesABlockThatWeDoNotKnow) {
  set_wall_at_the_end();
  add(kAnna, std::span(long_chain()).first(6000));
  add(kBert, std::span(long_chain()).first(6000));
  answer_all();
  chains_[kBert] = long_chain();
  fetch_.on_announced(moment_, kBert, long_chain().back().hash);
  answer_all();
  EXPECT_EQ(best(), long_chain().back().hash);
  EXPECT_EQ(has_.at(kBert), tree_.best_header());
}

TEST_F(HeaderFetchTest, AsksAgainForAHeaderThatCameTwoHoursAndASecondTooEarly) {
  const auto& chain = long_chain();
  moment_.wall = chain[6000].header.time - 2h - 1s;
  add(kAnna, chain);
  answer_all();
  EXPECT_EQ(best(), chain[5999].hash);
  EXPECT_TRUE(ends_.empty());
  wait(1s);
  answer_all();
  EXPECT_NE(best(), chain[5999].hash);
  for (int i = 0; i < 800; ++i) {
    wait(1min);
    answer_all();
  }
  EXPECT_EQ(best(), chain.back().hash);
  EXPECT_TRUE(ends_.empty());
}

TEST_F(HeaderFetchTest, KeepsLittleOfAChainThatDoesNotShowItsWork) {
  moment_.required_work = chain::testing::work_of_blocks(100'000);
  for (std::uint64_t i = 1; i <= 10; ++i) add(PeerId::of(i), long_chain());
  std::size_t most = 0;
  while (answer_one()) most = std::max(most, fetch_.bytes());
  EXPECT_EQ(tree_.nodes().size(), 1u);
  EXPECT_GT(most, 0u);
  EXPECT_LT(most, 1u << 20);
}

}  // namespace
}  // namespace veilwire::sync

#include "veilwire/limits/buffer_ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace veilwire::limits {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Step = BufferLedger::Step;
using Decision = BufferLedger::Decision;
using Id = BufferLedger::Id;
using Steps = std::vector<std::pair<Id, Step>>;

constexpr TimePoint kStart{seconds(1000)};
constexpr std::size_t kK = 1000;
constexpr BufferLimits kLimits{
    .budget_bytes = 800 * kK, .always_bytes = 50 * kK, .read_bytes = 100 * kK};

IpAddress source(unsigned number) {
  return IpAddress::parse("198.51.100." + std::to_string(number)).value();
}

// A ledger and its clock, in thousands of bytes.
class Ledger {
 public:
  // A connection whose source is its own.
  void set(Id id, std::size_t bytes, std::size_t size) {
    set_from(static_cast<unsigned>(id), id, bytes, size);
  }
  void set_from(unsigned from, Id id, std::size_t bytes, std::size_t size) {
    ledger.set(now, id, source(from), {bytes * kK, size * kK});
  }
  Steps decide() {
    Steps out;
    while (const auto decision = ledger.poll(now)) out.emplace_back(decision->id, decision->step);
    return out;
  }

  TimePoint now = kStart;
  BufferLedger ledger{kLimits};
};

TEST(BufferLedger, LeavesEverybodyAloneWithinTheBudget) {
  Ledger a;
  a.set(1, 60, 400);
  a.set(2, 60, 400);
  EXPECT_EQ(a.decide(), Steps{});
  EXPECT_EQ(a.ledger.reserved_bytes(), 800 * kK);
  EXPECT_EQ(a.ledger.held_bytes(), 120 * kK);
  EXPECT_EQ(a.ledger.read_limit(1), 100 * kK);
}

TEST(BufferLedger, WhoseMessageTheBudgetHasNoRoomForWaits) {
  Ledger a;
  a.set(1, 60, 500);
  a.set(2, 60, 400);
  EXPECT_EQ(a.decide(), (Steps{{2, Step::kStopReading}}));
  EXPECT_EQ(a.ledger.waiting_count(), 1U);
  a.set(1, 10, 20);  // complete: the next one is small
  EXPECT_EQ(a.decide(), (Steps{{2, Step::kResumeReading}}));
  EXPECT_EQ(a.ledger.reserved_bytes(), 400 * kK);
}

TEST(BufferLedger, SaysHowMuchIsHeld) {
  Ledger a;
  a.set(1, 60, 500);
  a.set(2, 61, 400);
  EXPECT_EQ(a.ledger.poll(kStart), (Decision{2, Step::kStopReading, 61 * kK}));
}

TEST(BufferLedger, ASmallMessageAlwaysGetsThrough) {
  Ledger a;
  a.set(1, 60, 800);
  a.set(2, 60, 100);
  EXPECT_EQ(a.decide(), (Steps{{2, Step::kStopReading}}));
  for (Id id = 10; id < 40; ++id) a.set(id, 50, 50);
  EXPECT_EQ(a.decide(), Steps{});
}

TEST(BufferLedger, WhoHasNothingReservedReadsLittleWhileOthersWait) {
  Ledger a;
  a.set(1, 60, 800);
  EXPECT_EQ(a.decide(), Steps{});
  EXPECT_EQ(a.ledger.read_limit(9), 100 * kK);
  a.set(2, 60, 100);
  EXPECT_EQ(a.decide(), (Steps{{2, Step::kStopReading}}));
  EXPECT_EQ(a.ledger.read_limit(9), 50 * kK);
  EXPECT_EQ(a.ledger.read_limit(1), 100 * kK);
}

TEST(BufferLedger, AMessageOverTheWholeBudgetHasItAlone) {
  Ledger a;
  a.set(1, 60, 5000);
  EXPECT_EQ(a.decide(), Steps{});
  a.set(2, 60, 100);
  EXPECT_EQ(a.decide(), (Steps{{2, Step::kStopReading}}));
}

TEST(BufferLedger, TheSourceThatHasLeastIsNext) {
  Ledger a;
  a.set_from(1, 10, 60, 400);
  a.set_from(1, 11, 60, 400);
  a.set_from(1, 12, 60, 300);  // waits first
  a.set_from(2, 20, 60, 300);
  EXPECT_EQ(a.decide(), (Steps{{12, Step::kStopReading}, {20, Step::kStopReading}}));
  a.ledger.remove(10);
  EXPECT_EQ(a.decide(), (Steps{{20, Step::kResumeReading}}));
}

TEST(BufferLedger, WithinASourceWhoHasWaitedLongestIsNext) {
  Ledger a;
  a.set_from(1, 10, 60, 800);
  a.set_from(2, 22, 60, 300);
  EXPECT_EQ(a.decide(), (Steps{{22, Step::kStopReading}}));
  a.now += milliseconds(1);
  a.set_from(2, 21, 60, 300);
  EXPECT_EQ(a.decide(), (Steps{{21, Step::kStopReading}}));
  a.set_from(1, 10, 0, 0);
  EXPECT_EQ(a.decide(), (Steps{{22, Step::kResumeReading}, {21, Step::kResumeReading}}));
}

TEST(BufferLedger, ALargeMessageIsNotOvertakenForEver) {
  Ledger a;
  a.set(1, 60, 400);
  a.set(2, 60, 800);
  EXPECT_EQ(a.decide(), (Steps{{2, Step::kStopReading}}));
  a.set(3, 60, 100);  // would fit
  EXPECT_EQ(a.decide(), (Steps{{3, Step::kStopReading}}));
  a.ledger.remove(1);
  EXPECT_EQ(a.decide(), (Steps{{2, Step::kResumeReading}}));
}

TEST(BufferLedger, ResumesWhoseMessageWasCompleteAfterAll) {
  Ledger a;
  a.set(1, 60, 800);
  a.set(2, 60, 70);
  EXPECT_EQ(a.decide(), (Steps{{2, Step::kStopReading}}));
  a.set(2, 0, 0);
  EXPECT_EQ(a.decide(), (Steps{{2, Step::kResumeReading}}));
  EXPECT_EQ(a.ledger.connection_count(), 1U);
}

TEST(BufferLedger, ClosesAtAnyTimeWhoseMessageDoesNotGrow) {
  Ledger a;
  a.set(1, 60, 100);
  a.set(2, 5, 100);
  EXPECT_EQ(a.decide(), Steps{});
  a.now += seconds(30);
  a.set(1, 75, 100);  // less than it must
  a.set(2, 22, 100);
  EXPECT_EQ(a.ledger.next_deadline(), kStart + kGrowthTimeout);
  a.now = kStart + kGrowthTimeout - Duration(1);
  EXPECT_EQ(a.decide(), Steps{});
  a.now = kStart + kGrowthTimeout;
  EXPECT_EQ(a.decide(), (Steps{{1, Step::kCloseStalled}}));
  a.ledger.remove(1);
  EXPECT_EQ(a.ledger.next_deadline(), kStart + seconds(90));
  a.now = kStart + seconds(90);
  EXPECT_EQ(a.decide(), (Steps{{2, Step::kCloseStalled}}));
}

TEST(BufferLedger, WhoGrowsSlowlyStaysWhereNobodyWaits) {
  Ledger a;
  for (std::size_t bytes = 60; bytes < 700; bytes += 17) {
    a.set(1, bytes, 700);
    EXPECT_EQ(a.decide(), Steps{}) << bytes;
    a.now += kGrowthTimeout - Duration(1);
  }
}

TEST(BufferLedger, ANewMessageHasATimeOfItsOwn) {
  Ledger a;
  a.set(1, 600, 700);
  a.now += seconds(59);
  a.set(1, 10, 700);
  a.now += seconds(59);
  EXPECT_EQ(a.decide(), Steps{});
}

TEST(BufferLedger, WhileOthersWaitThoseThatStandStillGoAtOnce) {
  Ledger a;
  for (Id id = 1; id <= 4; ++id) a.set(id, 190, 200);
  EXPECT_EQ(a.decide(), Steps{});
  a.now += seconds(50);
  EXPECT_EQ(a.decide(), Steps{});
  a.set(5, 60, 600);
  EXPECT_EQ(a.decide(), (Steps{{5, Step::kStopReading},
                               {1, Step::kCloseForRoom},
                               {2, Step::kCloseForRoom},
                               {3, Step::kCloseForRoom},
                               {4, Step::kCloseForRoom},
                               {5, Step::kResumeReading}}));
}

TEST(BufferLedger, TheTimeForWhichSomebodyWaitedIsNotHeldAgainstIt) {
  Ledger a;
  a.set(1, 60, 800);
  a.set(2, 60, 400);
  a.set(3, 60, 400);
  EXPECT_EQ(a.decide(), (Steps{{2, Step::kStopReading}, {3, Step::kStopReading}}));
  a.now += seconds(2);
  a.ledger.remove(1);
  EXPECT_EQ(a.decide(), (Steps{{2, Step::kResumeReading}, {3, Step::kResumeReading}}));
  a.now += kGrowthTimeout - seconds(1);
  EXPECT_EQ(a.decide(), Steps{});
}

// All grow, and one waits: those that are slowest go, once they have had their turn.
TEST(BufferLedger, AfterItsPatienceTheSlowestGoAtOnce) {
  Ledger a;
  std::size_t grown = 60;
  for (Id id = 1; id <= 4; ++id) a.set(id, grown + id, 200);
  a.set(5, 60, 200);
  EXPECT_EQ(a.decide(), (Steps{{5, Step::kStopReading}}));
  Steps steps;
  for (int second = 1; second <= 12 && steps.empty(); ++second) {
    a.now = kStart + seconds(second);
    grown += 17;
    for (Id id = 1; id <= 4; ++id) a.set(id, grown + id * static_cast<Id>(second), 200);
    steps = a.decide();
    // 5 holds less than its share of the budget, 160.
    if (second < 10) {
      EXPECT_EQ(steps, Steps{}) << second;
    }
  }
  EXPECT_EQ(steps, (Steps{{1, Step::kCloseForRoom}, {5, Step::kResumeReading}}));
}

TEST(BufferLedger, WithinItsShareASourceIsLeftAlone) {
  Ledger a;
  a.set_from(1, 10, 60, 200);
  for (Id id = 20; id < 23; ++id) a.set_from(2, id, 60, 200);
  a.set_from(3, 30, 60, 100);
  EXPECT_EQ(a.decide(), (Steps{{30, Step::kStopReading}}));
  Steps steps;
  for (std::size_t second = 1; second <= 15; ++second) {
    a.now = kStart + seconds(second);
    a.set_from(1, 10, 60 + 6 * second, 200);  // slow, but it grows
    for (Id id = 20; id < 23; ++id) a.set_from(2, id, 60 + 9 * second, 200);
    for (const auto& step : a.decide()) steps.push_back(step);
  }
  ASSERT_FALSE(steps.empty());
  EXPECT_EQ(steps.front().second, Step::kCloseForRoom);
  EXPECT_EQ(std::ranges::count(steps, Id{10}, &Steps::value_type::first), 0);
}

TEST(BufferLedger, ForgetsWhoHoldsNothing) {
  Ledger a;
  a.set(1, 0, 0);
  EXPECT_EQ(a.ledger.connection_count(), 0U);
  a.set(1, 60, 100);
  a.set(2, 10, 100);
  EXPECT_EQ(a.decide(), Steps{});
  a.set(1, 0, 0);
  a.ledger.remove(2);
  a.ledger.remove(9);
  EXPECT_EQ(a.ledger.connection_count(), 0U);
  EXPECT_EQ(a.ledger.source_count(), 0U);
  EXPECT_EQ(a.ledger.held_bytes(), 0U);
  EXPECT_EQ(a.ledger.reserved_bytes(), 0U);
  EXPECT_FALSE(a.ledger.next_deadline());
}

TEST(BufferLedger, NamesItsSteps) {
  EXPECT_EQ(step_name(Step::kStopReading), "stop_reading");
  EXPECT_EQ(step_name(Step::kCloseForRoom), "close_for_room");
}

// Many peers against the ledger: each sends messages of one size at a pace of its own.
struct Peer {
  unsigned source = 0;
  std::size_t pace = 0;             // bytes a tenth of a second
  std::size_t stops_at = SIZE_MAX;  // of a message; from there on it trickles
  std::size_t bytes = 0;
  bool reading = true;
  bool alive = true;
  std::size_t completed = 0;
};

constexpr std::size_t kMessage = 4'000'000;

void send(BufferLedger& ledger, TimePoint now, Id id, Peer& peer) {
  if (!peer.alive || !peer.reading) return;
  const std::size_t most = std::min(peer.pace, ledger.read_limit(id));
  peer.bytes = std::max(peer.bytes, std::min(peer.bytes + most, peer.stops_at));
  if (peer.bytes >= kMessage) peer.bytes = 0, ++peer.completed;
  ledger.set(now, id, source(peer.source), {peer.bytes, peer.bytes == 0 ? 0 : kMessage});
}

void obey(BufferLedger& ledger, TimePoint now, std::vector<Peer>& peers) {
  while (const auto decision = ledger.poll(now)) {
    Peer& peer = peers[decision->id];
    ASSERT_TRUE(peer.alive);
    if (decision->step == Step::kStopReading || decision->step == Step::kResumeReading) {
      peer.reading = decision->step == Step::kResumeReading;
    } else {
      peer.alive = false;
      ledger.remove(decision->id);
    }
  }
}

// Returns the most that was held.
std::size_t run(BufferLedger& ledger, std::vector<Peer>& peers, int tenths) {
  std::size_t most = 0;
  for (int tenth = 0; tenth < tenths; ++tenth) {
    const TimePoint now = kStart + milliseconds(100) * tenth;
    for (Id id = 0; id < peers.size(); ++id) {
      send(ledger, now, id, peers[id]);
      obey(ledger, now, peers);
      most = std::max(most, ledger.held_bytes());
    }
  }
  return most;
}

std::size_t bound(const BufferLimits& limits, std::size_t connections) {
  return limits.budget_bytes + connections * 2 * limits.always_bytes;
}

// 66 peers send 3.9 MB of a message of 4 MB and then nothing; an honest one that came last gets
// block after block.
TEST(BufferLedgerRun, PeersThatNeverCompleteDoNotHoldUpOneThatDoes) {
  BufferLedger ledger{BufferLimits()};
  std::vector<Peer> peers;
  for (unsigned i = 0; i < 66; ++i) {
    peers.push_back({.source = i, .pace = 200'000, .stops_at = 3'900'000});
  }
  peers.push_back({.source = 200, .pace = 100'000});
  const std::size_t most = run(ledger, peers, 600);
  EXPECT_GE(peers.back().completed, 11U);  // there is time for 15
  EXPECT_TRUE(peers.back().alive);
  EXPECT_LE(most, bound(BufferLimits(), peers.size()));
}

// The same from three sources with 32 connections each, and from one (loopback).
TEST(BufferLedgerRun, NorDoThoseOfFewSources) {
  for (const unsigned sources : {1U, 3U}) {
    BufferLedger ledger{BufferLimits()};
    std::vector<Peer> peers;
    for (unsigned i = 0; i < 96; ++i) {
      peers.push_back({.source = i % sources, .pace = 200'000, .stops_at = 3'900'000});
    }
    peers.push_back({.source = 200, .pace = 100'000});
    run(ledger, peers, 600);
    EXPECT_GE(peers.back().completed, 11U) << sources;
    EXPECT_TRUE(peers.back().alive) << sources;
  }
}

// And from the honest peer's own source: then it shares what they have.
TEST(BufferLedgerRun, NorDoThoseOfItsOwnSourceForLong) {
  BufferLedger ledger{BufferLimits()};
  std::vector<Peer> peers;
  for (unsigned i = 0; i < 96; ++i) {
    peers.push_back({.source = 1, .pace = 200'000, .stops_at = 3'900'000});
  }
  peers.push_back({.source = 1, .pace = 100'000});
  run(ledger, peers, 600);
  EXPECT_GE(peers.back().completed, 5U);
  EXPECT_TRUE(peers.back().alive);
}

// A slow peer is not what goes first, though it grows least.
TEST(BufferLedgerRun, ASlowPeerIsLeftAlone) {
  BufferLedger ledger{BufferLimits()};
  std::vector<Peer> peers;
  for (unsigned i = 0; i < 96; ++i) {
    peers.push_back({.source = i % 3, .pace = 200'000, .stops_at = 3'900'000});
  }
  peers.push_back({.source = 200, .pace = 2000});  // 20 kB a second
  run(ledger, peers, 2400);
  EXPECT_TRUE(peers.back().alive);
  EXPECT_EQ(peers.back().completed, 1U);
}

// 400 peers that only ever send the beginnings of large messages, as fast as they are read.
TEST(BufferLedgerRun, HoldsItsBoundAgainstAFloodAndComesFreeOfIt) {
  const BufferLimits limits{
      .budget_bytes = 20'000'000, .always_bytes = 1000, .read_bytes = 100'000};
  BufferLedger ledger(limits);
  std::vector<Peer> peers;
  for (unsigned i = 0; i < 400; ++i) {
    peers.push_back({.source = i % 100, .pace = 100'000, .stops_at = 390'000});
  }
  const std::size_t most = run(ledger, peers, 600);
  EXPECT_LE(most, bound(limits, peers.size()) + limits.read_bytes);
  EXPECT_GE(std::ranges::count(peers, false, &Peer::alive), 80);
}

}  // namespace
}  // namespace veilwire::limits

#include "veilwire/limits/buffer_ledger.h"

#include <gtest/gtest.h>

#include <vector>

namespace veilwire::limits {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Step = BufferLedger::Step;
using Decision = BufferLedger::Decision;
using Decisions = std::vector<Decision>;

constexpr TimePoint kStart{seconds(1000)};
// Room for a read is there again at 770 held.
constexpr BufferLimits kLimits{.cap_bytes = 1000, .always_bytes = 50, .read_bytes = 105};

Decisions decisions(BufferLedger& ledger, TimePoint now = kStart) {
  Decisions out;
  while (const auto decision = ledger.poll(now)) out.push_back(*decision);
  return out;
}

BufferLedger full_ledger() {  // 1 and 2 stopped, 3 reading, 1000 held
  BufferLedger ledger(kLimits);
  ledger.set(1, 500);
  ledger.set(2, 300);
  ledger.set(3, 200);
  EXPECT_EQ(decisions(ledger), (Decisions{{1, Step::kStopReading}}));
  ledger.set(3, 201);
  EXPECT_EQ(decisions(ledger), (Decisions{{2, Step::kStopReading}}));
  ledger.set(3, 200);
  EXPECT_EQ(decisions(ledger), Decisions{});
  return ledger;
}

TEST(BufferLedger, LeavesEverybodyAloneBelowTheCap) {
  BufferLedger ledger(kLimits);
  ledger.set(1, 900);
  ledger.set(2, 99);
  EXPECT_EQ(decisions(ledger), Decisions{});
  EXPECT_EQ(ledger.total_bytes(), 999U);
  EXPECT_EQ(ledger.read_limit(), 105U);
  EXPECT_FALSE(ledger.next_deadline());
}

TEST(BufferLedger, StopsTheLargestAtTheCapOneForEachReport) {
  BufferLedger ledger = full_ledger();
  EXPECT_EQ(ledger.stopped_count(), 2U);
  EXPECT_EQ(ledger.read_limit(), 50U);
}

TEST(BufferLedger, NeverStopsWhoHoldsLittle) {
  BufferLedger ledger(kLimits);
  for (BufferLedger::Id id = 1; id <= 30; ++id) ledger.set(id, 49);
  EXPECT_EQ(decisions(ledger), Decisions{});
  EXPECT_EQ(ledger.total_bytes(), 1470U);
  ledger.set(31, 50);
  EXPECT_EQ(decisions(ledger), (Decisions{{31, Step::kStopReading}}));
}

TEST(BufferLedger, ResumesTheSmallestOnceThereIsRoomForARead) {
  BufferLedger ledger = full_ledger();
  ledger.set(3, 0);  // its message is complete: 800
  EXPECT_EQ(decisions(ledger), Decisions{});
  ledger.set(1, 470);  // 770
  EXPECT_EQ(decisions(ledger), (Decisions{{2, Step::kResumeReading}}));
  EXPECT_EQ(ledger.stopped_count(), 1U);
}

TEST(BufferLedger, KeepsRoomForTheReadOfWhoGoesOn) {
  BufferLedger ledger = full_ledger();
  ledger.remove(3);
  ledger.set(1, 470);
  EXPECT_EQ(decisions(ledger), (Decisions{{2, Step::kResumeReading}}));
  ledger.set(1, 400);  // 700 held and 105 kept: not enough for a second one
  EXPECT_EQ(decisions(ledger), Decisions{});
  ledger.set(2, 310);  // it has read: 710 held
  EXPECT_EQ(decisions(ledger), (Decisions{{1, Step::kResumeReading}}));
  EXPECT_FALSE(ledger.next_deadline());
}

TEST(BufferLedger, KeepsRoomForASecondOnly) {
  BufferLedger ledger = full_ledger();
  ledger.remove(3);
  ledger.set(1, 470);
  EXPECT_EQ(decisions(ledger), (Decisions{{2, Step::kResumeReading}}));
  ledger.set(1, 460);
  EXPECT_EQ(decisions(ledger), Decisions{});
  // Who went on is silent: others must not wait for it.
  EXPECT_EQ(ledger.next_deadline(), kStart + seconds(1));
  EXPECT_EQ(decisions(ledger, kStart + milliseconds(999)), Decisions{});
  EXPECT_EQ(decisions(ledger, kStart + seconds(1)), (Decisions{{1, Step::kResumeReading}}));
}

TEST(BufferLedger, ResumesAtOnceWhoHoldsLittleAgain) {
  BufferLedger ledger = full_ledger();
  ledger.set(4, 400);
  EXPECT_EQ(decisions(ledger), (Decisions{{4, Step::kStopReading}}));
  ledger.set(2, 10);  // what it had received already completed its message
  EXPECT_EQ(decisions(ledger), (Decisions{{2, Step::kResumeReading}}));
  ledger.set(4, 0);
  EXPECT_EQ(decisions(ledger), (Decisions{{4, Step::kResumeReading}}));
  EXPECT_EQ(ledger.connection_count(), 3U);
}

TEST(BufferLedger, ForgetsWhoHoldsNothing) {
  BufferLedger ledger(kLimits);
  ledger.set(1, 0);
  EXPECT_EQ(ledger.connection_count(), 0U);
  ledger.set(1, 10);
  ledger.set(1, 0);
  EXPECT_EQ(ledger.connection_count(), 0U);
  EXPECT_EQ(ledger.total_bytes(), 0U);
}

TEST(BufferLedger, FreesWhatAnEndedConnectionHeld) {
  BufferLedger ledger = full_ledger();
  ledger.remove(1);
  EXPECT_EQ(ledger.total_bytes(), 500U);
  EXPECT_EQ(decisions(ledger), (Decisions{{2, Step::kResumeReading}}));
  ledger.remove(1);
  ledger.remove(9);
  EXPECT_EQ(ledger.total_bytes(), 500U);
}

TEST(BufferLedger, ClosesTheLargestAfterItsPatience) {
  BufferLedger ledger = full_ledger();
  EXPECT_EQ(ledger.next_deadline(), kStart + kBufferPatience);
  EXPECT_EQ(decisions(ledger, kStart + kBufferPatience - Duration(1)), Decisions{});
  const TimePoint end = kStart + kBufferPatience;
  EXPECT_EQ(decisions(ledger, end), (Decisions{{1, Step::kClose}}));
  // One at a time; it holds what it holds until it has ended.
  EXPECT_EQ(ledger.total_bytes(), 1000U);
  EXPECT_EQ(ledger.next_deadline(), end + kBufferPatience);
  EXPECT_EQ(decisions(ledger, end + seconds(1)), Decisions{});
  ledger.remove(1);
  EXPECT_EQ(decisions(ledger, end + seconds(1)), (Decisions{{2, Step::kResumeReading}}));
  EXPECT_FALSE(ledger.next_deadline());
}

TEST(BufferLedger, BeginsItsPatienceAnewWithEachRelief) {
  BufferLedger ledger = full_ledger();
  ledger.set(4, 400);
  EXPECT_EQ(decisions(ledger), (Decisions{{4, Step::kStopReading}}));
  const TimePoint later = kStart + seconds(15);
  ledger.remove(1);
  ledger.remove(3);  // 700: room for one
  EXPECT_EQ(decisions(ledger, later), (Decisions{{2, Step::kResumeReading}}));
  ledger.set(2, 400);
  EXPECT_EQ(decisions(ledger, later), Decisions{});
  EXPECT_EQ(ledger.next_deadline(), later + kBufferPatience);
}

// What the header promises, against a thousand peers that only ever send the beginnings of large
// messages, as fast as they are read.
TEST(BufferLedger, HoldsItsBoundAgainstAFloodAndComesFreeOfIt) {
  struct Peer {
    std::size_t bytes = 0;
    bool reading = true;
    bool alive = true;
  };
  const BufferLimits limits{.cap_bytes = 1'000'000, .always_bytes = 100, .read_bytes = 10'000};
  constexpr std::size_t kPeers = 1000;
  BufferLedger ledger(limits);
  std::vector<Peer> peers(kPeers);
  std::size_t closed = 0;
  std::size_t most = 0;
  for (int second = 0; second < 3000; ++second) {
    const TimePoint now = kStart + seconds(second);
    for (BufferLedger::Id id = 0; id < kPeers; ++id) {
      if (peers[id].alive && peers[id].reading) {
        peers[id].bytes = std::min<std::size_t>(39'999, peers[id].bytes + ledger.read_limit());
        ledger.set(id, peers[id].bytes);
      }
      while (const auto decision = ledger.poll(now)) {
        Peer& peer = peers[decision->id];
        ASSERT_TRUE(peer.alive);
        if (decision->step == Step::kClose) {
          peer.alive = false;
          ledger.remove(decision->id);
          ++closed;
        } else {
          ASSERT_EQ(peer.reading, decision->step == Step::kStopReading);
          peer.reading = decision->step == Step::kResumeReading;
        }
      }
      most = std::max(most, ledger.total_bytes());
    }
  }
  EXPECT_LE(most, limits.cap_bytes + limits.read_bytes + kPeers * 2 * limits.always_bytes);
  EXPECT_GE(closed, 100U);
}

}  // namespace
}  // namespace veilwire::limits

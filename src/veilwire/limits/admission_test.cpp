#include "veilwire/limits/admission.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

namespace veilwire::limits {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kStart{hours(1)};

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

// A different /24 for each number.
IpAddress source(unsigned number) {
  return ip(std::to_string(1 + number / 65536) + "." + std::to_string(number / 256 % 256) + "." +
            std::to_string(number % 256) + ".1");
}

// Figures that are in nobody's way; each test sets the one that it is about.
AdmissionLimits wide() {
  constexpr std::uint32_t kWide = 1'000'000;
  return {.per_second = kWide,
          .burst = kWide,
          .source_per_second = kWide,
          .source_burst = kWide,
          .source_pending = kWide,
          .sources = kWide,
          .loopback_per_second = kWide,
          .loopback_burst = kWide,
          .loopback_pending = kWide,
          .connections = kWide,
          .source_connections = kWide};
}

// Gives every connection an id, and says its first byte where one is to be said.
class Door {
 public:
  explicit Door(const AdmissionLimits& limits) : admission(limits) {}

  // Comes, and stays silent.
  Admittance come(TimePoint now, const IpAddress& address) {
    const Admission::Answer answer = admission.admit(now, ++last, address);
    gave_way = answer.gives_way;
    return answer.admittance;
  }
  // Comes, and says something.
  Admittance greet(TimePoint now, const IpAddress& address) {
    const Admittance admittance = come(now, address);
    if (admittance != Admittance::kAdmitted) return admittance;
    const Admittance heard = admission.first_byte(now, last);
    if (heard != Admittance::kAdmitted) admission.closed(last);
    return heard;
  }
  // Comes, shakes hands and goes.
  Admittance visit(TimePoint now, const IpAddress& address) {
    const Admittance admittance = greet(now, address);
    admission.handshake_done(last);
    admission.closed(last);
    return admittance;
  }
  unsigned greeted_of(TimePoint now, unsigned tries, const IpAddress& address) {
    unsigned admitted = 0;
    for (unsigned i = 0; i < tries; ++i) admitted += greet(now, address) == Admittance::kAdmitted;
    return admitted;
  }

  Admission admission;
  Admission::Id last = 0;
  std::optional<Admission::Id> gave_way;
};

TEST(Admission, HasTheFieldsFigures) {
  const AdmissionLimits limits;
  EXPECT_EQ(limits.per_second, 20U);
  EXPECT_EQ(limits.burst, 40U);
  EXPECT_EQ(limits.source_per_second, 2U);
  EXPECT_EQ(limits.source_burst, 4U);
  EXPECT_EQ(limits.source_pending, 8U);
  EXPECT_EQ(limits.sources, 2048U);
}

TEST(Admission, AdmitsABurstAndThenItsRateOverAll) {
  Door door{AdmissionLimits()};
  unsigned next = 0;
  const auto admitted = [&](TimePoint now) {
    unsigned count = 0;
    while (door.greet(now, source(next)) == Admittance::kAdmitted) next += 256, ++count;
    return count;
  };
  EXPECT_EQ(admitted(kStart), 40U);
  EXPECT_EQ(door.greet(kStart, source(next)), Admittance::kRate);
  EXPECT_EQ(admitted(kStart + milliseconds(49)), 0U);
  EXPECT_EQ(admitted(kStart + milliseconds(50)), 1U);
  EXPECT_EQ(admitted(kStart + milliseconds(1050)), 20U);
  EXPECT_EQ(admitted(kStart + hours(1)), 40U);
}

TEST(Admission, SilenceUsesUpNothingOfTheRateOverAll) {
  Door door{AdmissionLimits()};
  for (unsigned i = 0; i < 400; ++i) {
    EXPECT_EQ(door.come(kStart, source(256 * i)), Admittance::kAdmitted) << i;
  }
  EXPECT_EQ(door.greet(kStart, ip("203.0.113.1")), Admittance::kAdmitted);
}

TEST(Admission, AdmitsABurstAndThenItsRatePerSource) {
  Door door{AdmissionLimits()};
  EXPECT_EQ(door.greeted_of(kStart, 100, ip("203.0.113.1")), 4U);
  EXPECT_EQ(door.greet(kStart, ip("203.0.113.99")), Admittance::kSourceRate);
  EXPECT_EQ(door.greet(kStart, ip("203.0.112.99")), Admittance::kAdmitted);
  EXPECT_EQ(door.greeted_of(kStart + seconds(1), 100, ip("203.0.113.1")), 2U);
}

TEST(Admission, CountsIpv6BySixtyFourBits) {
  Door door{AdmissionLimits()};
  EXPECT_EQ(door.greeted_of(kStart, 100, ip("2001:db8:1:2::1")), 4U);
  EXPECT_EQ(door.greet(kStart, ip("2001:db8:1:2:ffff::9")), Admittance::kSourceRate);
  EXPECT_EQ(door.greet(kStart, ip("2001:db8:1:3::1")), Admittance::kAdmitted);
}

struct Nested {
  const char* pattern;  // %x stands for the number
  unsigned admitted;
};
class AdmissionOfNetworks : public testing::TestWithParam<Nested> {};

// Each try from another of the narrowest networks within one wide one.
TEST_P(AdmissionOfNetworks, HasAMultipleOfASourcesRate) {
  AdmissionLimits limits = wide();
  limits.source_per_second = 2;
  limits.source_burst = 4;
  Door door(limits);
  unsigned admitted = 0;
  for (unsigned i = 0; i < 200; ++i) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), GetParam().pattern, i);
    admitted += door.greet(kStart, ip(text.data())) == Admittance::kAdmitted;
  }
  EXPECT_EQ(admitted, GetParam().admitted);
}

INSTANTIATE_TEST_SUITE_P(EachWidth, AdmissionOfNetworks,
                         testing::Values(Nested{"203.0.%u.1", 16},          // a /16
                                         Nested{"2001:db8:1:a%02x::1", 8},  // a /56
                                         Nested{"2001:db8:1:%x00::1", 8},   // a /48
                                         Nested{"2001:db8:%x::1", 16}));    // a /32

// One /48 of IPv6 sends 200 connections a second for a minute, each from a /64 of its own;
// 12 honest peers come meanwhile.
TEST(Admission, OneNetworkLocksNobodyOut) {
  Door door{AdmissionLimits()};
  unsigned honest = 0;
  unsigned flood = 0;
  for (unsigned i = 0; i < 60 * 200; ++i) {
    const TimePoint now = kStart + milliseconds(5) * i;
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "2001:db8:1:%x::1", i % 65536);
    flood += door.visit(now, ip(text.data())) == Admittance::kAdmitted;
    if (i % 1000 == 0) honest += door.visit(now, source(256 * (i / 1000))) == Admittance::kAdmitted;
  }
  EXPECT_EQ(honest, 12U);
  EXPECT_LE(flood, 60U * 4U + 8U);
}

TEST(Admission, TakesIpv4InIpv6ForIpv4) {
  Door door{AdmissionLimits()};
  EXPECT_EQ(door.greeted_of(kStart, 100, ip("::ffff:203.0.113.1")), 4U);
  EXPECT_EQ(door.greet(kStart, ip("203.0.113.2")), Admittance::kSourceRate);
}

TEST(Admission, BoundsTheHandshakesUnderWayWithASource) {
  AdmissionLimits limits = wide();
  limits.source_pending = 8;
  Door door(limits);
  EXPECT_EQ(door.greeted_of(kStart, 100, source(1)), 8U);
  EXPECT_EQ(door.greet(kStart, source(1)), Admittance::kSourcePending);
  EXPECT_EQ(door.admission.pending_count(), 8U);
  door.admission.handshake_done(1);
  EXPECT_EQ(door.greeted_of(kStart, 100, source(1)), 1U);
  EXPECT_EQ(door.admission.connection_count(), 9U);
}

TEST(Admission, TheLongestSilentOfASourceGivesWay) {
  AdmissionLimits limits = wide();
  limits.source_pending = 2;
  Door door(limits);
  EXPECT_EQ(door.come(kStart, source(9000)), Admittance::kAdmitted);  // 1: another's
  EXPECT_EQ(door.greet(kStart, source(1)), Admittance::kAdmitted);    // 2
  EXPECT_EQ(door.come(kStart, source(1)), Admittance::kAdmitted);     // 3
  EXPECT_EQ(door.come(kStart, source(1)), Admittance::kAdmitted);     // 4
  EXPECT_EQ(door.gave_way, 3U);
  EXPECT_EQ(door.greet(kStart, source(1)), Admittance::kAdmitted);  // 5
  EXPECT_EQ(door.gave_way, 4U);
  EXPECT_EQ(door.come(kStart, source(1)), Admittance::kSourcePending);
  EXPECT_EQ(door.admission.connection_count(), 3U);
}

TEST(Admission, WhoIsRefusedMakesNobodyGiveWay) {
  AdmissionLimits limits = wide();
  limits.source_pending = 1;
  limits.source_burst = 1;
  limits.source_per_second = 1;
  Door door(limits);
  EXPECT_EQ(door.come(kStart, source(1)), Admittance::kAdmitted);
  EXPECT_EQ(door.come(kStart, source(1)), Admittance::kSourceRate);
  EXPECT_EQ(door.admission.silent_count(), 1U);
}

TEST(Admission, BoundsTheConnectionsOfASource) {
  AdmissionLimits limits = wide();
  limits.source_connections = 3;
  Door door(limits);
  EXPECT_EQ(door.greeted_of(kStart, 10, source(1)), 3U);
  EXPECT_EQ(door.greet(kStart, source(1)), Admittance::kSourceConnections);
  door.admission.handshake_done(1);
  EXPECT_EQ(door.greet(kStart, source(1)), Admittance::kSourceConnections);
  door.admission.closed(1);
  EXPECT_EQ(door.greet(kStart, source(1)), Admittance::kAdmitted);
}

TEST(Admission, BoundsTheConnectionsInAll) {
  AdmissionLimits limits = wide();
  limits.connections = 5;
  Door door(limits);
  for (unsigned i = 0; i < 5; ++i) EXPECT_EQ(door.greet(kStart, source(i)), Admittance::kAdmitted);
  EXPECT_EQ(door.greet(kStart, source(9)), Admittance::kConnections);
  EXPECT_EQ(door.greet(kStart, ip("127.0.0.1")), Admittance::kConnections);
  door.admission.handshake_done(1);
  door.admission.closed(1);
  EXPECT_EQ(door.greet(kStart, source(9)), Admittance::kAdmitted);
}

TEST(Admission, MakesLoopbackAClassOfItsOwn) {
  AdmissionLimits limits;
  limits.loopback_per_second = 5;
  limits.loopback_burst = 10;
  Door door(limits);
  EXPECT_EQ(door.greeted_of(kStart, 100, ip("127.0.0.1")), 10U);
  EXPECT_EQ(door.greet(kStart, ip("::1")), Admittance::kLoopbackRate);
  EXPECT_EQ(door.greet(kStart, ip("127.9.9.9")), Admittance::kLoopbackRate);
  EXPECT_EQ(door.admission.source_count(), 0U);
  // Others have their own.
  EXPECT_EQ(door.greet(kStart, source(1)), Admittance::kAdmitted);
}

TEST(Admission, CountsFurtherAddressesAsLoopback) {
  AdmissionLimits limits;
  limits.like_loopback = {ip("172.17.0.2")};
  Door door(limits);
  EXPECT_EQ(door.greeted_of(kStart, 100, ip("172.17.0.2")), 20U);
  EXPECT_EQ(door.greet(kStart, ip("127.0.0.1")), Admittance::kLoopbackRate);
  EXPECT_EQ(door.greeted_of(kStart, 100, ip("172.17.0.3")), 4U);
}

TEST(Admission, KeepsTheClassThatAConnectionCameWith) {
  AdmissionLimits limits;
  Door door(limits);
  EXPECT_EQ(door.greet(kStart, ip("172.17.0.2")), Admittance::kAdmitted);
  limits.like_loopback = {ip("172.17.0.2")};
  door.admission.set_limits(limits);
  EXPECT_EQ(door.greet(kStart, ip("172.17.0.2")), Admittance::kAdmitted);
  door.admission.closed(1);
  door.admission.closed(2);
  EXPECT_EQ(door.admission.pending_count(), 0U);
  EXPECT_EQ(door.admission.connection_count(), 0U);
}

TEST(Admission, BoundsWhatIsUnderWayFromLoopback) {
  AdmissionLimits limits = wide();
  limits.loopback_pending = 6;
  Door door(limits);
  EXPECT_EQ(door.greeted_of(kStart, 100, ip("127.0.0.1")), 6U);
  EXPECT_EQ(door.greet(kStart, ip("127.0.0.1")), Admittance::kLoopbackPending);
  door.admission.handshake_done(1);
  door.admission.closed(1);
  EXPECT_EQ(door.greeted_of(kStart, 100, ip("127.0.0.1")), 1U);
}

// Silent connections fill loopback and are renewed as fast as may be: every peer of the onion
// service that says something gets in.
TEST(Admission, SilenceLocksNoOnionPeerOut) {
  Door door{AdmissionLimits()};
  unsigned onion = 0;
  for (unsigned i = 0; i < 6000; ++i) {
    const TimePoint now = kStart + milliseconds(10) * i;
    EXPECT_EQ(door.come(now, ip("127.0.0.1")), Admittance::kAdmitted);
    if (i % 100 == 0) onion += door.visit(now, ip("127.0.0.1")) == Admittance::kAdmitted;
  }
  EXPECT_EQ(onion, 60U);
  EXPECT_LE(door.admission.silent_count(), 64U);
}

TEST(Admission, GivesUpWhoIsSilentForAMinute) {
  Door door{AdmissionLimits()};
  EXPECT_FALSE(door.admission.next_deadline());
  EXPECT_EQ(door.come(kStart, source(1)), Admittance::kAdmitted);
  EXPECT_EQ(door.admission.next_deadline(), kStart + seconds(60));
  EXPECT_FALSE(door.admission.poll_silent(kStart + seconds(60) - Duration(1)));
  EXPECT_EQ(door.admission.poll_silent(kStart + seconds(60)), 1U);
  EXPECT_FALSE(door.admission.poll_silent(kStart + hours(1)));
  EXPECT_EQ(door.admission.connection_count(), 0U);
  EXPECT_EQ(door.admission.pending_count(), 0U);
}

TEST(Admission, GivesUpTheSilentSoonerWhereTheyAreMany) {
  Door door{wide()};
  for (unsigned i = 0; i < 256; ++i) {
    EXPECT_EQ(door.come(kStart, source(i)), Admittance::kAdmitted);
  }
  EXPECT_EQ(door.admission.next_deadline(), kStart + seconds(5));
  EXPECT_EQ(door.admission.poll_silent(kStart + seconds(5)), 1U);
  EXPECT_EQ(door.admission.next_deadline(), kStart + seconds(60));
}

TEST(Admission, BoundsTheSilentInAll) {
  Door door{wide()};
  for (unsigned i = 0; i < 2000; ++i) {
    EXPECT_EQ(door.come(kStart, source(i)), Admittance::kAdmitted);
  }
  EXPECT_EQ(door.admission.silent_count(), kMaxSilent);
  EXPECT_EQ(door.admission.connection_count(), kMaxSilent);
}

TEST(Admission, LetsOneSourceNotUseUpTheRateOfAll) {
  Door door{AdmissionLimits()};
  door.greeted_of(kStart, 100'000, ip("203.0.113.1"));
  for (unsigned i = 0; i < 36; ++i) {
    EXPECT_EQ(door.greet(kStart, source(256 * i)), Admittance::kAdmitted) << i;
  }
}

TEST(Admission, RemembersABoundedNumberOfSources) {
  AdmissionLimits limits = wide();
  limits.sources = 100;
  Door door(limits);
  for (unsigned i = 0; i < 10'000; ++i) door.visit(kStart, source(i));
  EXPECT_EQ(door.admission.source_count(), 140U);  // 10 000 /24s lie in 40 /16s
  limits.sources = 10;
  door.admission.set_limits(limits);
  EXPECT_EQ(door.admission.source_count(), 20U);  // 10 of each width
}

TEST(Admission, NeverForgetsASourceThatHasAConnection) {
  AdmissionLimits limits = wide();
  limits.sources = 16;
  limits.source_pending = 2;
  limits.source_connections = 3;
  Door door(limits);
  const IpAddress flooder = ip("203.0.113.1");
  EXPECT_EQ(door.greeted_of(kStart, 9, flooder), 2U);
  // Thousands of other sources pass by: the counts stand.
  for (unsigned i = 0; i < 5000; ++i) door.visit(kStart, source(i));
  EXPECT_EQ(door.greet(kStart, flooder), Admittance::kSourcePending);
  EXPECT_EQ(door.admission.connection_count(), 2U);
  EXPECT_EQ(door.admission.pending_count(), 2U);
}

TEST(Admission, RefusedConnectionsPushNobodyOut) {
  AdmissionLimits limits;
  limits.sources = 64;
  Door door(limits);
  const IpAddress known = ip("203.0.113.1");
  for (int i = 0; i < 4; ++i) door.visit(kStart, known);
  EXPECT_EQ(door.visit(kStart, known), Admittance::kSourceRate);
  for (int i = 0; i < 10'000; ++i) door.visit(kStart, known);
  EXPECT_EQ(door.admission.source_count(), 2U);
}

TEST(Admission, RotatingSourcesWinsNoTokensBack) {
  // With the real figures: a source that comes as often as it may, between floods of others.
  Door door{AdmissionLimits()};
  unsigned admitted = 0;
  unsigned next = 0;
  for (int tenth = 0; tenth < 1800; ++tenth) {
    const TimePoint now = kStart + milliseconds(100) * tenth;
    for (int i = 0; i < 3; ++i) {
      admitted += door.visit(now, ip("203.0.113.1")) == Admittance::kAdmitted;
    }
    for (int i = 0; i < 10; ++i) door.visit(now, source(next += 256));
  }
  EXPECT_LE(admitted, 4U + 2U * 180U);
}

TEST(Admission, KeepsItsCountsThroughWhatNobodyAdmitted) {
  Door door{AdmissionLimits()};
  door.admission.handshake_done(1);
  door.admission.closed(1);
  EXPECT_EQ(door.admission.first_byte(kStart, 1), Admittance::kAdmitted);
  EXPECT_EQ(door.admission.connection_count(), 0U);
  EXPECT_EQ(door.admission.pending_count(), 0U);
}

TEST(Admission, EndsTheHandshakeOfAClosedConnection) {
  Door door{AdmissionLimits()};
  EXPECT_EQ(door.come(kStart, source(1)), Admittance::kAdmitted);
  door.admission.closed(1);
  EXPECT_EQ(door.admission.pending_count(), 0U);
  EXPECT_EQ(door.admission.silent_count(), 0U);
}

TEST(Admission, AgreesWithACountOfItsOwnOverARandomRun) {
  enum class State : std::uint8_t { kSilent, kPending, kDone };
  struct Open {
    Admission::Id id;
    State state;
  };
  AdmissionLimits limits = wide();
  limits.sources = 5;
  Admission admission(limits);
  std::vector<Open> open;
  std::uint32_t seed = 7;
  const auto draw = [&](std::uint32_t bound) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % bound;
  };
  for (unsigned step = 0; step < 20'000; ++step) {
    if (open.empty() || draw(2) == 0) {
      const IpAddress address = draw(8) == 0 ? ip("127.0.0.1") : source(draw(30));
      ASSERT_EQ(admission.admit(kStart, step, address).admittance, Admittance::kAdmitted);
      open.push_back({step, State::kSilent});
      if (open.size() > 300) break;
    } else {
      Open& one = open[draw(static_cast<std::uint32_t>(open.size()))];
      if (one.state == State::kSilent) {
        ASSERT_EQ(admission.first_byte(kStart, one.id), Admittance::kAdmitted);
        one.state = State::kPending;
      } else if (one.state == State::kPending) {
        admission.handshake_done(one.id);
        one.state = State::kDone;
      } else {
        admission.closed(one.id);
        std::swap(one, open.back());
        open.pop_back();
      }
    }
    ASSERT_EQ(admission.connection_count(), open.size());
    ASSERT_EQ(admission.silent_count(), std::ranges::count(open, State::kSilent, &Open::state));
    ASSERT_EQ(admission.pending_count(),
              open.size() - std::ranges::count(open, State::kDone, &Open::state));
  }
  for (const Open& one : open) admission.closed(one.id);
  EXPECT_EQ(admission.connection_count(), 0U);
  EXPECT_EQ(admission.pending_count(), 0U);
  EXPECT_LE(admission.source_count(), 10U);
}

TEST(Admission, NamesItsAnswers) {
  EXPECT_EQ(admittance_name(Admittance::kAdmitted), "admitted");
  EXPECT_EQ(admittance_name(Admittance::kSourcePending), "source_pending");
  EXPECT_EQ(admittance_name(Admittance::kLoopbackRate), "loopback_rate");
}

}  // namespace
}  // namespace veilwire::limits

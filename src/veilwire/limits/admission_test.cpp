#include "veilwire/limits/admission.h"

#include <gtest/gtest.h>

#include <algorithm>
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

unsigned admitted_of(Admission& admission, TimePoint now, unsigned tries,
                     const IpAddress& address) {
  unsigned admitted = 0;
  for (unsigned i = 0; i < tries; ++i) {
    if (admission.admit(now, address) == Admittance::kAdmitted) ++admitted;
  }
  return admitted;
}

// Comes, shakes hands and goes.
Admittance visit(Admission& admission, TimePoint now, const IpAddress& address) {
  const Admittance admittance = admission.admit(now, address);
  if (admittance == Admittance::kAdmitted) {
    admission.handshake_done(address);
    admission.closed(address);
  }
  return admittance;
}

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
  Admission admission{AdmissionLimits()};
  unsigned next = 0;
  const auto admitted = [&](TimePoint now) {
    unsigned count = 0;
    while (admission.admit(now, source(next++)) == Admittance::kAdmitted) ++count;
    return count;
  };
  EXPECT_EQ(admitted(kStart), 40U);
  EXPECT_EQ(admission.admit(kStart, source(next)), Admittance::kRate);
  EXPECT_EQ(admitted(kStart + milliseconds(49)), 0U);
  EXPECT_EQ(admitted(kStart + milliseconds(50)), 1U);
  EXPECT_EQ(admitted(kStart + milliseconds(1050)), 20U);
  EXPECT_EQ(admitted(kStart + hours(1)), 40U);
}

TEST(Admission, AdmitsABurstAndThenItsRatePerSource) {
  Admission admission{AdmissionLimits()};
  EXPECT_EQ(admitted_of(admission, kStart, 100, ip("203.0.113.1")), 4U);
  EXPECT_EQ(admission.admit(kStart, ip("203.0.113.99")), Admittance::kSourceRate);
  EXPECT_EQ(admission.admit(kStart, ip("203.0.112.99")), Admittance::kAdmitted);
  EXPECT_EQ(admitted_of(admission, kStart + seconds(1), 100, ip("203.0.113.1")), 2U);
}

TEST(Admission, CountsIpv6BySixtyFourBits) {
  Admission admission{AdmissionLimits()};
  EXPECT_EQ(admitted_of(admission, kStart, 100, ip("2001:db8:1:2::1")), 4U);
  EXPECT_EQ(admission.admit(kStart, ip("2001:db8:1:2:ffff::9")), Admittance::kSourceRate);
  EXPECT_EQ(admission.admit(kStart, ip("2001:db8:1:3::1")), Admittance::kAdmitted);
}

TEST(Admission, TakesIpv4InIpv6ForIpv4) {
  Admission admission{AdmissionLimits()};
  EXPECT_EQ(admitted_of(admission, kStart, 100, ip("::ffff:203.0.113.1")), 4U);
  EXPECT_EQ(admission.admit(kStart, ip("203.0.113.2")), Admittance::kSourceRate);
}

TEST(Admission, BoundsTheHandshakesUnderWayWithASource) {
  AdmissionLimits limits = wide();
  limits.source_pending = 8;
  Admission admission(limits);
  EXPECT_EQ(admitted_of(admission, kStart, 100, source(1)), 8U);
  EXPECT_EQ(admission.admit(kStart, source(1)), Admittance::kSourcePending);
  EXPECT_EQ(admission.pending_count(), 8U);
  admission.handshake_done(source(1));
  EXPECT_EQ(admitted_of(admission, kStart, 100, source(1)), 1U);
  EXPECT_EQ(admission.connection_count(), 9U);
}

TEST(Admission, BoundsTheConnectionsOfASource) {
  AdmissionLimits limits = wide();
  limits.source_connections = 3;
  Admission admission(limits);
  EXPECT_EQ(admitted_of(admission, kStart, 10, source(1)), 3U);
  EXPECT_EQ(admission.admit(kStart, source(1)), Admittance::kSourceConnections);
  admission.handshake_done(source(1));
  EXPECT_EQ(admission.admit(kStart, source(1)), Admittance::kSourceConnections);
  admission.closed(source(1));
  EXPECT_EQ(admission.admit(kStart, source(1)), Admittance::kAdmitted);
}

TEST(Admission, BoundsTheConnectionsInAll) {
  AdmissionLimits limits = wide();
  limits.connections = 5;
  Admission admission(limits);
  for (unsigned i = 0; i < 5; ++i)
    EXPECT_EQ(admission.admit(kStart, source(i)), Admittance::kAdmitted);
  EXPECT_EQ(admission.admit(kStart, source(9)), Admittance::kConnections);
  EXPECT_EQ(admission.admit(kStart, ip("127.0.0.1")), Admittance::kConnections);
  admission.handshake_done(source(0));
  admission.closed(source(0));
  EXPECT_EQ(admission.admit(kStart, source(9)), Admittance::kAdmitted);
}

TEST(Admission, MakesLoopbackAClassOfItsOwn) {
  AdmissionLimits limits;
  limits.loopback_per_second = 5;
  limits.loopback_burst = 10;
  Admission admission(limits);
  EXPECT_EQ(admitted_of(admission, kStart, 100, ip("127.0.0.1")), 10U);
  EXPECT_EQ(admission.admit(kStart, ip("::1")), Admittance::kSourceRate);
  EXPECT_EQ(admission.admit(kStart, ip("127.9.9.9")), Admittance::kSourceRate);
  EXPECT_EQ(admission.source_count(), 0U);
  // Others have their own.
  EXPECT_EQ(admission.admit(kStart, source(1)), Admittance::kAdmitted);
}

TEST(Admission, BoundsWhatIsUnderWayFromLoopback) {
  AdmissionLimits limits = wide();
  limits.loopback_pending = 6;
  Admission admission(limits);
  EXPECT_EQ(admitted_of(admission, kStart, 100, ip("127.0.0.1")), 6U);
  admission.handshake_done(ip("127.0.0.1"));
  admission.closed(ip("127.0.0.1"));
  EXPECT_EQ(admitted_of(admission, kStart, 100, ip("127.0.0.1")), 1U);
}

TEST(Admission, LetsOneSourceNotUseUpTheRateOfAll) {
  Admission admission{AdmissionLimits()};
  admitted_of(admission, kStart, 100'000, ip("203.0.113.1"));
  for (unsigned i = 0; i < 36; ++i) {
    EXPECT_EQ(admission.admit(kStart, source(i)), Admittance::kAdmitted) << i;
  }
}

TEST(Admission, RemembersABoundedNumberOfSources) {
  AdmissionLimits limits = wide();
  limits.sources = 100;
  Admission admission(limits);
  for (unsigned i = 0; i < 100'000; ++i) visit(admission, kStart, source(i));
  EXPECT_EQ(admission.source_count(), 100U);
  limits.sources = 10;
  admission.set_limits(limits);
  EXPECT_EQ(admission.source_count(), 10U);
}

TEST(Admission, NeverForgetsASourceThatHasAConnection) {
  AdmissionLimits limits = wide();
  limits.sources = 16;
  limits.source_pending = 2;
  limits.source_connections = 3;
  Admission admission(limits);
  const IpAddress flooder = ip("203.0.113.1");
  const IpAddress honest = ip("198.51.100.1");
  EXPECT_EQ(admitted_of(admission, kStart, 9, flooder), 2U);
  EXPECT_EQ(admission.admit(kStart, honest), Admittance::kAdmitted);
  // Thousands of other sources pass by: the counts of both stand.
  for (unsigned i = 0; i < 5000; ++i) visit(admission, kStart, source(i));
  EXPECT_EQ(admission.admit(kStart, flooder), Admittance::kSourcePending);
  admission.handshake_done(honest);
  admission.closed(honest);
  EXPECT_EQ(admission.connection_count(), 2U);
  EXPECT_EQ(admission.pending_count(), 2U);
  EXPECT_EQ(admission.source_count(), 17U);
}

TEST(Admission, RefusedConnectionsPushNobodyOut) {
  AdmissionLimits limits;
  limits.sources = 64;
  Admission admission(limits);
  const IpAddress known = ip("203.0.113.1");
  for (int i = 0; i < 4; ++i) visit(admission, kStart, known);
  EXPECT_EQ(visit(admission, kStart, known), Admittance::kSourceRate);
  // A flood from ever new sources gets the rest of the burst and no more.
  for (unsigned i = 0; i < 10'000; ++i) visit(admission, kStart, source(i));
  EXPECT_EQ(admission.source_count(), 37U);
  EXPECT_EQ(visit(admission, kStart, known), Admittance::kSourceRate);
}

TEST(Admission, RotatingSourcesWinsNoTokensBack) {
  // With the real figures: a source that comes as often as it may, between floods of others.
  Admission admission{AdmissionLimits()};
  unsigned admitted = 0;
  unsigned next = 0;
  for (int tenth = 0; tenth < 1800; ++tenth) {
    const TimePoint now = kStart + milliseconds(100) * tenth;
    for (int i = 0; i < 3; ++i) {
      if (visit(admission, now, ip("203.0.113.1")) == Admittance::kAdmitted) ++admitted;
    }
    for (int i = 0; i < 50; ++i) visit(admission, now, source(next++));
  }
  EXPECT_LE(admitted, 4U + 2U * 180U);
  EXPECT_LE(admission.source_count(), 2048U);
}

TEST(Admission, KeepsItsCountsThroughWhatNobodyAdmitted) {
  Admission admission{AdmissionLimits()};
  admission.handshake_done(source(1));
  admission.closed(source(1));
  admission.closed(ip("127.0.0.1"));
  EXPECT_EQ(admission.connection_count(), 0U);
  EXPECT_EQ(admission.pending_count(), 0U);
}

TEST(Admission, EndsTheHandshakeOfAClosedConnection) {
  Admission admission{AdmissionLimits()};
  EXPECT_EQ(admission.admit(kStart, source(1)), Admittance::kAdmitted);
  admission.closed(source(1));
  EXPECT_EQ(admission.pending_count(), 0U);
}

TEST(Admission, AgreesWithACountOfItsOwnOverARandomRun) {
  struct Open {
    IpAddress address;
    bool pending;
  };
  AdmissionLimits limits = wide();
  limits.sources = 5;
  Admission admission(limits);
  std::vector<Open> open;
  std::uint32_t state = 7;
  const auto draw = [&](std::uint32_t bound) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % bound;
  };
  for (int step = 0; step < 20'000; ++step) {
    if (open.empty() || draw(2) == 0) {
      const IpAddress address = draw(8) == 0 ? ip("127.0.0.1") : source(draw(30));
      ASSERT_EQ(admission.admit(kStart, address), Admittance::kAdmitted);
      open.push_back({address, true});
    } else {
      Open& one = open[draw(static_cast<std::uint32_t>(open.size()))];
      if (one.pending) {
        admission.handshake_done(one.address);
        one.pending = false;
      } else {
        admission.closed(one.address);
        std::swap(one, open.back());
        open.pop_back();
      }
    }
    ASSERT_EQ(admission.connection_count(), open.size());
    ASSERT_EQ(admission.pending_count(), std::ranges::count(open, true, &Open::pending));
  }
  for (const Open& one : open) {
    if (one.pending) admission.handshake_done(one.address);
    admission.closed(one.address);
  }
  EXPECT_EQ(admission.connection_count(), 0U);
  EXPECT_EQ(admission.pending_count(), 0U);
  EXPECT_LE(admission.source_count(), 5U);
}

TEST(Admission, NamesItsVerdicts) {
  EXPECT_EQ(admittance_name(Admittance::kAdmitted), "admitted");
  EXPECT_EQ(admittance_name(Admittance::kSourcePending), "source_pending");
}

}  // namespace
}  // namespace veilwire::limits

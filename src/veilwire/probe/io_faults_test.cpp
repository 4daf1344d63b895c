// Whichever step of a probe goes wrong: there is one report, it says what happened, and nothing is
// left of the connection.
#include <gtest/gtest.h>

#include "veilwire/net/testing/faulty_calls.h"
#include "veilwire/net/testing/node.h"
#include "veilwire/probe/prober.h"

namespace veilwire::probe {
namespace {

using net::testing::FaultyCalls;
using net::testing::FaultyLoop;
using net::testing::Io;
using net::testing::Mishap;
using net::testing::Node;

class ProbeIoFaultsTest : public ::testing::TestWithParam<Mishap> {
 protected:
  void probe(FaultyCalls& calls) {
    Node node(peers_, Node::Speaks::kV1AndV2, protocol::kRegtestMagic);
    node.answer(net::testing::converse);
    FaultyLoop tested(peers_, calls);
    ProberConfig config;
    config.network = *protocol::network_from_name("regtest");
    config.policy = transport::DialPolicy::kV2Only;
    Prober prober(tested.runtime(), config, entropy_);
    std::vector<Report> reports;
    int done = 0;
    prober.start({{"", node.address()}},
                 {.on_report = [&](const Report& report) { reports.push_back(report); },
                  .on_done = [&] { ++done; }});
    ASSERT_TRUE(peers_.run_until([&] { return done != 0; }));
    ASSERT_TRUE(peers_.run_until_idle());
    EXPECT_EQ(done, 1);
    ASSERT_EQ(reports.size(), 1U);
    expect_right(calls, reports[0]);
  }

  // What goes wrong once all is known is no failure.
  static void expect_right(const FaultyCalls& calls, const Report& report) {
    if (!calls.met() || GetParam() == Mishap::kCutShort) {
      EXPECT_TRUE(answered(report)) << report.failure->text;
      EXPECT_TRUE(report.round_trip);
      return;
    }
    if (calls.met()->io == Io::kConnect) {
      ASSERT_TRUE(report.failure);
      EXPECT_EQ(report.failure->error, "refused");
      EXPECT_EQ(report.failure->phase, "connect");
    } else if (report.failure) {
      EXPECT_EQ(report.failure->error, "closed") << report.failure->text;
    } else {
      EXPECT_TRUE(report.round_trip) << *calls.met();
    }
  }

  net::testing::Loop peers_;
  crypto::SystemEntropy entropy_;
};

INSTANTIATE_TEST_SUITE_P(Mishaps, ProbeIoFaultsTest, ::testing::ValuesIn(net::testing::kAllMishaps),
                         net::testing::mishap_name);

TEST_P(ProbeIoFaultsTest, GiveOneReportEach) {
  net::testing::run_with_each_step(peers_, GetParam(),
                                   [this](FaultyCalls& calls) { probe(calls); });
}

}  // namespace
}  // namespace veilwire::probe

#include "veilwire/app/mistake.h"

#include <gtest/gtest.h>

namespace veilwire::app {
namespace {

const std::vector<std::string> kKnown{"--help", "demo", "probe", "proxy"};

TEST(Mistake, KnowsASlipOfTheFingers) {
  EXPECT_EQ(closest("prob", kKnown), "probe");
  EXPECT_EQ(closest("porxy", kKnown), "proxy");
  EXPECT_EQ(closest("demos", kKnown), "demo");
  EXPECT_EQ(closest("help", kKnown), "--help");
  EXPECT_EQ(closest("--hepl", kKnown), "--help");
  EXPECT_EQ(closest("--netwrok", {"--headers", "--network"}), "--network");
}

TEST(Mistake, GuessesNothingForAnotherWord) {
  for (const char* typed : {"dance", "", "--", "x", "speed"}) {
    EXPECT_EQ(closest(typed, kKnown), std::nullopt) << typed;
  }
  EXPECT_EQ(closest(std::string(1'000'000, 'p'), kKnown), std::nullopt);
  EXPECT_EQ(closest("probe", {}), std::nullopt);
}

}  // namespace
}  // namespace veilwire::app

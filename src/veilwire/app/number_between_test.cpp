#include "veilwire/app/number_between.h"

#include <gtest/gtest.h>

namespace veilwire::app {
namespace {

TEST(NumberBetween, TellsAWordFromANumberOutOfRange) {
  const CLI::Validator seconds = number_between(0.5, 86'400.0);
  for (const char* text : {"0.5", "1", "86400", "1e2"}) EXPECT_EQ(seconds(text), "") << text;
  for (const char* text : {"x", "", "1s", "nan", "1,5", " 1", "+1"}) {
    EXPECT_EQ(seconds(text), "'" + std::string(text) + "' is not a number");
  }
  for (const char* text : {"0.4", "-1", "86400.5", "1e999", "inf"}) {
    EXPECT_EQ(seconds(text), std::string(text) + " is not between 0.5 and 86400");
  }
}

TEST(NumberBetween, TakesWholeNumbersWhereTheLimitsAreWhole) {
  const CLI::Validator count = number_between(1, 9);
  EXPECT_EQ(count("9"), "");
  EXPECT_EQ(count("1.5"), "'1.5' is not a whole number");
  EXPECT_EQ(count("10"), "10 is not between 1 and 9");
  EXPECT_EQ(count("99999999999999999999"), "99999999999999999999 is not between 1 and 9");
}

}  // namespace
}  // namespace veilwire::app

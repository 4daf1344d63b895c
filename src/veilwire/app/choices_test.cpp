#include "veilwire/app/choices.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <memory>

namespace veilwire::app {
namespace {

TEST(Choices, RefusesEveryOtherValueInASentence) {
  const CLI::Validator soil = one_of({"clay", "loam", "sand"});
  EXPECT_EQ(soil("loam"), "");
  EXPECT_EQ(soil("mud"), "'mud' is not known: write clay, loam or sand");
  EXPECT_EQ(soil("\x1b"), "'\\x1b' is not known: write clay, loam or sand");
  EXPECT_EQ(one_of({"clay"})("mud"), "'mud' is not known: write clay");
}

TEST(Choices, SuchAsIsNoCheck) { EXPECT_EQ(such_as({"clay"})("mud"), ""); }

class ChoicesOfAnOption : public testing::Test {
 protected:
  ChoicesOfAnOption() { app_.formatter(std::make_shared<HelpFormatter>()); }

  CLI::App app_;
  std::string soil_;
};

TEST_F(ChoicesOfAnOption, AreToldApartFromTheNameOfItsValue) {
  CLI::Option* option = app_.add_option("--soil", soil_)->type_name("NAME");
  EXPECT_TRUE(value_name(*option).choices.empty());
  option->check(such_as({"clay", "sand"}));
  EXPECT_EQ(value_name(*option).name, "NAME");
  EXPECT_EQ(value_name(*option).choices, (std::vector<std::string>{"clay", "sand"}));
}

TEST_F(ChoicesOfAnOption, AreLeftToItsSentenceByTheHelp) {
  app_.add_option("--soil", soil_, "clay or sand")
      ->type_name("NAME")
      ->check(one_of({"clay", "sand"}))
      ->required();
  app_.add_option("--depth", soil_, "In metres")->type_name("N");
  const std::string help = app_.help();
  EXPECT_EQ(help.find('{'), std::string::npos) << help;
  EXPECT_NE(help.find("--soil NAME REQUIRED "), std::string::npos) << help;
  EXPECT_NE(help.find("--depth N "), std::string::npos) << help;
}

}  // namespace
}  // namespace veilwire::app
